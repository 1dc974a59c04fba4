// ---- dashes: the gaps of dashed lines, closed; the twin of pictures/dashes.py

// Of the picture's shorter side: dashes that touch other ink are no thicker, others may be broader.
const [THIN, BROAD] = [0.04, 0.1];
const LONGEST_DASH = 0.15; // of the picture's longer side
const GAP = 0.06; // of the picture's longer side; the gaps between dashes are no longer

// A mask with the gaps of level and of upright dashed lines filled.
function withoutGaps(mask) {
  const { labels, boxes } = connectedParts(mask);
  const longest = LONGEST_DASH * Math.max(mask.width, mask.height);
  const isShort = boxes.map((box) => longestSide(box) <= longest);
  const apart = labels.map((_x, _y, label) => (label >= 0 && isShort[label] ? 1 : 0));
  const level = withoutLevelGaps(mask, apart);
  const upright = turned(withoutLevelGaps(turned(mask), turned(apart)));
  return mask.map((x, y, value) => (value || level.at(x, y) || upright.at(x, y) ? 1 : 0));
}

// `apart`: which ink is in small marks that touch no other.
function withoutLevelGaps(mask, apart) {
  const { width, height } = mask;
  const mostOf = (share) => Math.max(3, share * Math.min(width, height));
  const heights = turned(runsOf(turned(mask)));
  const isThin = (x, y) => heights.at(x, y) <= mostOf(apart.at(x, y) ? BROAD : THIN);
  const thin = mask.map((x, y, value) => (value && isThin(x, y) ? 1 : 0));
  const gaps = runsOf(thin.map((_x, _y, value) => 1 - value));
  const longest = GAP * Math.max(width, height);
  return thin.map((x, y, value) => (value || gaps.at(x, y) <= longest ? 1 : 0));
}

// How long the run of set pixels in its row is that each pixel is in; twice that at the edges.
function runsOf(mask) {
  return mask.map((x, y, value) => {
    if (!value) return 0;
    let [first, last] = [x, x];
    while (first >= 0 && mask.at(first, y)) first--;
    while (last < mask.width && mask.at(last, y)) last++;
    const isAtEdge = first < 0 || last === mask.width;
    return (last - first - 1) * (isAtEdge ? 2 : 1);
  });
}
