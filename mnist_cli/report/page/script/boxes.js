// ---- boxes: the frame of a cell with paper around it is no ink; the twin of pictures/boxes.py

const LARGE_BOX = 0.4; // of the picture's sides; a frame is at least as large
const SMALLEST_BOX = 20; // pixels; in a smaller one the sides of a 0 are as straight as lines
const LEANS = 0.1; // of a frame's sides; a slanted line begins so far from the box around it
const CORNER = 0.12; // of a frame's sides; so near to the corners of its box it has ink
const EDGE = 2; // pixels; what is nearer to the edge of the picture is cut there
const WIDEST_LINE = 0.14; // of a frame's shorter side; wider ink is no line
const LEAST_INSIDE = 0.2; // of a frame's shorter side; the digit in it is larger
const AWAY = 0.02; // of the picture's shorter side; a digit in a cell is farther from the edges
const LOOKS = 2; // at a cell; a line may hide its twin
const BESIDE = 0.06; // of the picture's shorter side; the rest of a line is no farther from it
const SQUARED = 0.75; // of the picture; less of a cell is near its lines
const GRID_LINES = 3; // from side to side; a digit has two at most
const BOX_SIDE = 0.6; // of the width of a box; a side of the frame in it is at least as long
const LEAST_LEFT = 40; // pixels; a frame that a stroke leaves is larger
const BOX_COLUMNS = 64; // of a box; so many are looked at for its sides

// Ink that reaches to the edges, without the lines of a cell around a digit. They are no strokes of a
// digit: these go on at two edges as a grid does, or what is left is away from all edges.
function withoutGrid(ink, faint) {
  const mask = above(ink, faint);
  const { width, height } = mask;
  const lines = ruled(ink, mask, mask, [0, width], [0, height], WIDEST_LINE).found.flat();
  if (!lines.length) return ink;
  const isGrid = (goesOn(mask) || goesOn(turned(mask))) && lines.length >= GRID_LINES;
  const bare = withoutCell(ink, faint);
  const isCell = isGrid || isAway(above(bare, faint));
  return isCell && hasDigit(bare, ink, mask) ? bare : ink;
}

// Whether a mask has no ink near any edge.
function isAway({ width, height, data }) {
  const edge = Math.max(1, roundEven(AWAY * Math.min(width, height)));
  const isInside = (place, length) => place >= edge && place < length - edge;
  return data.every((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return !value || (isInside(x, width) && isInside(y, height));
  });
}

// Without the lines of a cell, and without what is left of them.
function withoutCell(ink, faint) {
  let [bare, mask] = [ink, above(ink, faint)];
  for (let look = 0; look < LOOKS; look++) {
    const before = mask;
    const lines = withoutBroadLines(bare, mask, withoutGaps(mask), WIDEST_LINE);
    const left = above(lines.bare, faint);
    bare = withoutBoxes(lines.bare, left, withoutGaps(left));
    mask = above(bare, faint);
    if (lines.isStroke) return bare; // a digit that fills the picture
    if (mask.data.every((value, i) => value === before.data[i])) break;
  }
  const gone = mask.map((x, y, value) => (!value && ink.at(x, y) > faint ? 1 : 0));
  return withoutRestsNear(bare, mask, gone);
}

// Without what lies near erased lines alone, unless that is all. On squared paper a digit does, too.
function withoutRestsNear(ink, mask, lines) {
  const [shorter, amount] = [Math.min(mask.width, mask.height), mask.data.length];
  const near = spread(lines, Math.max(1, roundEven(BESIDE * shorter)));
  if (near.data.reduce((sum, value) => sum + value, 0) > SQUARED * amount) return ink;
  const { labels, boxes } = connectedParts(mask);
  const isRest = boxes.map(() => true);
  labels.data.forEach((label, i) => {
    if (label >= 0 && !near.data[i]) isRest[label] = false;
  });
  const others = boxes.filter((_, part) => !isRest[part]).map(longestSide);
  if (Math.max(0, ...others) <= LEAST_INSIDE * shorter) return ink;
  return ink.map((x, y, value) => (labels.at(x, y) >= 0 && isRest[labels.at(x, y)] ? 0 : value));
}

// Whether two or more lines leave a mask at its upper and at its lower edge.
function goesOn(mask) {
  const columns = [...Array(mask.width).keys()];
  const isStart = (x, y) => mask.at(x, y) && !mask.at(x - 1, y);
  return [0, mask.height - 1].every((y) => columns.filter((x) => isStart(x, y)).length > 1);
}

// Without the frames whose lines end at each other or leave the picture.
function withoutBoxes(ink, mask, joined) {
  const isLarge = (side, length) => side >= Math.max(SMALLEST_BOX, LARGE_BOX * length);
  const boxes = connectedParts(joined).boxes.filter(
    ([left, top, right, bottom]) =>
      isLarge(right - left, mask.width) && isLarge(bottom - top, mask.height),
  );
  for (const box of boxes) {
    const tries = framesIn(joined, box).map((frame) => withoutBox(ink, mask, joined, frame));
    ink = tries.find(Boolean) ?? ink;
  }
  return ink;
}

