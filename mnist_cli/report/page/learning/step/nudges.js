// ---- nudges: the network, and on each edge how far its weight would move

const [NUDGE_NEURONS, NUDGE_PITCH, NUDGE_RADIUS, NUDGE_PIXELS] = [16, 21, 7, 4];
const [NUDGE_NAMES, NUDGE_LETTERS] = [104, 10]; // room for the names of outputs that are no digits

class Nudges {
  constructor(container) {
    this.container = container;
    this.canvas = container.appendChild(
      make("canvas", { role: "img", "aria-label": "The nudges" }),
    );
    this.content = null;
    new ResizeObserver(() => this.draw()).observe(container);
  }

  // `moves` holds a number for each parameter, `deltas` one for each neuron or null.
  show(network, seen, moves, deltas) {
    this.content = { network, seen, moves, deltas };
    this.canvas.setAttribute("aria-label", `The next step. ${strongestMove(network, moves)}`);
    this.draw();
  }

  draw() {
    const width = this.container.clientWidth;
    if (!this.content || !width) return;
    this.layout(width);
    const context = this.canvas.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, width, this.height);
    this.drawImage(context);
    for (const layer of this.columns.keys()) this.drawLines(context, layer);
    for (const layer of this.columns.keys()) this.drawNeurons(context, layer);
  }

  layout(width) {
    const { network } = this.content;
    const shown = network.weights.map((_, i) => shownNeurons(network, i + 1, NUDGE_NEURONS));
    const tallest = Math.max(...shown.map((numbers) => numbers.length));
    this.height = (tallest + 1) * NUDGE_PITCH;
    this.side = SIDE * Math.max(2, Math.min(5, Math.floor((0.3 * width) / SIDE)));
    const left = this.side + 60;
    const right = width - (isOfDigits(network.facts) ? 24 : NUDGE_NAMES);
    const step = (right - left) / Math.max(1, shown.length - 1);
    this.columns = shown.map((numbers, i) => ({
      numbers,
      x: shown.length > 1 ? left + i * step : right,
      ys: numbers.map((_, j) => this.height / 2 + (j - (numbers.length - 1) / 2) * NUDGE_PITCH),
    }));
    this.ratio = window.devicePixelRatio || 1;
    this.canvas.style.height = `${this.height}px`;
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(this.height * this.ratio);
  }

  drawImage(context) {
    const picture = drawCells(make("canvas", { "data-size": this.side }), this.content.seen);
    context.imageSmoothingEnabled = false;
    context.drawImage(picture, 0, (this.height - this.side) / 2, this.side, this.side);
  }

  drawLines(context, layer) {
    const { numbers, x, ys } = this.columns[layer];
    const lines = numbers.flatMap((number, to) =>
      this.sources(layer, number).map(({ i, from }) => ({
        push: this.move(layer, i, number),
        from,
        to: [x - NUDGE_RADIUS, ys[to]],
      })),
    );
    strokeLines(context, lines, 1, 0.9);
  }

  move(layer, from, to) {
    const { network, moves } = this.content;
    return moves.weights[layer][from * network.sizes[layer + 1] + to];
  }

  // Where the lines into a neuron come from: all shown neurons before it, or its strongest pixels.
  sources(layer, number) {
    if (layer === 0) return this.strongestPixels(number);
    const { numbers, x, ys } = this.columns[layer - 1];
    return numbers.map((i, place) => ({ i, from: [x + NUDGE_RADIUS, ys[place]] }));
  }

  strongestPixels(number) {
    const size = (i) => Math.abs(this.move(0, i, number));
    const cell = this.side / SIDE;
    const place = (i) => [((i % SIDE) + 0.5) * cell, (Math.floor(i / SIDE) + 0.5) * cell];
    const top = (this.height - this.side) / 2;
    return [...this.content.seen.keys()]
      .filter((i) => size(i) > 0)
      .sort((i, j) => size(j) - size(i))
      .slice(0, NUDGE_PIXELS)
      .map((i) => ({ i, from: [place(i)[0], top + place(i)[1]] }));
  }

  // z should go against δ.
  drawNeurons(context, layer) {
    const { numbers, x, ys } = this.columns[layer];
    const { deltas, network } = this.content;
    const most = deltas ? scaleOf(deltas[layer]) : 1;
    numbers.forEach((number, place) => {
      context.beginPath();
      context.arc(x, ys[place], NUDGE_RADIUS, 0, 2 * Math.PI);
      context.fillStyle = css(deltas ? signedColour(-deltas[layer][number] / most) : NEUTRAL);
      context.fill();
      context.strokeStyle = css(CHALK, 0.6);
      context.lineWidth = 1;
      context.stroke();
      if (layer === network.depth - 1)
        writeName(context, nameOf(network.facts, number), x + 12, ys[place]);
    });
  }
}

function writeName(context, name, x, y) {
  context.font = "13px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.fillStyle = css(CHALK);
  context.fillText(
    name.length > NUDGE_LETTERS ? `${[...name].slice(0, NUDGE_LETTERS).join("")}…` : name,
    x,
    y,
  );
}

// The largest nudge in words.
function strongestMove(network, { weights }) {
  const largest = weights.map((layer) => scaleOf(layer));
  const layer = largest.indexOf(Math.max(...largest));
  const place = weights[layer].findIndex((value) => Math.abs(value) === largest[layer]);
  if (place < 0) return "No weight moves.";
  const [from, to] = [
    Math.floor(place / network.sizes[layer + 1]),
    place % network.sizes[layer + 1],
  ];
  const source = layer === 0 ? `pixel ${from + 1}` : neuronName(network, layer, from);
  const target = neuronName(network, layer + 1, to);
  return `The weight from ${source} to ${target} moves most, by ${signed(weights[layer][place], 4)}.`;
}
