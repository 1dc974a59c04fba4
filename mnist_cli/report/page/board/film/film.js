// ---- film: the same picture through the network as it was at moments of its training

const FILM_TILES = 16;
const FRAME_TIME = 700; // milliseconds

class Film {
  constructor(state, frames, elements) {
    Object.assign(this, { state, elements, frames, network: state.networks[0] });
    this.networks = new Map();
    this.accuracies = new Map();
    this.shown = shownNeurons(this.network, 1, FILM_TILES);
    this.scale = Math.max(
      ...this.shown.map((number) => scaleOf(weightsOf(this.network, 0, number))),
    );
    this.tiles = this.shown.map((number) =>
      tile(84, `Weights of ${neuronName(this.network, 1, number)}`),
    );
    elements.tiles.append(...this.tiles);
    this.bars = new Bars(elements.bars);
    const { slider } = elements;
    slider.max = String(this.frames.length - 1);
    slider.value = slider.max;
    slider.addEventListener("input", () => this.update());
    elements.play.addEventListener("click", () => this.play());
    elements.play.disabled = slider.disabled = this.frames.length < 2;
    elements.note.textContent =
      this.frames.length < 2
        ? "This checkpoint holds no earlier moments, so only the trained network is shown."
        : "";
  }

  get place() {
    return Number(this.elements.slider.value);
  }

  frame(place) {
    if (!this.networks.has(place)) {
      const { facts } = this.network;
      const { array } = this.frames[place];
      const isEnd = place === this.frames.length - 1;
      this.networks.set(
        place,
        isEnd
          ? this.network
          : new Network(facts, readParameters(this.state.data, array, facts.layer_sizes)),
      );
    }
    return this.networks.get(place);
  }

  // Share of the sample that the network of a frame reads right; counted once.
  accuracy(place) {
    if (!this.accuracies.has(place))
      this.accuracies.set(place, sampleAccuracy(this.state, this.frame(place)));
    return this.accuracies.get(place);
  }

  name(place) {
    const { epoch } = this.frames[place];
    if (epoch === 0) return "before the first step";
    return `after epoch ${epoch}${place === this.frames.length - 1 ? ", the last" : ""}`;
  }

  update() {
    const network = this.frame(this.place);
    const { slider, moment, accuracy } = this.elements;
    if (this.drawn !== this.place) {
      this.shown.forEach((number, i) => {
        drawCells(this.tiles[i], weightsOf(network, 0, number), {
          kind: "signed",
          scale: this.scale,
        });
      });
      moment.textContent = capital(this.name(this.place));
      slider.setAttribute("aria-valuetext", this.name(this.place));
      const share = percent(this.accuracy(this.place), 1);
      accuracy.textContent = `${share} of ${this.state.data.sample.length} test images read right`;
      this.drawn = this.place;
    }
    const { isEmpty } = this.state;
    this.bars.update(network.scores(network.seen(this.state.image)), isEmpty);
  }

  play() {
    clearInterval(this.timer);
    this.elements.slider.value = "0";
    this.update();
    this.timer = setInterval(() => {
      if (this.place >= this.frames.length - 1) return clearInterval(this.timer);
      this.elements.slider.value = String(this.place + 1);
      return this.update();
    }, FRAME_TIME);
  }
}

function sampleAccuracy(state, network) {
  const right = state.data.sample.filter((place) => {
    const scores = network.scores(network.seen(state.testImage(place)));
    return reading(scores).digit === state.labels[place];
  });
  return right.length / state.data.sample.length;
}

SECTIONS.film = (state, section, frames) => {
  const film = new Film(state, frames, elementsOf("film"));
  state.onChange(lazily(section, () => film.update()));
};