// What may be a frame: the box of a part without the strokes that leave it. What reaches the edge
// of the picture may be the frame's own lines, so they stay at first. Each side elsewhere is a line,
// or there is no frame.
function framesIn(mask, box) {
  const { level, upright } = atEdge(box, mask);
  const part = mask.cut(box);
  const across = turned(part);
  const beyond = [across, part, flipped(across), flipped(part)].map(rowsBeforeLine);
  const stays = [level[0], upright[0], level[1], upright[1]];
  if (beyond.some((rows, i) => rows === null && !stays[i])) return [];
  const frame = (rows) => box.map((place, i) => place + (i < 2 ? rows[i] : -rows[i]));
  const frames = [frame(beyond.map((rows, i) => (stays[i] ? 0 : rows))), frame(beyond)];
  const least = ([left, top, right, bottom]) => Math.min(right - left, bottom - top);
  return frames.filter((one) => String(one) === String(box) || least(one) >= LEAST_LEFT);
}

const flipped = (mask) => mask.map((x, y) => mask.at(x, mask.height - 1 - y));

// How many rows of a mask lie before the first level line; null without one.
function rowsBeforeLine(mask) {
  const step = Math.ceil(mask.width / BOX_COLUMNS);
  const some = mask.map((x, y) => mask.at(x * step, y), Math.ceil(mask.width / step));
  const rows = Math.max(1, roundEven(LEANS * mask.height));
  const firstsOf = (start) =>
    Array.from({ length: some.width }, (_, x) => {
      for (let row = 0; row < rows; row++) if (some.at(x, start + row)) return row;
      return -1;
    }).filter((row) => row >= 0);
  for (let start = 0; start <= some.height - rows; start++) {
    const firsts = firstsOf(start);
    if (firsts.length / some.width < BOX_SIDE) continue;
    // A slanted line begins at different rows.
    return start && start + Math.max(0, Math.trunc(2 * median(firsts)) - rows);
  }
  return null;
}

// Which sides of a box lie at the edge of the picture: left and right, top and bottom.
function atEdge([left, top, right, bottom], { width, height }) {
  return {
    level: [left < EDGE, right > width - EDGE],
    upright: [top < EDGE, bottom > height - EDGE],
  };
}

// The ink without the frame in a box: each side is a line, or at the edge of the picture, and there
// is a digit in it. Null if there is no frame.
function withoutBox(ink, mask, joined, box) {
  const parts = [ink, mask, joined].map((grid) => grid.cut(box));
  const { width, height } = parts[0];
  const { level, upright } = atEdge(box, mask);
  if (!hasCorners(parts[2], level, upright)) return null;
  const ranges = [innerRange(width, level), innerRange(height, upright)];
  const { bare, found } = ruled(...parts, ...ranges, WIDEST_LINE);
  const [across, down] = found;
  if (!across.length || !down.length) return null;
  if (!closes(down, width, height, level) || !closes(across, height, width, upright)) return null;
  if (!hasDigit(bare, ...parts)) return null;
  const [left, top, right, bottom] = box;
  const isInside = (x, y) => x >= left && x < right && y >= top && y < bottom;
  return ink.map((x, y, value) => (isInside(x, y) ? bare.at(x - left, y - top) : value));
}

// Whether something as large as a digit is left of the ink.
function hasDigit(bare, ink, mask) {
  const values = ink.data.filter((_, i) => mask.data[i]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const longest = Math.max(0, ...connectedParts(above(bare, 0.5 * mean)).boxes.map(longestSide));
  return longest > LEAST_INSIDE * Math.min(ink.height, ink.width);
}

// Whether all corners but one have ink; a corner of the picture is no corner of a frame.
function hasCorners(joined, level, upright) {
  const [width, height] = [joined.width, joined.height].map((side) =>
    Math.max(1, roundEven(CORNER * side)),
  );
  let missing = 0;
  for (const [row, isLow] of upright.entries()) {
    for (const [column, isSide] of level.entries()) {
      const [x, y] = [column * (joined.width - width), row * (joined.height - height)];
      const isCorner = !(isLow && isSide);
      if (isCorner && !joined.cut([x, y, x + width, y + height]).max()) missing++;
    }
  }
  return missing <= 1;
}

function innerRange(length, [isFirstCut, isLastCut]) {
  const lean = roundEven(LEANS * length);
  return [isFirstCut ? 0 : lean, length - (isLastCut ? 0 : lean)];
}

// Whether there is a line near the first and the last side, if these are inside the picture.
function closes(lines, height, width, [isFirstCut, isLastCut]) {
  const places = lines.map(({ row, slope }) => (row + (slope * width) / 2) / height);
  const hasFirst = isFirstCut || places.some((place) => place < FRAME);
  return hasFirst && (isLastCut || places.some((place) => place > 1 - FRAME));
}
