// ---- eye: the 28x28 numbers from which the first layer is fed
// Chalk is the number itself. A chosen neuron of the first layer tints the grid with its weights.

const MAPS = { directions: [7, 14] }; // columns and rows of each map that the numbers form

class Eye {
  constructor(canvas) {
    Object.assign(this, { canvas, cell: 8 });
  }

  // As many whole pixels for each cell as its box has room for.
  resize(width, ratio) {
    this.cell = Math.max(1, Math.floor((width * ratio) / SIDE));
    this.canvas.width = this.canvas.height = this.cell * SIDE;
  }

  // `tint`: a number for each cell, or null.
  draw(seen, preprocessing, tint) {
    const context = this.canvas.getContext("2d");
    const scale = tint ? scaleOf(tint) : 1;
    context.fillStyle = css(BOARD);
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    seen.forEach((value, i) => {
      this.drawCell(context, i, tint ? signedColour(tint[i] / scale) : null, value / 255);
    });
    if (preprocessing in MAPS) this.drawFrames(context, ...MAPS[preprocessing]);
  }

  drawCell(context, i, tint, ink) {
    const { cell } = this;
    const [x, y, gap] = [(i % SIDE) * cell, Math.floor(i / SIDE) * cell, cell > 4 ? 1 : 0];
    context.fillStyle = css(tint ?? (ink ? inkColour(ink) : NEUTRAL));
    context.fillRect(x, y, cell - gap, cell - gap);
    if (!tint || !ink) return;
    const side = Math.max(2, 0.7 * cell * Math.sqrt(ink)); // its area is the number
    const start = (cell - gap - side) / 2;
    context.fillStyle = css(CHALK);
    context.fillRect(x + start, y + start, side, side);
  }

  drawFrames(context, columns, rows) {
    context.strokeStyle = css(BOARD);
    context.lineWidth = Math.max(2, this.cell / 2);
    for (let x = columns; x < SIDE; x += columns) this.drawRule(context, x, 0, x, SIDE);
    for (let y = rows; y < SIDE; y += rows) this.drawRule(context, 0, y, SIDE, y);
  }

  drawRule(context, ...ends) {
    const [x1, y1, x2, y2] = ends.map((place) => place * this.cell);
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }
}
