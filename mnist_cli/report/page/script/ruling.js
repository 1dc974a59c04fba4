// ---- ruling: lines from side to side, near a side, are no ink; the twin of pictures/ruling.py
// In a picture as small as the pad, a digit may reach from side to side farther inside.

const STEEPEST = 0.12; // rise of a line over its run
const COVERED = 0.8; // share of the width that a line covers
const THICKEST = 0.6; // share of the searched band that a line may fill
const FRAME = 0.3; // of the picture; a line that is nearer to a side may be a frame
const BEND = 2; // rows by which a line may deviate from a straight one
const BARE = 0.25; // of the columns of a line; on most of the others digits may stand
const TRIMMED = 0.1; // of a line between two others; so much at its ends, and elsewhere, is bare
const DARK_STROKE = 0.5; // of the level of the ink; a stroke that crosses a line is as dark
const ALONE = 1.5; // times the usual ink of a line; with more, a stroke crosses it
const [UNBENT, UNBROKEN] = [40, 0.9]; // columns, and the share covered, of lines between others
const FILLED = 0.08; // of the picture; a digit that is nearer to the other side fills it
const WIDER = 1.5; // times the thickness of a line; so far from its middle it is looked for
const MOST_LINES = 100;

// Without the lines of a cell, and whether broad ones were strokes, which stay.
function withoutBroadLines(ink, mask, joined, widest) {
  const parts = [ink, mask, joined, [0, mask.width], [0, mask.height]];
  const { bare, found } = ruled(...parts, widest);
  const left = mask.map((x, y, set) => (set && bare.at(x, y) > 0 ? 1 : 0));
  const isStroke = isStrokeOnly(...found, left) || isStrokeOnly(found[1], found[0], turned(left));
  return { bare: isStroke ? ruled(...parts).bare : bare, isStroke };
}

// Whether all lines are the bar of a 7 or the foot of a 2 that fills the picture: what is left
// without it reaches the other side.
function isStrokeOnly(lines, others, left) {
  const areUpper = lines.map(({ row }) => row < left.height / 2);
  if (!lines.length || others.length || new Set(areUpper).size > 1) return false;
  const edge = Math.max(1, roundEven(FILLED * left.height));
  const rows = areUpper[0] ? [left.height - edge, left.height] : [0, edge];
  return left.cut([0, rows[0], left.width, rows[1]]).max() > 0;
}

// { bare: the ink without its lines, found: [the level lines, the upright ones] }. Level ones run
// from the first to the last of the columns.
function ruled(ink, mask, joined, columns, rows, widest = 0) {
  const level = median(ink.data.filter((_, i) => mask.data[i]));
  const done = [null, null];
  const ranges = [columns, rows];
  const found = [[], []];
  for (const way of [0, 1, 0, 1]) {
    if (String(ranges[way]) !== String(done[way])) {
      done[way] = ranges[way];
      const lines = findLines(joined, ...ranges[way]);
      const ends = ranges[way];
      for (const line of lines)
        ink = withoutLine(ink, mask, joined, { ...line, ends, widest }, level);
      ranges[1 - way] = rangeBetween(lines, ranges[1 - way], mask);
      found[way].push(...lines);
    }
    [ink, mask, joined] = [ink, mask, joined].map(turned);
  }
  return { bare: ink, found };
}

const turned = (grid) => grid.map((x, y) => grid.at(y, x), grid.height, grid.width);

// The rows between the lines near the upper and the lower side.
function rangeBetween(lines, [first, last], { width, height }) {
  const rows = lines.map(({ row, slope }) => roundEven(row + (slope * width) / 2));
  const upper = rows.filter((row) => row < FRAME * height);
  const lower = rows.filter((row) => row > (1 - FRAME) * height);
  return [Math.max(first, ...upper), Math.min(last, ...lower)];
}

