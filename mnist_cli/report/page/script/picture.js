// ---- picture: a drawing -> one 28x28 image, like `mnist predict` reads it
// The part of mnist_cli/pictures/digits.py that a drawing on plain ground goes through.

// Less than this apart from the paper, of 255, is no ink; more in what is cut out at its edges.
const [WEAKEST, WEAKEST_CUT] = [6, 14];
const FAINT = 45;
// Then `mnist predict` takes the paper for the ink; this page knows better, and says so.
const INVERTED = "more ink than paper";

// Ink of a drawing, a square Grid of bytes -> { image, doubts, options }; `options` are what else
// the digit may be and itself, each { image, doubts }, in the order in which they are looked at.
function readPicture(ink) {
  const found = findDigits(ink);
  if (!found.length) return { image: new Uint8Array(SIDE * SIDE), doubts: ["no ink found"] };
  const { best, others } = theOne(found, ink);
  const doubts = [];
  if (best.strength < FAINT) doubts.push("low contrast");
  if (2 * ink.data.filter((value) => value === 0).length < ink.data.length) doubts.push(INVERTED);
  const several = others.length ? ["more than one digit", ...doubts] : doubts;
  const option = (one, doubts) => one && { image: centered(one), doubts };
  const self = option(best.ink, several);
  const whole = others.length ? option(joinedInk([best, ...others]), doubts) : null;
  const options = [whole, self, option(withoutLineBelow(best), several)].filter(Boolean);
  return { ...self, options };
}

// Strokes that lie apart as one digit; null if they are wider than high. The twin of
// mnist_cli/pictures/joining.py.
function joinedInk(strokes) {
  const [left, top, right, bottom] = around(strokes.map(({ box }) => box));
  if (right - left > bottom - top) return null;
  const at = (x, y) => strokes.map(({ ink, box }) => ink.at(x - box[0], y - box[1]));
  const pixel = (x, y) => Math.max(...at(left + x, top + y));
  return new Grid(right - left, bottom - top).map(pixel);
}

// The first option that looks like a digit, or the first; the twin of `settled` in
// mnist_cli/prediction.py.
function settled(network, { image, doubts, options = [] }) {
  if (options.length < 2 || !network.calibration) return { image, doubts };
  const isUnlike = (one) => {
    const seen = network.seen(one.image);
    return network.isUnlike(seen, network.scores(seen));
  };
  return options.find((one) => !isUnlike(one)) ?? options[0];
}

// A drawing that is no handwriting is only made smaller; the twin of mnist_cli/pictures/plain.py.
function readWhole(ink) {
  const small = resized(ink, SIDE, SIDE).map((_x, _y, value) => roundEven(value));
  const image = Uint8Array.from(small.data);
  return { image, doubts: image.some(Boolean) ? [] : ["nothing but one shade found"] };
}

function findDigits(drawing) {
  const isCut = isCutOut(drawing);
  const floor = isCut ? WEAKEST_CUT : WEAKEST;
  if (drawing.max() < floor) return [];
  const ink = isCut ? withoutGrid(drawing, floor) : cleaned(drawing);
  const level = inkLevel(ink, floor);
  const mask = above(ink, Math.max(0.4 * level, floor / 2));
  const strong = above(ink, Math.max(0.6 * level, floor));
  const gap = clamp(roundEven(strokeWidth(mask) / 2), 1, 8);
  const parts = connectedParts(spread(mask, gap));
  const groups = groupParts(parts, withoutSurroundings(parts, digitParts(parts, mask, strong)));
  const boxes = groups.map((group) => around(group.map((part) => parts.boxes[part])));
  return readingOrder(boxes).map((i) => cutOut(ink, parts, groups[i], boxes[i], level));
}

// Without frames and printed lines.
function cleaned(ink) {
  const faint = Math.max(WEAKEST, 0.3 * inkLevel(withoutMargins(ink, WEAKEST), WEAKEST));
  const bare = withoutCell(ink, faint);
  return withoutMargins(withoutFrames(ink, bare, WEAKEST), WEAKEST);
}

// How strong the ink is: the mean above Otsu's threshold, of values above the floor.
function inkLevel(ink, floor) {
  const counts = new Float64Array(256);
  for (const value of ink.data) if (value > floor) counts[Math.trunc(value)]++;
  return otsu(counts).high ?? floor;
}

