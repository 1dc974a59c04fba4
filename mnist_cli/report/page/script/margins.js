// ---- margins: frames and what lies along the edges is no ink; the twin of pictures/margins.py

const BLUR = 2; // pixels around what is erased
const STAYS = 0.75; // of a frame's ink, where lines are erased
const WHOLE = 0.5; // of its length; the longest piece of a frame where lines are erased
const SMALLEST_DIGIT = 0.058; // of the side of a square as large as the picture; a digit is as long
const [CELLS, IN_CELL] = [4, 0.04]; // so many parts, of such a height in its own, are in cells

// Without page edges and frames, unless there is nothing else.
function withoutMargins(ink, floor) {
  const parts = connectedParts(above(ink, 0.4 * inkLevel(ink, floor)));
  const sides = touchedSides(parts);
  const isOutside = sides.map((shares) => Math.max(...shares) >= 0.5);
  if (isOutside.some(Boolean)) {
    const rest = withoutParts(ink, parts, isOutside);
    if (hasSomething(rest, floor)) return withoutMargins(rest, floor);
  }
  const isAlong = alongEdge(parts, sides);
  const isGone = parts.boxes.map((_, part) => isAlong[part] || isFrame(parts, part));
  return withoutParts(ink, parts, isGone);
}

const above = (ink, threshold) => ink.map((_x, _y, value) => (value > threshold ? 1 : 0));

// `bare`, the ink without its lines, without frames as well. Where much of one went with the lines, or
// where the rest fell into short pieces, it was no frame, but a line and the digits that stand on it.
function withoutFrames(ink, bare, floor) {
  const parts = connectedParts(above(ink, 0.4 * inkLevel(ink, floor)));
  const { data } = parts.labels;
  const left = parts.boxes.map(() => 0);
  data.forEach((label, i) => {
    if (label >= 0 && bare.data[i] > 0) left[label]++;
  });
  const stays = left.map((amount, part) => amount > STAYS * amountOf(data, part));
  return withoutParts(
    bare,
    parts,
    parts.boxes.map(
      (_, part) => stays[part] && isFrame(parts, part, stays) && holdsTogether(parts, part, bare),
    ),
  );
}

// Whether most of a part is still one piece in the ink without lines.
function holdsTogether({ labels, boxes }, part, bare) {
  const isLeft = (x, y, label) => (label === part && bare.at(x, y) > 0 ? 1 : 0);
  const pieces = connectedParts(labels.map(isLeft)).boxes;
  return Math.max(0, ...pieces.map(longestSide)) >= WHOLE * longestSide(boxes[part]);
}

// Of each part, which share of each side of the picture it covers: left, top, right, bottom.
function touchedSides({ labels, boxes }) {
  const { width, height } = labels;
  const shares = boxes.map(() => [0, 0, 0, 0]);
  labels.data.forEach((label, i) => {
    if (label < 0) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    const isAt = [x === 0, y === 0, x === width - 1, y === height - 1];
    isAt.forEach((isThere, side) => {
      if (isThere) shares[label][side] += 1 / (side % 2 ? width : height);
    });
  });
  return shares;
}

function hasSomething(ink, floor) {
  const { boxes } = connectedParts(above(ink, Math.max(0.4 * inkLevel(ink, floor), 1.5 * floor)));
  return (
    Math.max(0, ...boxes.map(longestSide)) > SMALLEST_DIGIT * Math.sqrt(ink.width * ink.height)
  );
}

function withoutParts(ink, { labels }, isGone) {
  if (!isGone.some(Boolean)) return ink;
  const gone = spread(
    labels.map((_x, _y, label) => (label >= 0 && isGone[label] ? 1 : 0)),
    BLUR,
  );
  return ink.map((x, y, value) => (gone.at(x, y) ? 0 : value));
}

// What lies along the edge counts only if another part, more than half as long, does not.
function alongEdge({ labels, boxes }, sides) {
  const lengths = [labels.height, labels.width, labels.height, labels.width];
  const isAlong = boxes.map(
    (box, part) =>
      Math.max(...sides[part].map((share, side) => share * lengths[side])) >=
      0.5 * longestSide(box),
  );
  const inner = Math.max(0, ...boxes.filter((_, part) => !isAlong[part]).map(longestSide));
  return boxes.map((box, part) => isAlong[part] && inner > 0.5 * longestSide(box));
}

// The ink of a frame is near its own box, with another part inside; that of a grid encloses four.
function isFrame(parts, part, counts = null) {
  const { labels, boxes } = parts;
  const box = boxes[part];
  if (longestSide(box) <= 0.3 * Math.max(labels.width, labels.height)) return false;
  const counted = boxes.filter((_, other) => !counts || counts[other]);
  const heights = counted.filter((other) => isWithin(other, box)).map(heightOf);
  const inside = (share) => heights.filter((height) => height > share * heightOf(box)).length;
  if (inside(IN_CELL) >= CELLS) return true;
  return inside(0.2) > 0 && isHollow(parts, part);
}

// Whether a part has its ink near its own box, as a frame has and a 0 has not.
const isHollow = (parts, part) => coreOf(parts, part) < 0.1 * amountOf(parts.labels.data, part);

const heightOf = ([, top, , bottom]) => bottom - top;
const isWithin = (inner, outer) =>
  inner[0] > outer[0] && inner[1] > outer[1] && inner[2] < outer[2] && inner[3] < outer[3];
const amountOf = (labels, part) => labels.reduce((n, label) => n + (label === part ? 1 : 0), 0);

// How many pixels of a part are far from the sides of its box.
function coreOf({ labels, boxes }, part) {
  const [left, top, right, bottom] = boxes[part];
  const [x, y] = [right - left, bottom - top].map((side) => Math.floor(side / 8) + 1);
  if (right - left <= 2 * x || bottom - top <= 2 * y) return 0;
  return amountOf(labels.cut([left + x, top + y, right - x, bottom - y]).data, part);
}