// The lines { row at column 0, slope } from one column to another.
function findLines(mask, first, last) {
  const part = mask.cut([first, 0, last, mask.height]);
  const isEnd = (column) => part.cut([column, 0, column + 1, part.height]).max();
  if (!isEnd(0) || !isEnd(part.width - 1)) return [];
  const most = Math.trunc(STEEPEST * part.width);
  const rises = Array.from({ length: 2 * most + 1 }, (_, i) => i - most);
  const isWhole = part.width === mask.width;
  const bend = isWhole ? BEND : Math.min(BEND, 1 + Math.floor(part.width / UNBENT));
  const grown = countNearby(part, bend).map((_x, _y, count) => (count ? 1 : 0));
  const votes = votesOf(rises, grown, countNearby(part, 2 * BEND), isWhole ? COVERED : UNBROKEN);
  return bestRows(votes)
    .map(([slope, row]) => {
      const rise = rises[slope] / part.width;
      return { row: row + 0.5 - rise * first, slope: rise };
    })
    .filter(({ row, slope }) => {
      const place = (row + (slope * mask.width) / 2) / mask.height;
      return Math.min(place, 1 - place) < FRAME;
    });
}

// How many pixels of the mask are at most so many rows above or below.
function countNearby(mask, reach) {
  return mask.map((x, y) => {
    let count = 0;
    for (let step = -reach; step <= reach; step++) count += mask.at(x, y + step);
    return count;
  });
}

// How well each rise fits each row: 0 without an end, or where too little is covered.
function votesOf(rises, grown, nearby, least) {
  const { width, height } = grown;
  return rises.map((rise) => {
    const shift = Array.from({ length: width }, (_, x) => roundEven((rise / width) * x));
    return Array.from({ length: height }, (_, row) => {
      if (!grown.at(0, row + shift[0])) return 0;
      if (!grown.at(width - 1, row + shift[width - 1])) return 0;
      const covered = alongLine(grown, row, shift) / width;
      return covered < least ? 0 : covered + alongLine(nearby, row, shift) / width / (4 * BEND + 1);
    });
  });
}

const alongLine = (grid, row, shift) =>
  shift.reduce((sum, step, x) => sum + grid.at(x, row + step), 0);

// [number of the rise, row], the best first; neighbours of a line are no lines.
function bestRows(votes) {
  const found = [];
  while (found.length < MOST_LINES) {
    const highest = votes.map((rows) => Math.max(...rows));
    const slope = highest.indexOf(Math.max(...highest));
    if (!highest[slope]) break;
    const row = votes[slope].indexOf(highest[slope]);
    found.push([slope, row]);
    const near = [Math.max(0, row - 2 * BEND - 1), row + 2 * BEND + 2];
    for (const rows of votes) rows.fill(0, ...near);
  }
  return found;
}

