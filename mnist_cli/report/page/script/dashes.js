// ---- dashes: the gaps of dashed lines, closed; the twin of pictures/dashes.py

const THIN = 0.04; // of the picture's shorter side; dashes are no thicker
const GAP = 0.06; // of the picture's longer side; the gaps between dashes are no longer

// A mask with the gaps of level and of upright dashed lines filled.
function withoutGaps(mask) {
  const [level, upright] = [withoutLevelGaps(mask), turned(withoutLevelGaps(turned(mask)))];
  return mask.map((x, y, value) => (value || level.at(x, y) || upright.at(x, y) ? 1 : 0));
}

function withoutLevelGaps(mask) {
  const { width, height } = mask;
  const most = Math.max(3, THIN * Math.min(width, height));
  const heights = turned(runsOf(turned(mask)));
  const thin = mask.map((x, y, value) => (value && heights.at(x, y) <= most ? 1 : 0));
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
