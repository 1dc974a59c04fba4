// ---- crossings: a stroke that goes on beyond a line keeps its ink; the twin of pictures/crossings.py

const WIDEST_STROKE = 0.4; // of a line's length; what touches it in more columns is no stroke
const MOST_RUNS = 20; // of ink on a side of a line; a digit crosses it a few times

// Tells of each pixel of a line whether it lies between strokes on both sides of it. `band`: the rows
// around the line in each column; `middle` of the line, which is `half` as high in each direction.
function crossingOf(band, middle, half, isDark) {
  const isBeside = (x, side) =>
    band[x].some((y) => {
      const away = side * (y - middle[x]);
      return away > half && away <= half + 1 && isDark(x, y);
    });
  const [above, below] = [-1, 1].map((side) => runsAlong(band.map((_, x) => isBeside(x, side))));
  if (Math.max(above.length, below.length) > MOST_RUNS) return () => false;
  const areNear = (upper, lower) =>
    Math.max(upper[0], lower[0]) - Math.min(upper[1], lower[1]) < 2 * half;
  const pairs = above.flatMap((upper) =>
    below.filter((lower) => areNear(upper, lower)).map((lower) => [upper, lower]),
  );
  return (x, y) => {
    const share = clamp((y - middle[x] + half) / (2 * half), 0, 1);
    return pairs.some(([upper, lower]) => {
      const [left, right] = upper.map((a, i) => a + share * (lower[i] - a));
      return x >= left && x < right;
    });
  };
}

// [first, one after the last] of each run of columns that a stroke touches a line in.
function runsAlong(touched) {
  const starts = [...touched.keys()].filter((x) => touched[x] && !touched[x - 1]);
  const ends = [...touched.keys()].filter((x) => touched[x] && !touched[x + 1]);
  return starts
    .map((start, i) => [start, ends[i] + 1])
    .filter(([start, end]) => end - start <= WIDEST_STROKE * touched.length);
}