// Remove one line, which has ink between its ends for certain, except where a darker stroke crosses
// it. In a cell a stroke crosses a broad line where it goes on beyond.
function withoutLine(ink, paper, joined, line, level) {
  const { row, slope, widest } = line;
  const mask = paper.map((x, y, value) => (value && ink.at(x, y) > 0 ? 1 : 0));
  const isLeft = (x, y) => ink.at(x, y) > 0 || !paper.at(x, y);
  const closed = joined.map((x, y, value) => (value && isLeft(x, y) ? 1 : 0));
  const usual = Math.min(2 + BEND + 2, Math.max(3, Math.floor(mask.width / 12)));
  const reach = Math.max(usual, roundEven(WIDER * thicknessOf(closed, line)));
  const rowsAt = (x) => {
    const centre = roundEven(row + slope * x);
    const rows = Array.from({ length: 2 * reach + 1 }, (_, i) => centre - reach + i);
    return rows.filter((y) => y >= 0 && y < mask.height);
  };
  const band = Array.from({ length: mask.width }, (_, x) => rowsAt(x));
  const inked = band.map((rows, x) => rows.filter((y) => mask.at(x, y)));
  const counts = inked.map((rows) => rows.length).filter(Boolean);
  if (!counts.length || median(counts) > THICKEST * (2 * reach + 1)) return ink;
  const thickness = counts.sort((a, b) => a - b)[Math.floor(BARE * (counts.length - 1))];
  const middle = tracedMiddle(inked, thickness);
  const half = thickness / 2 + 1;
  const isHere = (x, y) => band[x].includes(y) && Math.abs(y - middle[x]) <= half;
  const amounts = band.map((rows, x) =>
    rows.filter((y) => isHere(x, y)).reduce((sum, y) => sum + ink.at(x, y), 0),
  );
  const shade = median(inked.flatMap((rows, x) => rows.map((y) => ink.at(x, y))));
  const most = ALONE * median(amounts);
  const isGone = (x, value) => amounts[x] <= most || (value < 1.5 * shade && shade < 0.6 * level);
  const isDark = (x, y) => mask.at(x, y) && ink.at(x, y) > DARK_STROKE * level;
  const isCrossed = widest ? crossingOf(band, middle, half, isDark) : () => false;
  const bare = ink.map((x, y, value) =>
    isHere(x, y) && isGone(x, value) && !isCrossed(x, y) ? 0 : value,
  );
  return widest ? withoutRests(bare, mask, { row, slope }, reach) : bare;
}

// Without what is left in the band around a line and joined with nothing outside of it.
function withoutRests(ink, mask, { row, slope }, most) {
  const reach = Math.min(most, mask.height);
  const firstRow = (x) => roundEven(row + slope * x) - reach;
  const isLeft = (x, y) => mask.at(x, y) && ink.at(x, y) > 0;
  const band = new Grid(mask.width, 2 * reach + 1).map((x, i) =>
    isLeft(x, firstRow(x) + i) ? 1 : 0,
  );
  const { labels, boxes } = connectedParts(band);
  const isInside = ([_left, top, _right, bottom]) => top > 0 && bottom < band.height;
  const rests = labels.map((_x, _y, label) => (label >= 0 && isInside(boxes[label]) ? 1 : 0));
  return ink.map((x, y, value) => (rests.at(x, y - firstRow(x)) ? 0 : value));
}

// How many pixels of ink without a gap a line has in most columns between its ends; 0 if too many, or
// far fewer in others: then many strokes cross what is no broad line.
function thicknessOf(mask, { row, slope, ends, widest }) {
  const most = Math.trunc(widest * Math.min(mask.width, mask.height));
  const [first, last] = ends;
  const isWhole = last - first === mask.width;
  const edge = isWhole ? 0 : roundEven(TRIMMED * (last - first));
  const runs = Array.from({ length: last - first - 2 * edge }, (_, i) => {
    const x = first + edge + i;
    const centre = roundEven(row + slope * x);
    let [up, down] = [0, 1];
    while (up <= most && mask.at(x, centre - up)) up++;
    while (down <= most && mask.at(x, centre + down)) down++;
    return up + down - 1;
  });
  const thickness = median(runs);
  const share = isWhole ? BARE : TRIMMED;
  const least = runs.sort((a, b) => a - b)[Math.floor(share * (runs.length - 1))];
  return 2 * least >= thickness && thickness <= most ? thickness : 0;
}

// The middle of a line in each column, between those where nothing but the line has ink.
function tracedMiddle(inked, thickness) {
  const known = inked.flatMap((rows, x) => (rows.length && rows.length <= thickness ? [x] : []));
  const mean = (x) => inked[x].reduce((sum, y) => sum + y, 0) / inked[x].length;
  return inked.map((_, x) => {
    const next = known.find((column) => column >= x) ?? known.at(-1);
    const last = known.findLast((column) => column <= x) ?? known[0];
    if (next === last || next < x || last > x) return mean(next < x ? last : next);
    return mean(last) + ((mean(next) - mean(last)) * (x - last)) / (next - last);
  });
}
