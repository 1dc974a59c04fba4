// ---- weight pictures: the first layer's weights, redrawn while they move

const MOST_PICTURES = 16;

class WeightPictures {
  constructor(state, container) {
    Object.assign(this, { state, container, sizes: "" });
    this.shades = Array.from({ length: 201 }, (_, i) => signedColour(i / 100 - 1));
    this.pixels = new ImageData(SIDE, SIDE);
  }

  draw(network) {
    if (String(network.sizes) !== this.sizes) this.build(network);
    for (const [number, context] of this.contexts) this.paint(context, network, number);
  }

  build(network) {
    this.sizes = String(network.sizes);
    this.contexts = new Map();
    this.container.replaceChildren();
    const count = Math.min(network.sizes[1], MOST_PICTURES);
    for (let number = 0; number < count; number++) {
      const canvas = make("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
      this.contexts.set(number, canvas.getContext("2d"));
      this.container.append(
        make(
          "button",
          {
            type: "button",
            class: "weight-picture",
            "data-item": number,
            "aria-label": `Choose ${neuronName(network, 1, number)}`,
            onclick: () => this.state.select(1, number),
          },
          canvas,
        ),
      );
    }
    rove(this.container, gridMove(itemsPerRow));
  }

  paint(context, network, number) {
    const [weights, width] = [network.weights[0], network.sizes[1]];
    let most = 1e-9;
    for (let i = number; i < weights.length; i += width)
      most = Math.max(most, Math.abs(weights[i]));
    for (let i = 0, place = number; i < SIDE * SIDE; i++, place += width) {
      const shade = this.shades[Math.round(100 + (100 * weights[place]) / most)];
      this.pixels.data.set(shade ?? BOARD, 4 * i);
      this.pixels.data[4 * i + 3] = 255;
    }
    context.putImageData(this.pixels, 0, 0);
  }
}
