// ---- diagram: the network as the lectures draw it
// Brightness is activation. A line is weight × activation: blue and solid where it raises the next
// neuron, orange and dashed where it lowers it, the thicker the stronger.

const MOST_NEURONS = 16; // of a layer
const PIXEL_LINES = 5; // strongest pixels of each first neuron
const CHOSEN_PIXEL_LINES = 40; // of a chosen one

class Diagram {
  constructor(state, { bench, lines, neurons, eye }) {
    Object.assign(this, { state, bench, lines, neurons });
    this.eye = new Eye(eye);
    this.rows = new NeuronRows(state, neurons);
    this.scene = null;
    this.isPrinting = false;
    const measure = new ResizeObserver(() => this.layout());
    for (const element of [bench, neurons, eye]) measure.observe(element);
  }

  get network() {
    return this.state.network;
  }

  // Neurons for the network on the board; those that are there, if it has the same layers.
  build() {
    if (!this.rows.build(this.network)) return;
    this.scene = null;
    this.layout();
  }

  // -- where everything is; nothing is measured while somebody draws

  layout() {
    const [bench, box] = [this.bench, this.neurons].map((part) => part.getBoundingClientRect());
    const eye = this.eye.canvas.getBoundingClientRect();
    if (!box.width || !this.rows.layers.length) return;
    const counts = this.rows.layers.map(({ shown }) => shown.length);
    this.isRows = getComputedStyle(this.bench).getPropertyValue("--shape").trim() === "rows";
    this.places = this.isRows
      ? inRows(counts, box.width)
      : inColumns(counts, box.width, box.height, roomForNames(this.network));
    this.rows.place(this.places, this.isRows);
    this.offset = [box.left - bench.left, box.top - bench.top];
    this.eyeBox = { x: eye.left - bench.left, y: eye.top - bench.top, side: eye.width };
    this.ratio = window.devicePixelRatio || 1;
    this.eye.resize(eye.width, this.ratio);
    [this.lines.width, this.lines.height] = [bench.width, bench.height].map((size) =>
      Math.round(size * this.ratio),
    );
    if (this.scene) this.draw(this.scene);
  }

  spot(layer, place, side) {
    const [x, y] = this.places.spots[layer - 1][place];
    const [dx, dy] = this.isRows ? [0, side] : [side, 0];
    const { radius } = this.places;
    return [x + this.offset[0] + dx * radius, y + this.offset[1] + dy * radius];
  }

  pixel(i) {
    const { x, y, side } = this.eyeBox;
    const cell = side / SIDE;
    return [x + ((i % SIDE) + 0.5) * cell, y + (Math.floor(i / SIDE) + 0.5) * cell];
  }

  // -- what is going on

  draw(scene) {
    this.scene = scene;
    if (!this.places) return;
    const context = this.lines.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.lines.width, this.lines.height);
    if (this.isPrinting) this.fill(context);
    this.strokeLayer(context, 1, this.pixelLines());
    for (let layer = 2; layer <= this.network.depth; layer++)
      this.strokeLayer(context, layer, this.linesInto(layer));
    this.eye.draw(this.state.activity.seen, this.network.facts.preprocessing, this.tint());
    this.rows.show(scene);
  }

  // A printer may show a transparent picture on white.
  fill(context) {
    context.fillStyle = css(BOARD);
    context.fillRect(0, 0, this.lines.width, this.lines.height);
  }

  strokeLayer(context, layer, lines) {
    const reach = this.scene.reach(layer);
    const ends = ({ from, to }) => (this.scene.isBackward ? { from: to, to: from } : { from, to });
    const directed = lines.map((line) => ({ ...line, ...ends(line) }));
    strokeLines(context, directed, reach, layer === 1 ? 0.55 : 0.9);
  }

  linesInto(layer) {
    const [before, after] = [this.rows.layers[layer - 2], this.rows.layers[layer - 1]];
    return before.shown.flatMap((i, from) =>
      after.shown.map((j, to) => ({
        push: this.scene.number(layer, i, j),
        from: this.spot(layer - 1, from, 1),
        to: this.spot(layer, to, -1),
        isFaded: this.isFaded(layer, i, j),
      })),
    );
  }

  // The strongest pixels of each neuron of the first layer.
  pixelLines() {
    return this.rows.layers[0].shown.flatMap((number, place) => {
      const isChosen = this.state.isChosenNeuron(1, number);
      const isFaded = this.isFaded(1, -1, number);
      return this.strongestPixels(number, isChosen ? CHOSEN_PIXEL_LINES : PIXEL_LINES).map(
        ([push, i]) => ({ push, isFaded, from: this.pixel(i), to: this.spot(1, place, -1) }),
      );
    });
  }

  strongestPixels(number, most) {
    const pushes = [];
    for (let i = 0; i < this.network.sizes[0]; i++) {
      const push = this.scene.number(1, i, number);
      if (push) pushes.push([push, i]);
    }
    return pushes.sort((one, other) => Math.abs(other[0]) - Math.abs(one[0])).slice(0, most);
  }

  isFaded(layer, from, to) {
    const { state } = this;
    if (!state.isChosen) return false;
    return !state.isChosenNeuron(layer, to) && !state.isChosenNeuron(layer - 1, from);
  }

  // The weights of a chosen neuron of the first layer, for the grid.
  tint() {
    const { layer, number } = this.state.selected;
    if (!this.state.isChosen || layer !== 1) return null;
    return weightsOf(this.network, 0, number);
  }
}
