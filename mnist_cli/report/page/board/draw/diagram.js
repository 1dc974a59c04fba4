// ---- diagram: the network as the lectures draw it
// Brightness is activation. A line is weight × activation: orange and solid where it raises the next
// neuron, purple and dashed where it lowers it, the thicker the stronger.

const MOST_NEURONS = 16; // of a layer
const PITCH = 46; // pixels from neuron to neuron
const RADIUS = 17;
const PIXEL_LINES = 5; // strongest pixels of each first neuron
const NARROW = 560;

class Diagram {
  constructor(state, index, container) {
    Object.assign(this, { state, index, container, edges: null });
    this.canvas = make("canvas", { class: "lines", "aria-hidden": "true" });
    this.neurons = make("div", {
      class: "neurons",
      role: "group",
      "aria-label": `Neurons of ${this.network.facts.name}`,
    });
    container.append(this.canvas, this.neurons);
    this.build();
    rove(this.neurons, (item, key) => this.move(item, key));
    this.pulse = null;
    new ResizeObserver(() => this.layout()).observe(container);
  }

  get network() {
    return this.state.networks[this.index];
  }

  build() {
    this.sizes = this.network.sizes;
    this.neurons.replaceChildren();
    this.columns = this.network.weights.map((_, i) => this.makeColumn(i + 1));
  }

  // Other numbers on the lines than weight × activation: for each layer as many as weights.
  showEdges(arrays) {
    this.edges = arrays;
    this.draw();
  }

  push(layer, from, to) {
    if (this.edges) return this.edges[layer - 1][from * this.network.sizes[layer] + to];
    return this.answer.a[layer - 1][from] * this.network.weight(layer - 1, from, to);
  }

  makeColumn(layer) {
    const shown = shownNeurons(this.network, layer, MOST_NEURONS);
    const buttons = shown.map((number) => this.makeNeuron(layer, number));
    const total = this.network.sizes[layer];
    const hidden = total > shown.length ? `, ${shown.length} of ${total} shown` : "";
    const name =
      layer === this.network.depth
        ? "outputs"
        : this.network.depth === 2
          ? "hidden layer"
          : `hidden layer ${layer}`;
    const caption = make("p", { class: "caption" }, name + hidden);
    this.neurons.append(caption, ...buttons.map(({ button }) => button));
    return { layer, shown, buttons, caption };
  }

  makeNeuron(layer, number) {
    const value = make("span", { class: "value" });
    const disc = make("span", { class: "disc" }, value);
    const button = make(
      "button",
      {
        type: "button",
        class: "neuron",
        "data-item": `${layer}:${number}`,
        onclick: () => this.select(layer, number),
      },
      disc,
    );
    if (layer === this.network.depth)
      button.append(make("span", { class: "digit" }, String(number)));
    return { number, button, disc, value };
  }

  // Only neurons of the first network can be looked at more closely.
  select(layer, number) {
    if (this.index === 0) this.state.select(layer, number);
  }

  move(item, key) {
    const [layer, number] = item.dataset.item.split(":").map(Number);
    const column = this.columns[layer - 1];
    const place = column.shown.indexOf(number);
    if (key === "ArrowUp" || key === "ArrowDown")
      return column.buttons[place + (key === "ArrowUp" ? -1 : 1)]?.button;
    if (key === "Home") return column.buttons[0].button;
    if (key === "End") return column.buttons[column.buttons.length - 1].button;
    const beside = { ArrowLeft: this.columns[layer - 2], ArrowRight: this.columns[layer] }[key];
    if (!beside) return null;
    const share = place / Math.max(1, column.shown.length - 1);
    return beside.buttons[Math.round(share * (beside.buttons.length - 1))].button;
  }

  // -- where everything is

  layout() {
    const width = this.container.clientWidth;
    if (!width) return;
    const tallest = Math.max(...this.columns.map(({ shown }) => shown.length));
    this.isNarrow = width < NARROW;
    const image = Math.min(280, this.isNarrow ? 196 : Math.floor(width * 0.34));
    this.side = Math.max(3, Math.floor(image / SIDE)) * SIDE;
    const top = this.isNarrow ? this.side + 44 : 8;
    const height = top + tallest * PITCH + 34;
    this.container.style.height = `${height}px`;
    this.image = this.isNarrow
      ? { x: Math.round((width - this.side) / 2), y: 8 }
      : { x: 12, y: Math.round(top + (tallest * PITCH - this.side) / 2) };
    this.layoutColumns(width, top, tallest);
    const ratio = window.devicePixelRatio || 1;
    [this.canvas.width, this.canvas.height] = [
      Math.round(width * ratio),
      Math.round(height * ratio),
    ];
    this.ratio = ratio;
    this.draw();
  }

