// ---- pad: the drawing, a list of strokes over paper or over a loaded image

class Pad {
  constructor(state, canvas, controls) {
    Object.assign(this, { state, controls });
    this.strokes = []; // { tool, size, points, before: the ink that was there }
    this.base = null; // an image that was loaded
    this.isExample = false; // it goes away when somebody draws
    this.origin = ["", null]; // words about the loaded image, and its label
    this.ink = new Ink();
    this.view = new PadView(this, canvas);
    controls.eraser.addEventListener("click", () => this.toggleEraser());
    controls.undo.addEventListener("click", () => this.undo());
    controls.clear.addEventListener("click", () => this.clear());
    controls.save.addEventListener("click", () => this.save());
    drawByPointer(this, canvas);
    drawByKeyboard(this, canvas);
  }

  get tool() {
    return this.controls.eraser.getAttribute("aria-pressed") === "true" ? "eraser" : "pen";
  }

  get size() {
    return Number(this.controls.brush.value);
  }

  startStroke(point) {
    if (this.isExample) this.forget();
    else if (this.base && !this.strokes.length) this.tell("", null);
    if (!this.strokes.length) this.view.repaint();
    this.strokes.push({ tool: this.tool, size: this.size, points: [], before: this.ink.copy() });
    this.extend(point);
  }

  extend(point) {
    const stroke = this.strokes[this.strokes.length - 1];
    this.ink.stamp(stroke, stroke.points[stroke.points.length - 1] ?? point, point);
    stroke.points.push(point);
    this.view.extend(stroke);
    this.changed();
  }

  // The network reads the drawing once per picture on the screen, however many points were added.
  changed() {
    this.state.showSoon(() => this.read());
  }

  // A loaded image that nobody drew on comes through as it is.
  read() {
    if (this.base && !this.strokes.length) return { image: this.base, doubts: [] };
    return this.state.facts.handwriting ? readPicture(this.ink.grid) : readWhole(this.ink.grid);
  }

  // Words under the pad, and the class that the image shows, where that is known.
  tell(about, label) {
    this.controls.about.textContent = about;
    this.state.label = label;
  }

  forget() {
    Object.assign(this, { strokes: [], base: null, isExample: false, ink: new Ink() });
    this.tell("", null);
  }

  clear() {
    this.forget();
    this.usePen();
    this.view.repaint();
    this.changed();
  }

  undo() {
    if (this.strokes.length) this.ink = this.strokes.pop().before;
    else this.forget();
    if (this.base && !this.strokes.length) this.tell(...this.origin);
    this.view.repaint();
    this.changed();
  }

  load(image, about, label = null, isExample = false) {
    this.forget();
    Object.assign(this, {
      base: Uint8Array.from(image),
      isExample,
      ink: Ink.of(image),
      origin: [about, label],
    });
    this.tell(about, label);
    this.view.repaint();
    this.changed();
  }

  toggleEraser() {
    this.controls.eraser.setAttribute("aria-pressed", String(this.tool === "pen"));
  }

  usePen() {
    this.controls.eraser.setAttribute("aria-pressed", "false");
  }

  // The drawing as a PNG for `mnist predict`: black ink on white paper.
  picture() {
    const isLoaded = this.base && !this.strokes.length;
    const side = isLoaded ? SIDE : PAD;
    const canvas = make("canvas", { width: side, height: side });
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(side, side);
    (isLoaded ? this.base : this.ink.data).forEach((value, i) => {
      pixels.data.set([255 - value, 255 - value, 255 - value, 255], 4 * i);
    });
    context.putImageData(pixels, 0, 0);
    return canvas;
  }

  save() {
    const download = `my-${imageWord(this.state.facts)}.png`;
    this.picture().toBlob((blob) => {
      const link = make("a", { href: URL.createObjectURL(blob), download });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }
}
