// ---- pad: drawing by mouse, pen, finger and keyboard
// The drawing is a list of strokes. From it come two pictures: a smooth one for the eye, and 64x64
// bytes, counted here and not by the browser, so that they are the same everywhere. The second one
// is what the network reads and what "Save as PNG" writes.

const PAD = 64;

class Pad {
  constructor(state, canvas, controls) {
    Object.assign(this, { state, canvas, controls });
    this.strokes = [];
    this.base = null; // an image that was loaded
    this.isExample = false; // it goes away when somebody draws
    this.cursor = [PAD / 2, PAD / 2];
    this.penDown = false;
    this.ink = new Grid(PAD, PAD);
    this.listen();
    new ResizeObserver(() => this.paint()).observe(canvas);
  }

  get tool() {
    return this.controls.eraser.getAttribute("aria-pressed") === "true" ? "eraser" : "pen";
  }

  get size() {
    return Number(this.controls.brush.value);
  }

  listen() {
    const { canvas, controls } = this;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.follow(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, () => (this.pointer = null));
    }
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => this.setPen(false));
    controls.eraser.addEventListener("click", () => this.toggleEraser());
    controls.undo.addEventListener("click", () => this.undo());
    controls.clear.addEventListener("click", () => this.clear());
    controls.save.addEventListener("click", () => this.save());
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * PAD,
      ((event.clientY - box.top) / box.height) * PAD,
    ];
  }

  begin(event) {
    if (event.button !== 0 || this.pointer) return;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.cursor = this.place(event);
    this.startStroke(this.cursor);
  }

  follow(event) {
    if (this.pointer !== event.pointerId) return;
    const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const part of events.length ? events : [event]) this.extend(this.place(part));
    this.update();
  }

  startStroke(point) {
    if (this.isExample) this.forget();
    if (this.base) this.state.label = null;
    this.strokes.push({ tool: this.tool, size: this.size, points: [] });
    this.extend(point);
    this.update();
  }

  extend(point) {
    const { points } = this.strokes[this.strokes.length - 1];
    points.push(point);
    this.cursor = point;
    this.stamp(this.strokes[this.strokes.length - 1], points.length - 1);
  }

  // Ink of the line from the point before to this one: full inside, soft over one pixel at the rim.
  stamp({ tool, size, points }, i) {
    const [to, from] = [points[i], points[Math.max(i - 1, 0)]];
    const reach = size / 2 + 1;
    const low = (axis) => Math.max(0, Math.floor(Math.min(to[axis], from[axis]) - reach));
    const high = (axis) => Math.min(PAD - 1, Math.ceil(Math.max(to[axis], from[axis]) + reach));
    for (let y = low(1); y <= high(1); y++) {
      for (let x = low(0); x <= high(0); x++) {
        const cover = clamp(size / 2 + 0.5 - distance([x + 0.5, y + 0.5], from, to), 0, 1);
        const [place, ink] = [y * PAD + x, Math.round(255 * cover)];
        const before = this.ink.data[place];
        this.ink.data[place] = tool === "pen" ? Math.max(before, ink) : Math.min(before, 255 - ink);
      }
    }
  }

  // Draw all strokes again, on the loaded image if there is one.
  restore() {
    this.ink = new Grid(PAD, PAD);
    if (this.base) {
      const small = new Grid(SIDE, SIDE, Float64Array.from(this.base));
      this.ink = small.map(
        (x, y) => small.at(Math.floor((x * SIDE) / PAD), Math.floor((y * SIDE) / PAD)),
        PAD,
        PAD,
      );
    }
    for (const stroke of this.strokes) {
      for (let i = 0; i < stroke.points.length; i++) this.stamp(stroke, i);
    }
  }

  // Let the network see the drawing; a loaded image that nobody drew on comes through as it is.
  update() {
    const { image, doubts } =
      this.strokes.length || !this.base ? readPicture(this.ink) : { image: this.base, doubts: [] };
    this.state.show(image, doubts);
    this.paint();
  }

  forget() {
    Object.assign(this, { strokes: [], base: null, isExample: false });
    this.restore();
    this.state.label = null;
    this.controls.about.textContent = "";
  }

  clear() {
    this.forget();
    this.update();
  }

  undo() {
    if (this.strokes.length) this.strokes.pop();
    else this.forget();
    this.restore();
    this.update();
  }

  load(image, about, label = null, isExample = false) {
    this.forget();
    this.state.label = label;
    Object.assign(this, { base: Uint8Array.from(image), isExample });
    this.controls.about.textContent = about;
    this.restore();
    this.update();
  }

  toggleEraser() {
    this.controls.eraser.setAttribute("aria-pressed", String(this.tool === "pen"));
  }

  // -- by keyboard: arrows move, space puts the pen down and lifts it

  key(event) {
    const move = MOVES[event.key];
    const step = event.shiftKey ? 1 : 2;
    if (move) this.move(move.map((part) => part * step));
    else if (event.key === " " || event.key === "Enter") this.setPen(!this.penDown);
    else if (event.key === "e") this.toggleEraser();
    else if (event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey)))
      this.undo();
    else if (event.key === "Delete") this.clear();
    else return;
    event.preventDefault();
  }

  setPen(down) {
    if (this.penDown === down) return;
    this.penDown = down;
    this.controls.pen.textContent = down ? "Pen down." : "Pen up.";
    if (down) this.startStroke(this.cursor);
    this.paint();
  }

  move([dx, dy]) {
    const point = [clamp(this.cursor[0] + dx, 0, PAD), clamp(this.cursor[1] + dy, 0, PAD)];
    this.cursor = point;
    if (this.penDown) {
      this.extend(point);
      this.update();
    }
    this.paint();
  }

  // -- what the eye sees

  paint() {
    const { canvas } = this;
    const side = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
    if (!side) return;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    context.setTransform(side / PAD, 0, 0, side / PAD, 0, 0);
    context.fillStyle = css(BOARD);
    context.fillRect(0, 0, PAD, PAD);
    if (this.base) this.paintBase(context);
    for (const stroke of this.strokes) paintStroke(context, stroke);
    if (document.activeElement === canvas && canvas.matches(":focus-visible"))
      this.paintCursor(context);
  }

  paintBase(context) {
    const small = drawCells(make("canvas", { "data-size": SIDE }), this.base);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, PAD, PAD);
  }

  paintCursor(context) {
    context.beginPath();
    context.arc(...this.cursor, Math.max(this.size / 2, 1.5), 0, 2 * Math.PI);
    context.lineWidth = 0.6;
    context.strokeStyle = css(this.penDown ? POSITIVE : NEGATIVE);
    context.stroke();
  }

  // The drawing as a PNG for `mnist predict`: black ink on white paper.
  picture() {
    const isLoaded = this.base && !this.strokes.length;
    const side = isLoaded ? SIDE : PAD;
    const ink = isLoaded ? this.base : this.ink.data;
    const canvas = make("canvas", { width: side, height: side });
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(side, side);
    ink.forEach((value, i) => {
      pixels.data.set([255 - value, 255 - value, 255 - value, 255], 4 * i);
    });
    context.putImageData(pixels, 0, 0);
    return canvas;
  }

  save() {
    this.picture().toBlob((blob) => {
      const link = make("a", { href: URL.createObjectURL(blob), download: "my-digit.png" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }
}
