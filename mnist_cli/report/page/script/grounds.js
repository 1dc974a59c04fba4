// ---- grounds: a drawing that reaches from edge to edge; the twin of pictures/grounds.py
// The pad is white, so nothing but the reach of the ink has to be found out.

const SAME = 12; // of 255; what differs by less from the paper is paper
const EDGE_SHARE = 0.99; // of the edge that has the colour of the paper
const [INK_SHARE, THICKEST_STROKE] = [0.2, 0.28]; // of the picture; of its side
const SPECK = 0.03; // of the largest part

// Is it one digit that fills the picture, so that ink along the edges is no frame?
function isCutOut(ink) {
  if (hasEvenEdge(ink)) return false;
  const counts = new Float64Array(256);
  for (const value of ink.data) counts[value]++;
  const mask = above(ink, otsu(counts).split);
  const amount = mask.data.reduce((sum, value) => sum + value, 0);
  const isThin = strokeWidth(mask) <= THICKEST_STROKE * Math.max(ink.width, ink.height);
  return isThin && amount >= INK_SHARE * mask.data.length && isStroke(mask) && reachesAcross(mask);
}

// Otsu's threshold of counted values: { split, the mean above it }; no mean without values.
function otsu(counts) {
  const count = counts.reduce((total, n) => total + n, 0);
  const sum = counts.reduce((total, n, value) => total + n * value, 0);
  let [below, sumBelow, widest] = [0, 0, -1];
  let best = { split: 0 };
  for (let value = 0; value < 256 && count; value++) {
    below += counts[value];
    sumBelow += counts[value] * value;
    const above = count - below;
    const [low, high] = [sumBelow / Math.max(below, 1), (sum - sumBelow) / Math.max(above, 1)];
    const apart = below * above * (high - low) ** 2;
    if (apart > widest)
      [widest, best] = [apart, { split: value, high: above ? high : sum / count }];
  }
  return best;
}

// The paper has the corners, or the ink leaves it no way from side to side.
function isStroke(mask) {
  const { width, height } = mask;
  const corners = [mask.at(0, 0), mask.at(width - 1, 0), mask.at(0, height - 1)];
  const inked = mask.at(width - 1, height - 1) + corners.reduce((sum, value) => sum + value, 0);
  if (inked === 0 || inked === 4) return inked === 0;
  const [own, other] = [mask, mask.map((_x, _y, value) => 1 - value)].map(waysOf);
  if (own.isJoined === other.isJoined) return own.pieces <= other.pieces;
  const [ink, paper] = own.isJoined ? [own, other] : [other, own];
  const isInk = paper.sides > 2 || (paper.sides === 2 && paper.pieces > ink.pieces);
  return isInk === (ink === own);
}

// Does one part touch all four sides, how many does any touch, and how many parts are no specks?
function waysOf(mask) {
  const parts = largeParts(mask);
  const ends = [0, 0, mask.width, mask.height];
  const touched = connectedParts(mask).boxes.map((box) => box.map((side, i) => side === ends[i]));
  return {
    isJoined: touched.some((sides) => sides.every(Boolean)),
    sides: ends.filter((_, side) => touched.some((sides) => sides[side])).length,
    pieces: parts.length,
  };
}

// Boxes of the parts that are no specks.
function largeParts(mask) {
  const { labels, boxes } = connectedParts(mask);
  const areas = boxes.map(() => 0);
  for (const label of labels.data) if (label >= 0) areas[label]++;
  const least = SPECK * Math.max(0, ...areas);
  return boxes.filter((_, part) => areas[part] >= least);
}

function hasEvenEdge(ink) {
  const { width, height } = ink;
  const sides = [
    [0, 0, width, 1],
    [0, height - 1, width, height],
    [0, 0, 1, height],
  ];
  const edge = [...sides, [width - 1, 0, width, height]].flatMap((box) => [...ink.cut(box).data]);
  return edge.filter((value) => value < SAME).length >= EDGE_SHARE * edge.length;
}

// At most two parts, each at an edge, and opposite edges are touched; a soft rim counts as touched.
function reachesAcross(mask) {
  const ends = [0, 0, mask.width, mask.height];
  const isTouched = (side, i) => Math.abs(side - ends[i]) <= 1;
  const touched = largeParts(mask).map((box) => box.map(isTouched));
  const isAt = (side) => touched.some((sides) => sides[side]);
  const isOne = touched.length <= 2 && touched.every((sides) => sides.some(Boolean));
  return isOne && ((isAt(0) && isAt(2)) || (isAt(1) && isAt(3)));
}
