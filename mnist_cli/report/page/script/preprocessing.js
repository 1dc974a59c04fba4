// ---- preprocessing: the twin of mnist_cli/data/preprocessing.py, one image at a time
// The same steps in the same order; Math.fround where Python has float32. `none`, `deskew` and
// `moments` agree bit for bit, `directions` up to the order of its sums.

const SIDE = 28;
const PADDED = SIDE + 2;
const MIDDLE = Math.fround((PADDED - 1) / 2);
const FURTHEST = Math.fround(PADDED - 1 - 1e-4);
const PIXEL_VARIANCE = 1 / 12;
const SPREAD = 5;
const [LARGEST_ZOOM, SMALLEST_ZOOM, LARGEST_SLANT] = [2.5, 0.5, 1.5];
const MEAN_EDGE = 60;
const SMALLEST = Math.fround(1e-6);
const AXIS = Array.from({ length: SIDE }, (_, i) => i - (SIDE - 1) / 2);
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function preprocess(image, name) {
  if (name === "none") return image;
  const upright = straighten(image, name !== "deskew");
  return toBytes(name === "directions" ? edgeDirections(upright) : upright);
}

const toBytes = (values) =>
  Uint8Array.from(values, (value) => clamp(Math.floor(Math.fround(value + 0.5)), 0, 255));

// Where the ink is, from the middle of the field, and how far it spreads.
function moments(image) {
  let [sum, sumX, sumY, sumXX, sumXY, sumYY] = [0, 0, 0, 0, 0, 0];
  for (let row = 0, i = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++, i++) {
      const ink = image[i];
      if (ink === 0) continue;
      const [x, y] = [AXIS[column], AXIS[row]];
      sum += ink;
      sumX += ink * x;
      sumY += ink * y;
      sumXX += ink * x * x;
      sumXY += ink * x * y;
      sumYY += ink * y * y;
    }
  }
  const total = Math.max(sum, 1);
  const [x, y] = [sumX / total, sumY / total];
  return { x, y, xx: sumXX / total - x * x, xy: sumXY / total - x * y, yy: sumYY / total - y * y };
}

function straighten(image, resize) {
  const spread = moments(image);
  const varianceY = Math.max(spread.yy, PIXEL_VARIANCE);
  const slant = clamp(spread.xy / varianceY, -LARGEST_SLANT, LARGEST_SLANT);
  let [width, height] = [1, 1];
  if (resize) {
    const varianceX = spread.xx - 2 * slant * spread.xy + slant * slant * spread.yy;
    [width, height] = [stepLength(varianceX), stepLength(varianceY)];
  }
  const columns = AXIS.map((place) => Math.fround(width * place));
  const field = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    const y = splitPosition(Math.fround(spread.y + height * AXIS[row]));
    const start = Math.fround(spread.x + slant * height * AXIS[row]);
    const line = between(paddedRow(image, y.index), paddedRow(image, y.index + 1), y.rest);
    for (let column = 0; column < SIDE; column++) {
      const x = splitPosition(Math.fround(start + columns[column]));
      field[row * SIDE + column] = mix(line[x.index], line[x.index + 1], x.rest);
    }
  }
  return field;
}

function stepLength(variance) {
  const steps = Math.sqrt(Math.max(variance, PIXEL_VARIANCE)) / SPREAD;
  return clamp(steps, 1 / LARGEST_ZOOM, 1 / SMALLEST_ZOOM);
}

function splitPosition(position) {
  const inside = clamp(Math.fround(position + MIDDLE), 0, FURTHEST);
  const index = Math.trunc(inside);
  return { index, rest: Math.fround(inside - index) };
}

// One row of the image with paper around it, counted from the row of paper above.
function paddedRow(image, row) {
  const result = new Float32Array(PADDED);
  if (row >= 1 && row <= SIDE) result.set(image.subarray((row - 1) * SIDE, row * SIDE), 1);
  return result;
}

const mix = (here, there, rest) =>
  Math.fround(Math.fround(Math.fround(there - here) * rest) + here);

const between = (here, there, rest) => here.map((value, i) => mix(value, there[i], rest));

// -- edges, sorted by direction into eight maps of 14 rows by 7 columns

const [POOL_ROWS, POOL_COLUMNS] = [pooling(14, 1.5), pooling(7, 1.5)];

function pooling(cells, width) {
  return Array.from({ length: cells }, (_, cell) => {
    const center = ((cell + 0.5) * SIDE) / cells - SIDE / 2;
    const windows = AXIS.map((place) => Math.exp(-0.5 * ((place - center) / width) ** 2));
    const sum = windows.reduce((total, value) => total + value, 0);
    return windows.map((value) => Math.fround(value / sum));
  });
}

function edgeDirections(field) {
  const features = new Float32Array(SIDE * SIDE);
  splitByDirection(field).forEach((edges, number) => {
    const [top, left] = [14 * Math.floor(number / 4), 7 * (number % 4)];
    POOL_ROWS.forEach((rowWindow, row) => {
      const pooled = pooledRow(edges, rowWindow);
      POOL_COLUMNS.forEach((columnWindow, column) => {
        const sum = columnWindow.reduce((total, weight, i) => total + weight * pooled[i], 0);
        features[(top + row) * SIDE + left + column] = Math.sqrt(Math.fround(sum));
      });
    });
  });
  const mean = features.reduce((total, value) => total + value, 0) / features.length;
  const factor = Math.fround(MEAN_EDGE / Math.max(Math.fround(mean), SMALLEST));
  return features.map((value) => value * factor);
}

function pooledRow(edges, rowWindow) {
  const pooled = new Float64Array(SIDE);
  rowWindow.forEach((weight, row) => {
    for (let column = 0; column < SIDE; column++) {
      pooled[column] += weight * edges[row * SIDE + column];
    }
  });
  return pooled;
}

// Sobel differences, parted along the two nearest of eight directions, 45 degrees apart.
function splitByDirection(field) {
  const at = (row, column) =>
    row < 0 || column < 0 || row >= SIDE || column >= SIDE ? 0 : field[row * SIDE + column];
  const maps = Array.from({ length: 8 }, () => new Float32Array(SIDE * SIDE));
  const root = Math.fround(Math.SQRT2);
  for (let row = 0, i = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++, i++) {
      const down = (x) => at(row - 1, x) + 2 * at(row, x) + at(row + 1, x);
      const along = (y) => at(y, column - 1) + 2 * at(y, column) + at(y, column + 1);
      const [dx, dy] = [down(column + 1) - down(column - 1), along(row + 1) - along(row - 1)];
      [
        [dx, dy],
        [-dx, -dy],
      ].forEach(([x, y], half) => {
        maps[4 * half][i] = Math.max(x - Math.abs(dy), 0);
        maps[4 * half + 1][i] = Math.max(Math.min(x, y), 0) * root;
        maps[4 * half + 2][i] = Math.max(y - Math.abs(dx), 0);
        maps[4 * half + 3][i] = Math.max(Math.min(-x, y), 0) * root;
      });
    }
  }
  return maps;
}
