// ---- weight pad: the 28x28 weights of a neuron, to choose one and to paint all

const HAND_TOOLS = [
  { name: "Choose", sign: null },
  { name: "Paint +", sign: 1 },
  { name: "Paint −", sign: -1 },
  { name: "Paint 0", sign: 0 },
];
const HAND_BRUSH = 1.5; // pixels from the middle of the brush

class WeightPad {
  // `onChoose(pixel)` and `onPaint(pixels, sign)` are called by pointer and keyboard.
  constructor(canvas, tools, { onChoose, onPaint }) {
    Object.assign(this, { canvas, onChoose, onPaint, pixel: 406, tool: HAND_TOOLS[0] });
    canvas.dataset.size = 10 * SIDE;
    this.buttons = HAND_TOOLS.map((tool) =>
      make("button", { type: "button", onclick: () => this.take(tool) }, tool.name),
    );
    tools.append(...this.buttons);
    this.take(HAND_TOOLS[0]);
    this.listen();
  }

  take(tool) {
    this.tool = tool;
    for (const [i, button] of this.buttons.entries())
      button.setAttribute("aria-pressed", String(HAND_TOOLS[i] === tool));
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.use(this.pixelAt(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.use(this.pixelAt(event));
    });
    canvas.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key in steps) {
      const [dx, dy] = steps[event.key];
      const [x, y] = [this.pixel % SIDE, Math.floor(this.pixel / SIDE)];
      this.choose(clamp(x + dx, 0, SIDE - 1) + SIDE * clamp(y + dy, 0, SIDE - 1));
    } else if (event.key === " ") this.use(this.pixel);
    else return;
    event.preventDefault();
  }

  pixelAt({ clientX, clientY }) {
    const { left, top, width } = this.canvas.getBoundingClientRect();
    const place = (from) => clamp(Math.floor((SIDE * from) / width), 0, SIDE - 1);
    return place(clientX - left) + SIDE * place(clientY - top);
  }

  choose(pixel) {
    this.pixel = pixel;
    this.onChoose();
  }

  use(pixel) {
    this.choose(pixel);
    if (this.tool.sign !== null) this.onPaint(underBrush(pixel), this.tool.sign);
  }

  // Weights by colour, a light dot for the ink of the image, a frame around the chosen weight.
  draw(weights, ink, scale) {
    drawCells(this.canvas, weights, { kind: "signed", scale });
    const context = this.canvas.getContext("2d");
    const cell = this.canvas.width / SIDE;
    ink.forEach((value, i) => {
      context.fillStyle = css(CHALK, value / 255);
      const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
      context.fillRect((x + 0.35) * cell, (y + 0.35) * cell, 0.3 * cell, 0.3 * cell);
    });
    const [x, y] = [this.pixel % SIDE, Math.floor(this.pixel / SIDE)];
    context.strokeStyle = css(CHALK);
    context.lineWidth = 2;
    context.strokeRect(x * cell, y * cell, cell, cell);
  }
}

// The pixels under the brush.
function underBrush(pixel) {
  const [x, y] = [pixel % SIDE, Math.floor(pixel / SIDE)];
  return [...Array(SIDE * SIDE).keys()].filter(
    (i) => Math.hypot((i % SIDE) - x, Math.floor(i / SIDE) - y) <= HAND_BRUSH,
  );
}

// The lectures' example: + where a bar should be, − around it. Returns the sign of each weight.
function barSigns() {
  const inside = (x, y, margin) => {
    return Math.abs(y - 8) <= 1 + margin && Math.abs(x - 13.5) <= 5 + margin;
  };
  return Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    if (inside(x, y, 0)) return 1;
    return inside(x, y, 2) ? -1 : 0;
  });
}
