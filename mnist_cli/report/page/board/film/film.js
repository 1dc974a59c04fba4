// ---- film: the network on the board, and its weights, as they were at moments of its training

const FILM_TILES = 16;
const FRAME_TIME = 700; // milliseconds
const DARK = 0.2; // of the film's largest weight; a frame below it is shown on a scale of its own

class Film {
  constructor(state, frames, elements) {
    Object.assign(this, { state, elements, frames, own: state.own[0], networks: new Map() });
    this.accuracies = new Map();
    this.shown = shownNeurons(this.own, 1, FILM_TILES);
    this.tiles = this.shown.map((number) =>
      tile(84, `Weights of ${neuronName(this.own, 1, number)}`),
    );
    elements.tiles.append(...this.tiles);
    const { slider, play } = elements;
    slider.max = String(frames.length - 1);
    slider.value = slider.max;
    slider.addEventListener("input", () => this.go());
    play.addEventListener("click", () => this.play());
    play.disabled = slider.disabled = frames.length < 2;
    state.onNetwork(() => this.follow());
    this.write();
  }

  get place() {
    return Number(this.elements.slider.value);
  }

  get isAtEnd() {
    return this.place === this.frames.length - 1;
  }

  frame(place) {
    if (place === this.frames.length - 1) return this.own;
    if (!this.networks.has(place)) {
      const { facts } = this.own;
      const parameters = readParameters(this.state.data, this.frames[place].array, this.own.sizes);
      this.networks.set(place, new Network(facts, parameters));
    }
    return this.networks.get(place);
  }

  // Share of the sample that the network of a frame reads right; counted once.
  accuracy(place) {
    if (!this.accuracies.has(place))
      this.accuracies.set(place, sampleAccuracy(this.state, this.frame(place)));
    return this.accuracies.get(place);
  }

  name() {
    const { epoch } = this.frames[this.place];
    if (epoch === 0) return "before the first step";
    return `after epoch ${epoch}${this.isAtEnd ? ", the last" : ""}`;
  }

  // Put the moment's network on the board.
  go() {
    if (this.state.shown) this.state.lookAt(0);
    if (this.isAtEnd) this.state.restoreNetwork();
    else this.state.setNetwork(this.frame(this.place), `Training, ${this.name()}`);
    this.write();
    this.drawTiles();
  }

  // Another part of the page has changed the network: then the film is at its end.
  follow() {
    if (this.state.network === this.frame(this.place)) return;
    this.elements.slider.value = this.elements.slider.max;
    this.write();
    if (this.hasTiles) this.drawTiles();
  }

  write() {
    const { slider, moment, accuracy } = this.elements;
    slider.setAttribute("aria-valuetext", this.name());
    if (this.frames.length < 2) {
      moment.textContent = "No film:";
      const { snapshots } = this.own.facts.config;
      const why = snapshots ? "" : " It was trained with --snapshots 0.";
      accuracy.textContent = `this checkpoint holds no earlier moments of its training.${why}`;
      return;
    }
    moment.textContent = capital(this.name());
    const isMeasured = this.accuracies.has(this.place) || !this.isAtEnd;
    const { sample } = this.state.data;
    accuracy.textContent = isMeasured
      ? `${percent(this.accuracy(this.place), 1)} of ${sample.length} embedded test images`
      : "";
  }

  drawTiles() {
    this.hasTiles = true;
    const network = this.frame(this.place);
    const weights = this.shown.map((number) => weightsOf(network, 0, number));
    const scale = this.scale(Math.max(...weights.map(scaleOf)));
    weights.forEach((values, i) => {
      drawCells(this.tiles[i], values, { kind: "signed", scale });
    });
    const ends = `Full blue is ${signed(scale)}, full orange ${signed(-scale)}`;
    const only = scale === this.largest ? "in every moment" : "in this moment alone";
    this.elements.scale.textContent = `${ends}, ${only}.`;
  }

  // One scale for the whole film, unless a frame would be black on it.
  scale(own) {
    this.largest ??= Math.max(...this.shown.map((i) => scaleOf(weightsOf(this.own, 0, i))));
    return own < DARK * this.largest ? own : this.largest;
  }

  play() {
    clearInterval(this.timer);
    this.elements.slider.value = "0";
    this.go();
    this.timer = setInterval(() => {
      if (this.isAtEnd) return clearInterval(this.timer);
      this.elements.slider.value = String(this.place + 1);
      return this.go();
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
  state.onChange(lazily(section, () => film.hasTiles || film.drawTiles()));
};
