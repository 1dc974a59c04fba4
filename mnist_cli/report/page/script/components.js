// ---- components: which pixels of a mask belong together; the twin of pictures/components.py

class Grid {
  // Numbers in rows; `at` is 0 outside.
  constructor(width, height, data = new Float64Array(width * height)) {
    Object.assign(this, { width, height, data });
  }

  at(x, y) {
    return x < 0 || y < 0 || x >= this.width || y >= this.height
      ? 0
      : this.data[y * this.width + x];
  }

  // A grid of the same size, or of another one, whose pixels a function tells.
  map(pixel, width = this.width, height = this.height) {
    const result = new Grid(width, height);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) result.data[i] = pixel(x, y, this.data[i]);
    }
    return result;
  }

  cut([left, top, right, bottom]) {
    return this.map((x, y) => this.at(left + x, top + y), right - left, bottom - top);
  }

  max() {
    return this.data.reduce((most, value) => Math.max(most, value), 0);
  }
}

// Grow a mask by so many pixels in every direction.
function spread(mask, reach) {
  const most = (dx, dy) => (grid) =>
    grid.map((x, y) => {
      for (let step = -reach; step <= reach; step++) {
        if (grid.at(x + step * dx, y + step * dy)) return 1;
      }
      return 0;
    });
  return most(0, 1)(most(1, 0)(mask));
}

// Label the connected parts (8 neighbours) of a mask from 0, in reading order; -1 off the mask.
function connectedParts(mask) {
  const labels = mask.map(() => -1);
  const boxes = [];
  for (let start = 0; start < mask.data.length; start++) {
    if (mask.data[start] && labels.data[start] < 0)
      boxes.push(flood(mask, labels, start, boxes.length));
  }
  return { labels, boxes };
}

function flood(mask, labels, start, label) {
  const { width, height } = mask;
  const waiting = [start];
  const box = [width, height, 0, 0];
  labels.data[start] = label;
  while (waiting.length) {
    const place = waiting.pop();
    const [x, y] = [place % width, Math.floor(place / width)];
    widen(box, [x, y, x + 1, y + 1]);
    for (let ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, height - 1); ny++) {
      for (let nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++) {
        const next = ny * width + nx;
        if (!mask.data[next] || labels.data[next] >= 0) continue;
        labels.data[next] = label;
        waiting.push(next);
      }
    }
  }
  return box;
}

function widen(box, [left, top, right, bottom]) {
  box[0] = Math.min(box[0], left);
  box[1] = Math.min(box[1], top);
  box[2] = Math.max(box[2], right);
  box[3] = Math.max(box[3], bottom);
}

function around(boxes) {
  const box = [Infinity, Infinity, 0, 0];
  for (const other of boxes) widen(box, other);
  return box;
}

const longestSide = ([left, top, right, bottom]) => Math.max(right - left, bottom - top);
