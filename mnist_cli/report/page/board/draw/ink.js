// ---- ink: the drawing as 64x64 bytes
// They are counted here and not by the browser, so that they are the same everywhere. The network
// reads them, and "Save as PNG" writes them.

const PAD = 64;

class Ink {
  constructor(data = new Uint8Array(PAD * PAD)) {
    this.data = data;
  }

  // A 28x28 image, each pixel as large as it comes out.
  static of(image) {
    const small = new Grid(SIDE, SIDE, image);
    const at = (place) => Math.floor((place * SIDE) / PAD);
    return new Ink(
      Uint8Array.from({ length: PAD * PAD }, (_, i) => small.at(at(i % PAD), at(i / PAD))),
    );
  }

  copy() {
    return new Ink(this.data.slice());
  }

  get grid() {
    return new Grid(PAD, PAD, Float64Array.from(this.data));
  }

  // The line from one point of a stroke to the next: full ink inside, soft over one pixel at the rim.
  stamp({ tool, size }, from, to) {
    const reach = size / 2 + 1;
    const low = (axis) => Math.max(0, Math.floor(Math.min(to[axis], from[axis]) - reach));
    const high = (axis) => Math.min(PAD - 1, Math.ceil(Math.max(to[axis], from[axis]) + reach));
    for (let y = low(1); y <= high(1); y++) {
      for (let x = low(0); x <= high(0); x++) {
        const cover = clamp(size / 2 + 0.5 - distance([x + 0.5, y + 0.5], from, to), 0, 1);
        const [place, ink] = [y * PAD + x, Math.round(255 * cover)];
        const before = this.data[place];
        this.data[place] = tool === "pen" ? Math.max(before, ink) : Math.min(before, 255 - ink);
      }
    }
  }
}

function distance([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = dx || dy ? clamp(((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy), 0, 1) : 0;
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
