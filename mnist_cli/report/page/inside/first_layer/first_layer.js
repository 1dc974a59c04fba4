// ---- first layer: what each of its neurons responds to

const MOST_TILES = 64;

class FirstLayer {
  constructor(state, favourites, { tiles, note }) {
    Object.assign(this, { state, favourites, network: state.networks[0] });
    this.waiting = []; // what draws the pictures, when they come near
    this.shown = shownNeurons(this.network, 1, MOST_TILES);
    const weights = this.shown.map((number) => weightsOf(this.network, 0, number));
    const scale = Math.max(...weights.map(scaleOf));
    const cards = this.shown.map((number, i) => this.card(number, weights[i], scale));
    tiles.append(...cards);
    rove(tiles, gridMove(itemsPerRow));
    const all = this.network.sizes[1];
    const some =
      all > this.shown.length
        ? ` The ${this.shown.length} of ${all} neurons that count most in the next layer are shown.`
        : "";
    const ends = `full blue is ${signed(scale)}, full orange-red ${signed(-scale)}`;
    note.textContent = `All pictures share one scale: ${ends}.${some}`;
  }

  draw() {
    for (const picture of this.waiting.splice(0)) picture();
  }

  card(number, weights, scale) {
    const name = neuronName(this.network, 1, number);
    const canvas = tile(112, "");
    this.waiting.push(() => {
      drawCells(canvas, weights, { kind: "signed", scale, marks: true });
      if (this.network.facts.preprocessing === "directions") frameMaps(canvas);
    });
    canvas.setAttribute("aria-hidden", "true");
    const images = this.excitingImages(number);
    const flaws = this.isStuck(number)
      ? [this.network.activation(0).high < Infinity ? "saturated" : "dead"]
      : [];
    const range = `weights from ${signed(Math.min(...weights))} to ${signed(Math.max(...weights))}`;
    const label = `${capital(name)}: ${[range, ...flaws].join(", ")}. Show how it computes`;
    const button = make(
      "button",
      {
        type: "button",
        class: "card-button",
        "data-item": number,
        "aria-label": label,
        onclick: () => this.showComputation(number),
      },
      canvas,
      make("span", { class: "name" }, shortName(this.network, number)),
      ...flaws.map((flaw) => make("span", { class: "badge" }, flaw)),
    );
    return make("li", { class: "feature" }, button, images);
  }

  isStuck(number) {
    return this.network.depth > 1 && (this.network.facts.stuck[0] || []).includes(number);
  }

  showComputation(number) {
    this.state.select(1, number);
    goTo("why");
  }

  excitingImages(number) {
    const places = this.favourites[number] || [];
    const { facts, labels } = this.state;
    const names = places.map((place) => quoted(facts, labels[place]));
    const group = make("span", {
      class: "likes",
      role: "img",
      "aria-label": `Most active for test images of ${names.join(", ")}`,
    });
    group.hidden = !places.length;
    group.append(
      ...places.map((place) => {
        const canvas = make("canvas", { class: "tile", "data-size": SIDE });
        this.waiting.push(() => drawCells(canvas, this.state.testImage(place)));
        return canvas;
      }),
    );
    return group;
  }
}

SECTIONS.first_layer = (state, section, favourites) => {
  const layer = new FirstLayer(state, favourites, elementsOf("first"));
  state.onChange(lazily(section, () => layer.draw()));
};
