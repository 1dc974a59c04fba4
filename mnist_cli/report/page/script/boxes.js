// ---- boxes: the frame of a cell with paper around it is no ink; the twin of pictures/boxes.py

const LARGE_BOX = 0.4; // of the picture's sides; a frame is at least as large
const SMALLEST_BOX = 20; // pixels; in a smaller one the sides of a 0 are as straight as lines
const LEANS = 0.1; // of a frame's sides; a slanted line begins so far from the box around it
const CORNER = 0.12; // of a frame's sides; so near to the corners of its box it has ink
const EDGE = 2; // pixels; what is nearer to the edge of the picture is cut there
const WIDEST_LINE = 0.14; // of a frame's shorter side; wider ink is no line
const LEAST_INSIDE = 0.2; // of a frame's shorter side; the digit in it is larger

// Without the frames whose lines end at each other or leave the picture.
function withoutBoxes(ink, mask, joined) {
  const isLarge = (side, length) => side >= Math.max(SMALLEST_BOX, LARGE_BOX * length);
  const boxes = connectedParts(joined).boxes.filter(
    ([left, top, right, bottom]) =>
      isLarge(right - left, mask.width) && isLarge(bottom - top, mask.height),
  );
  for (const box of boxes) ink = withoutBox(ink, mask, joined, box);
  return ink;
}

// Each side of a frame is a line, or at the edge of the picture; and there is a digit in it.
function withoutBox(ink, mask, joined, [left, top, right, bottom]) {
  const parts = [ink, mask, joined].map((grid) => grid.cut([left, top, right, bottom]));
  const [part, inside] = parts;
  const { width, height } = part;
  const level = [left < EDGE, right > mask.width - EDGE];
  const upright = [top < EDGE, bottom > mask.height - EDGE];
  if (!hasCorners(parts[2], level, upright)) return ink;
  const ranges = [innerRange(width, level), innerRange(height, upright)];
  const { bare, found } = ruled(...parts, ...ranges, WIDEST_LINE);
  const [across, down] = found;
  if (!across.length || !down.length) return ink;
  if (!closes(down, width, height, level) || !closes(across, height, width, upright)) return ink;
  const values = part.data.filter((_, i) => inside.data[i]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const longest = Math.max(0, ...connectedParts(above(bare, 0.5 * mean)).boxes.map(longestSide));
  if (longest <= LEAST_INSIDE * Math.min(height, width)) return ink;
  const isInside = (x, y) => x >= left && x < right && y >= top && y < bottom;
  return ink.map((x, y, value) => (isInside(x, y) ? bare.at(x - left, y - top) : value));
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