// Which parts may belong to a digit: no faint marks, and no specks.
function digitParts({ labels, boxes }, mask, strong) {
  const [sizes, seeds] = [boxes.map(() => 0), boxes.map(() => 0)];
  labels.data.forEach((label, i) => {
    if (!mask.data[i]) return;
    sizes[label]++;
    seeds[label] += strong.data[i];
  });
  const keep = boxes.map((_, i) => seeds[i] > 0 && seeds[i] >= 0.1 * sizes[i]);
  if (!keep.some(Boolean)) return [];
  const kept = sizes.map((size, i) => (keep[i] ? size : 0));
  const largest = kept.indexOf(Math.max(...kept));
  const isSpeck = (i) =>
    sizes[i] < 0.03 * sizes[largest] && longestSide(boxes[i]) < 0.2 * longestSide(boxes[largest]);
  return [...boxes.keys()].filter((i) => keep[i] && !isSpeck(i));
}

// Put parts together that are strokes of one digit, the largest first.
function groupParts({ boxes }, parts) {
  const waiting = [...parts].sort((i, j) => longestSide(boxes[j]) - longestSide(boxes[i]));
  const groups = [];
  for (const part of waiting) {
    const home = groups.find((group) =>
      belongTogether(boxes[part], around(group.map((i) => boxes[i]))),
    );
    if (home) home.push(part);
    else groups.push([part]);
  }
  return groups;
}

function belongTogether(a, b) {
  const overlap = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const gap = Math.max(a[1], b[1]) - Math.min(a[3], b[3]);
  const tall = Math.max(a[3] - a[1], b[3] - b[1]);
  const narrow = Math.min(a[2] - a[0], b[2] - b[0]);
  const together = Math.max(a[3], b[3]) - Math.min(a[1], b[1]);
  if (overlap > 0.4 * narrow && gap < 0.3 * tall && together <= 1.9 * tall) return true;
  const isPiece =
    Math.min(longestSide(a), longestSide(b)) < 0.6 * tall ||
    Math.min(a[3] - a[1], b[3] - b[1]) < 0.35 * tall;
  return isPiece && Math.max(gap, -overlap) < 0.15 * tall;
}

// Numbers of the boxes line by line, left to right; what is far smaller than the rest is no digit.
function readingOrder(boxes) {
  const most = Math.max(0, ...boxes.map(longestSide));
  const middle = (i) => boxes[i][1] + boxes[i][3];
  let waiting = [...boxes.keys()].filter((i) => longestSide(boxes[i]) > 0.3 * most);
  const ordered = [];
  while (waiting.length) {
    const highest = waiting.reduce((best, i) => (middle(i) < middle(best) ? i : best));
    const line = waiting.filter((i) => middle(i) < 2 * boxes[highest][3]);
    ordered.push(...line.sort((i, j) => boxes[i][0] - boxes[j][0]));
    waiting = waiting.filter((i) => !line.includes(i));
  }
  return ordered;
}

// The digit that a picture is about, and others that may be the one, too.
function theOne(found, { width, height }) {
  const isCut = ([left, top, right, bottom]) =>
    Math.min(left, top) <= 0 || right >= width || bottom >= height;
  const prominence = ({ box, ink }) => {
    const [x, y] = [(box[0] + box[2]) / width - 1, (box[1] + box[3]) / height - 1];
    const amount = ink.data.reduce((total, value) => total + value, 0) * longestSide(box);
    return amount * (1.2 - Math.max(Math.abs(x), Math.abs(y))) * (isCut(box) ? 0.3 : 1);
  };
  const best = found.reduce((first, next) => (prominence(next) > prominence(first) ? next : first));
  const isRival = (digit) =>
    digit !== best && longestSide(digit.box) > 0.5 * longestSide(best.box) && !isCut(digit.box);
  return { best, others: found.filter(isRival) };
}

// Cut one digit out: its own parts alone, contrast stretched between paper and ink.
function cutOut(ink, { labels }, group, box, level) {
  const own = new Set(group);
  const piece = ink.cut(box);
  const ownLabels = labels.cut(box);
  piece.data.forEach((_, i) => {
    if (!own.has(ownLabels.data[i])) piece.data[i] = 0;
  });
  const { inner, ink: stretched } = trimmed(piece, level);
  const [left, top] = [box[0] + inner[0], box[1] + inner[1]];
  const outer = [left, top, left + stretched.width, top + stretched.height];
  return { ink: stretched, box: outer, strength: level };
}

// A piece of ink cut to its box, { inner, ink }, its contrast stretched between paper and ink.
function trimmed(piece, level) {
  const inner = inkedBox(piece, 0.4 * level);
  const [low, high] = [0.15 * level, 0.9 * level];
  const ink = piece
    .cut(inner)
    .map((_x, _y, value) => Math.fround(clamp((value - low) * (255 / (high - low)), 0, 255)));
  return { inner, ink };
}

function inkedBox(ink, threshold) {
  const box = [ink.width, ink.height, 0, 0];
  ink.data.forEach((value, i) => {
    const [x, y] = [i % ink.width, Math.floor(i / ink.width)];
    if (value > threshold) widen(box, [x, y, x + 1, y + 1]);
  });
  return box;
}
