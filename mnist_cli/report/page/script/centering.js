// ---- centering: one digit's ink -> the 28x28 image that MNIST's makers would have made
// The twin of mnist_cli/pictures/centering.py and resizing.py.

const [SHORTEST, LONGEST] = [18, 20]; // side of the digit in the 28x28 image
const FINE = 3 * LONGEST;
const [THINNEST, HAIRLINE, PEN] = [1.4, 1.2, 2.0]; // strokes, of 20
const [BROADEST, BRUSH] = [4.5, 3.6];

function centered(ink) {
  const side = Math.max(ink.width, ink.height);
  const isReady = SHORTEST <= side && side <= LONGEST && strokeWidth(ink) >= HAIRLINE;
  const digit = (isReady ? ink : scaled(ink)).map((_x, _y, value) => roundEven(value));
  return placed(digit);
}

function scaled(ink) {
  const stroke = (strokeWidth(ink) * LONGEST) / Math.max(ink.width, ink.height);
  const small = withLongest(withUsualStrokes(ink, stroke), LONGEST);
  const factor = Math.fround(255 / Math.max(small.max(), 1));
  return small.map((_x, _y, value) => Math.fround(value * factor));
}

// Thin strokes are widened, thick ones narrowed; `width` is what they have now, of 20.
function withUsualStrokes(ink, width) {
  if (THINNEST <= width && width <= BROADEST) return ink;
  const fine = finer(ink);
  const [stroke, longest] = [strokeWidth(fine), Math.max(fine.width, fine.height)];
  if (width < THINNEST) return widened(fine, (PEN / LONGEST) * longest - stroke);
  const slim = narrowed(fine, stroke - (BRUSH / LONGEST) * longest);
  return slim.cut(inkedBox(slim, 0));
}

// The longest side at 60 to 120 pixels.
function finer(ink) {
  const step = Math.floor(Math.max(ink.width, ink.height) / FINE);
  if (step < 2) return step ? ink : withLongest(ink, FINE);
  const darkest = (x, y) => ink.cut([x * step, y * step, (x + 1) * step, (y + 1) * step]).max();
  return ink.map(darkest, Math.ceil(ink.width / step), Math.ceil(ink.height / step));
}

function withLongest(ink, longest) {
  const scale = longest / Math.max(ink.width, ink.height);
  const [width, height] = [ink.width, ink.height].map((side) =>
    Math.max(1, roundEven(side * scale)),
  );
  return resized(ink, width, height);
}

// Each new pixel is the mean of the area that it covers.
function resized(ink, width, height) {
  const [rows, columns] = [areaWeights(ink.height, height), areaWeights(ink.width, width)];
  const narrow = ink.map(
    (x, y) => columns[x].reduce((sum, [i, weight]) => sum + weight * ink.at(i, y), 0),
    width,
    ink.height,
  );
  return ink.map(
    (x, y) => Math.fround(rows[y].reduce((sum, [i, weight]) => sum + weight * narrow.at(x, i), 0)),
    width,
    height,
  );
}

// For each new pixel the old ones that it covers, and how much of its area they fill.
function areaWeights(old, count) {
  const reach = Math.max(old / count, 1) / 2;
  return Array.from({ length: count }, (_, place) => {
    const center = (place + 0.5) * (old / count);
    const covered = [];
    for (let i = 0; i < old; i++) {
      const shared = Math.min(i + 1, center + reach) - Math.max(i, center - reach);
      if (shared > 0) covered.push([i, shared]);
    }
    const sum = covered.reduce((total, [, shared]) => total + shared, 0);
    return covered.map(([i, shared]) => [i, Math.fround(shared / sum)]);
  });
}

// Mean width of the strokes: twice the area by the outline.
function strokeWidth(ink) {
  let [area, outline] = [0, 0];
  for (let y = -1; y < ink.height; y++) {
    for (let x = -1; x < ink.width; x++) {
      const value = ink.at(x, y);
      area += value;
      outline += Math.hypot(ink.at(x, y + 1) - value, ink.at(x + 1, y) - value);
    }
  }
  return outline ? (2 * area) / outline : 0;
}

// Every stroke `extra` pixels wider; the image grows by the same on all sides.
function widened(ink, extra) {
  const steps = Math.ceil(extra / 2);
  if (steps < 1) return ink;
  const { width, height } = ink;
  let grown = ink.cut([-steps, -steps, width + steps, height + steps]);
  for (let step = 0; step < steps; step++) {
    const share = Math.fround(Math.min(1, extra / 2 - step));
    const before = grown;
    grown = before.map(
      (x, y, value) => value + share * (neighboursBest(before, x, y, step) - value),
    );
  }
  return grown;
}

// Every stroke `less` pixels narrower: the paper around it grows.
function narrowed(ink, less) {
  const steps = Math.max(0, Math.ceil(less / 2));
  const inverted = (image) => image.map((_x, _y, value) => 255 - value);
  const around = inverted(ink.cut([-1, -1, ink.width + 1, ink.height + 1]));
  const paper = inverted(widened(around, less));
  return paper.cut([steps + 1, steps + 1, steps + 1 + ink.width, steps + 1 + ink.height]);
}

// The most ink among 4 neighbours, in every second step 8: together octagons.
function neighboursBest(ink, x, y, step) {
  let best = Math.max(
    ink.at(x, y - 1),
    ink.at(x, y),
    ink.at(x, y + 1),
    ink.at(x - 1, y),
    ink.at(x + 1, y),
  );
  if (step % 2 === 1) {
    for (const [dx, dy] of [
      [-1, -1],
      [1, -1],
      [-1, 1],
      [1, 1],
    ]) {
      best = Math.max(best, ink.at(x + dx, y + dy));
    }
  }
  return best;
}

// A digit of at most 20x20 on 28x28, its center of mass at the center.
function placed(digit) {
  const mass = Math.max(
    digit.data.reduce((sum, value) => sum + value, 0),
    1,
  );
  let [sumX, sumY] = [0, 0];
  digit.data.forEach((value, i) => {
    sumX += value * (i % digit.width);
    sumY += value * Math.floor(i / digit.width);
  });
  const left = clamp(roundEven(SIDE / 2 - sumX / mass), 0, SIDE - digit.width);
  const top = clamp(roundEven(SIDE / 2 - sumY / mass), 0, SIDE - digit.height);
  return Uint8Array.from(digit.map((x, y) => digit.at(x - left, y - top), SIDE, SIDE).data);
}

// Halves go to the even neighbour, as in Python and NumPy.
function roundEven(value) {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

// 0 without values.
function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return sorted.length ? (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2 : 0;
}
