// ---- surroundings: a box or a ring around a digit, a line below it; the twin of
// pictures/surroundings.py and of pictures/underlines.py

const [IN_BOX, IN_RING] = [0.2, 0.4]; // of its height; the digit inside is higher
const CLOSED = 0.6; // share of the digit's rows and columns that have the ring on both sides
const FLAT = 0.25; // height over width of a line below a digit
const WIDE = 0.7; // of the digit's width; the line below it is no shorter, and below as much of it
const NEAR = 0.6; // of the digit's height, from its foot to the line
const SMALLEST_ABOVE = 24; // pixels; images of MNIST are smaller, and stay as they are
const OVER = 0.9; // of the line; a digit on it is narrower
const LOW = 0.6; // of the height of a digit and its line; the line is lower

// Those of some parts that are neither around another one nor a line below it.
function withoutSurroundings(parts, chosen) {
  const { boxes } = parts;
  const inner = chosen.filter((part) => !isSurrounding(parts, part, chosen));
  return inner.filter((part) => !inner.some((other) => isLineBelow(boxes[part], boxes[other])));
}

function isSurrounding(parts, part, chosen) {
  const box = parts.boxes[part];
  const others = chosen.map((other) => parts.boxes[other]).filter((other) => isWithin(other, box));
  const inside = (share) => others.filter((other) => heightOf(other) > share * heightOf(box));
  if (!inside(IN_BOX).length) return false;
  return isHollow(parts, part) || inside(IN_RING).some((other) => isRing(parts, part, other));
}

// Whether a part has ink on both sides of a box in it, in its rows and in its columns.
function isRing({ labels, boxes }, part, [left, top, right, bottom]) {
  const [x0, y0, x1, y1] = boxes[part];
  const [x, y] = [(left + right) >> 1, (top + bottom) >> 1];
  const has = (box) => labels.cut(box).data.includes(part);
  const rows = countWhere(top, bottom, (row) =>
    [
      [x0, row, x, row + 1],
      [x, row, x1, row + 1],
    ].every(has),
  );
  const columns = countWhere(left, right, (column) =>
    [
      [column, y0, column + 1, y],
      [column, y, column + 1, y1],
    ].every(has),
  );
  return Math.min(rows / (bottom - top), columns / (right - left)) >= CLOSED;
}

function countWhere(first, last, isTrue) {
  let count = 0;
  for (let i = first; i < last; i++) count += isTrue(i) ? 1 : 0;
  return count;
}

// Whether a box is a flat line close below another one, which is no line.
function isLineBelow(line, box) {
  const widthOf = ([left, , right]) => right - left;
  const isFlat = (one) => heightOf(one) <= FLAT * widthOf(one);
  const gap = line[1] - box[3];
  const shared = Math.min(line[2], box[2]) - Math.max(line[0], box[0]);
  const isUnder = gap >= 0 && gap < NEAR * heightOf(box) && shared >= WIDE * widthOf(box);
  return isFlat(line) && isUnder && !isFlat(box);
}

// The ink of a digit without the level line that it stands on; null if there is none.
function withoutLineBelow({ ink }) {
  const { width, height } = ink;
  if (Math.min(width, height) < SMALLEST_ABOVE) return null;
  const above = ink.cut([0, 0, width, roundEven(LOW * height)]);
  const isInked = (column) => above.cut([column, 0, column + 1, above.height]).max() > 0;
  if (countWhere(0, width, isInked) > OVER * width) return null;
  const rest = withoutLowestLine(ink);
  if (rest === ink || !rest.max()) return null;
  return trimmed(rest, ink.max()).ink;
}

function withoutLowestLine(ink) {
  const mask = ink.map((_x, _y, value) => (value > 0 ? 1 : 0));
  const lines = findLines(mask, 0, ink.width);
  const isLow = ({ row, slope }) => (row + (slope * ink.width) / 2) / ink.height >= 0.5;
  if (!lines.length || !lines.every(isLow)) return ink;
  const level = median(ink.data.filter((value) => value > 0));
  const line = { ...lines[0], ends: [0, ink.width], widest: WIDEST_LINE };
  return withoutLine(ink, mask, mask, line, level);
}