  layoutColumns(width, top, tallest) {
    const left = this.isNarrow ? 26 : this.image.x + this.side + Math.min(120, width * 0.13);
    const right = width - 52;
    const step = this.columns.length > 1 ? (right - left) / (this.columns.length - 1) : 0;
    this.columns.forEach((column, i) => {
      column.x = this.columns.length > 1 ? left + i * step : right;
      column.ys = column.shown.map(
        (_, j) => top + (j + 0.5 + (tallest - column.shown.length) / 2) * PITCH,
      );
      column.buttons.forEach(({ button }, j) => {
        button.style.left = `${column.x - 22}px`;
        button.style.top = `${column.ys[j] - 22}px`;
      });
      const room = this.columns.length > 1 ? Math.min(144, step - 8) : 144;
      column.caption.style.maxWidth = `${room}px`;
      column.caption.style.left = `${clamp(column.x, room / 2, width - room / 2)}px`;
      const bottom = top + ((tallest + column.shown.length) / 2) * PITCH;
      column.caption.style.top = `${bottom + 6}px`;
    });
  }

  // -- what is going on

  update() {
    this.answer = this.state.answers[this.index];
    if (String(this.sizes) !== String(this.network.sizes)) {
      this.build();
      this.layout();
    }
    this.draw();
  }

  draw() {
    if (!this.answer || !this.image) return;
    const context = this.canvas.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawImage(context);
    this.drawPixelLines(context);
    for (let layer = 2; layer <= this.network.depth; layer++) this.drawLines(context, layer);
    for (const column of this.columns) this.showActivations(column);
  }

  // How far the forward pass has come on its way into a layer, 0 to 1; 1 without one.
  reached(layer) {
    return this.pulse === null ? 1 : clamp(this.pulse - (layer - 1), 0, 1);
  }

  drawImage(context) {
    const { x, y } = this.image;
    const cell = this.side / SIDE;
    context.fillStyle = css(BOARD);
    context.fillRect(x - 1, y - 1, this.side + 2, this.side + 2);
    this.answer.seen.forEach((value, i) => {
      context.fillStyle = css(value ? inkColour(value / 255) : NEUTRAL, value ? 1 : 0.55);
      context.fillRect(
        x + (i % SIDE) * cell,
        y + Math.floor(i / SIDE) * cell,
        cell - 0.6,
        cell - 0.6,
      );
    });
  }

  // The strongest pixels of each neuron of the first layer.
  drawPixelLines(context) {
    const [{ shown, x, ys }] = this.columns;
    const cell = this.side / SIDE;
    const input = this.answer.a[0];
    const lines = [];
    shown.forEach((number, place) => {
      const pushes = [];
      for (let i = 0; i < input.length; i++) {
        const push = input[i] || this.edges ? this.push(1, i, number) : 0;
        if (push) pushes.push([push, i]);
      }
      pushes.sort((one, other) => Math.abs(other[0]) - Math.abs(one[0]));
      for (const [push, i] of pushes.slice(0, PIXEL_LINES)) {
        const from = [
          this.image.x + ((i % SIDE) + 0.5) * cell,
          this.image.y + (Math.floor(i / SIDE) + 0.5) * cell,
        ];
        lines.push({
          push,
          from,
          to: this.isNarrow ? [x, ys[place] - RADIUS] : [x - RADIUS, ys[place]],
        });
      }
    });
    strokeLines(context, lines, this.reached(1), 0.55);
  }

  drawLines(context, layer) {
    const [before, after] = [this.columns[layer - 2], this.columns[layer - 1]];
    const lines = [];
    before.shown.forEach((i, from) => {
      after.shown.forEach((j, to) => {
        lines.push({
          push: this.push(layer, i, j),
          from: [before.x + RADIUS, before.ys[from]],
          to: [after.x - RADIUS, after.ys[to]],
        });
      });
    });
    strokeLines(context, lines, this.reached(layer), 0.9);
  }

  showActivations({ layer, buttons }) {
    const values = this.answer.a[layer];
    const activation = this.network.activation(layer - 1);
    const most = scaleOf(values);
    const best = layer === this.network.depth && !this.state.isEmpty ? reading(values).digit : -1;
    const { selected, silenced } = this.state;
    for (const { number, button, disc, value } of buttons) {
      const share = this.reached(layer) < 1 ? 0 : brightness(values[number], activation, most);
      const colour = neuronColour(share);
      disc.style.backgroundColor = css(colour);
      value.style.color = css(textOn(colour));
      value.textContent = this.reached(layer) < 1 ? "" : short(values[number]);
      const isSilenced = this.index === 0 && silenced.has(`${layer}:${number}`);
      button.classList.toggle("silenced", isSilenced);
      button.classList.toggle("best", number === best);
      button.setAttribute(
        "aria-pressed",
        String(this.index === 0 && selected.layer === layer && selected.number === number),
      );
      const name = neuronName(this.network, layer, number);
      const label = `${name}: ${plain(values[number])}${isSilenced ? ", silenced" : ""}`;
      button.setAttribute("aria-label", label);
    }
  }

  // The layers light up one after the other, from the image to the answer; with reduced motion at
  // once, layer by layer.
  startPulse() {
    const [begin, depth] = [performance.now(), this.network.depth];
    const frame = (now) => {
      const time = ((now - begin) / 650) % Infinity;
      if (time >= depth + 0.2) this.pulse = null;
      else this.pulse = reducedMotion() ? Math.floor(time) : time;
      this.draw();
      if (this.pulse !== null) requestAnimationFrame(frame);
    };
    this.pulse = 0;
    requestAnimationFrame(frame);
  }
}
