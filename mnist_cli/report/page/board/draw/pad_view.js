// ---- pad, view: the drawing for the eye, smooth; a new piece of a stroke is added to it

class PadView {
  constructor(pad, canvas) {
    Object.assign(this, { pad, canvas, side: 0 });
    this.cursor = [PAD / 2, PAD / 2]; // of the keyboard
    this.isPenDown = false;
    this.repaint = oncePerFrame(() => this.paint());
    for (const event of ["focus", "blur"]) canvas.addEventListener(event, this.repaint);
    new ResizeObserver(([entry]) => this.resize(entry.contentRect.width)).observe(canvas);
  }

  resize(width) {
    this.side = Math.round(width * (window.devicePixelRatio || 1));
    if (!this.side) return;
    this.canvas.width = this.canvas.height = this.side;
    this.paint();
  }

  get context() {
    const context = this.canvas.getContext("2d");
    context.setTransform(this.side / PAD, 0, 0, this.side / PAD, 0, 0);
    return context;
  }

  moveCursor(point) {
    this.cursor = point;
    if (this.hasKeyboard) this.repaint();
  }

  get hasKeyboard() {
    return this.canvas.matches(":focus-visible");
  }

  // The last piece of a stroke.
  extend({ tool, size, points }) {
    if (points.length === 1) this.paintLine(this.context, tool, size, points);
    else this.paintLine(this.context, tool, size, points.slice(-2));
  }

  paint() {
    const { context } = this;
    context.fillStyle = css(BOARD);
    context.fillRect(0, 0, PAD, PAD);
    if (this.pad.base) this.paintBase(context);
    for (const { tool, size, points } of this.pad.strokes)
      this.paintLine(context, tool, size, points);
    if (this.hasKeyboard) this.paintCursor(context);
  }

  paintLine(context, tool, size, points) {
    context.beginPath();
    context.moveTo(...points[0]);
    for (const point of points) context.lineTo(...point);
    context.lineWidth = size;
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = css(tool === "pen" ? CHALK : BOARD);
    context.stroke();
  }

  paintBase(context) {
    const small = drawCells(make("canvas", { "data-size": SIDE }), this.pad.base);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, PAD, PAD);
  }

  paintCursor(context) {
    context.beginPath();
    context.arc(...this.cursor, Math.max(this.pad.size / 2, 1.5), 0, 2 * Math.PI);
    context.lineWidth = 0.6;
    context.strokeStyle = css(this.isPenDown ? POSITIVE : NEGATIVE);
    context.stroke();
  }
}
