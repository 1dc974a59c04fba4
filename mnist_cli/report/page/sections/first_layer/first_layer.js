// ---- first layer: what each of its neurons looks for

const MOST_TILES = 64;

class FirstLayer {
  constructor(state, favourites, { tiles, note }) {
    Object.assign(this, { state, favourites, network: state.networks[0] });
    this.shown = shownNeurons(this.network, 1, MOST_TILES);
    const weights = this.shown.map((number) => weightsOf(this.network, 0, number));
    const scale = Math.max(...weights.map(scaleOf));
    const cards = this.shown.map((number, i) => this.card(number, weights[i], scale));
    tiles.append(...cards);
    rove(tiles, gridMove(itemsPerRow));
    const all = this.network.sizes[1];
    const some =
      all > this.shown.length
        ? ` ${this.shown.length} of ${all} neurons are shown, those heard most.`
        : "";
    note.textContent = `All pictures share one scale: full orange is ${signed(scale)}, full purple ${signed(-scale)}.${some}`;
  }

  card(number, weights, scale) {
    const name = neuronName(this.network, 1, number);
    const canvas = drawCells(tile(112, ""), weights, { kind: "signed", scale, marks: true });
    canvas.setAttribute("aria-hidden", "true");
    const likes = this.excitingImages(number);
    const stuck = this.isStuck(number)
      ? [
          make(
            "span",
            { class: "badge" },
            this.network.activation(0).high === Infinity ? "dead" : "saturated",
          ),
        ]
      : [];
    const label = `${capital(name)}: weights from ${signed(Math.min(...weights))} to ${signed(Math.max(...weights))}${stuck.length ? `, ${stuck[0].textContent}` : ""}. Look inside`;
    const button = make(
      "button",
      {
        type: "button",
        class: "card-button",
        "data-item": number,
        "aria-label": label,
        onclick: () => this.lookInside(number),
      },
      canvas,
      make("span", { class: "name" }, shortName(this.network, number)),
      ...stuck,
    );
    return make("li", { class: "feature" }, button, likes);
  }

  isStuck(number) {
    return this.network.depth > 1 && (this.network.facts.stuck[0] || []).includes(number);
  }

  lookInside(number) {
    this.state.select(1, number);
    goTo("why");
  }

  excitingImages(number) {
    const places = this.favourites[number] || [];
    const digits = places.map((place) => this.state.labels[place]);
    const group = make("span", {
      class: "likes",
      role: "img",
      "aria-label": `Excited most by ${digits.join(", ")}`,
    });
    group.hidden = !places.length;
    group.append(
      ...places.map((place) => {
        const canvas = make("canvas", { class: "tile", "data-size": SIDE });
        return drawCells(canvas, this.state.pooled(place));
      }),
    );
    return group;
  }
}

SECTIONS.first_layer = (state, _section, favourites) => {
  new FirstLayer(state, favourites, elementsOf("first"));
};
