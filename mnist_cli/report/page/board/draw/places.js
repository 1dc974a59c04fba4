// ---- places: where the neurons stand, in columns from left to right or in rows from top to bottom

const [CLOSEST, WIDEST] = [26, 52]; // pixels from neuron to neuron in a column
const TARGET = 44; // room for a finger
const CAPTION = 36; // pixels for the name of a layer

// `counts` of neurons, and the room for the names of the outputs -> { spots: [layer][neuron] -> [x, y], captions: [layer] -> { x, y, width },
// radius, pitch, height }.
function inColumns(counts, width, room, names = 52) {
  const tallest = Math.max(...counts);
  const pitch = clamp((room - CAPTION) / tallest, CLOSEST, WIDEST);
  const [left, right] = [width * 0.5 ** counts.length + 24, width - names];
  const step = counts.length > 1 ? (right - left) / (counts.length - 1) : 0;
  const x = (layer) => (counts.length > 1 ? left + layer * step : right);
  const top = Math.max(0, (room - CAPTION - tallest * pitch) / 2);
  const y = (count, i) => top + (i + 0.5 + (tallest - count) / 2) * pitch;
  const spots = counts.map((count, layer) =>
    Array.from({ length: count }, (_, i) => [x(layer), y(count, i)]),
  );
  const captionWidth = counts.length > 1 ? Math.min(132, step - 6) : 132;
  const captions = counts.map((count, layer) => ({
    x: clamp(x(layer), captionWidth / 2, width - captionWidth / 2),
    y: top + ((tallest + count) / 2) * pitch + 4,
    width: captionWidth,
  }));
  return { spots, captions, pitch, radius: radiusFor(pitch), height: room };
}

// Pixels beside the outputs: a digit is narrow, other names are cut off where they do not fit.
const roomForNames = ({ facts }) => (isOfDigits(facts) ? 52 : 132);

// As many neurons beside each other as fingers can tell apart, in lines of about the same length.
function inRows(counts, width, gap = 36) {
  const most = Math.max(1, Math.floor(width / TARGET));
  const [spots, captions] = [[], []];
  let top = 0;
  counts.forEach((count, layer) => {
    const isLast = layer === counts.length - 1;
    captions.push({ x: width / 2, y: top + gap - 20, width });
    top += gap;
    const lines = Math.ceil(count / most);
    const perLine = Math.ceil(count / lines);
    const line = isLast ? TARGET + 14 : TARGET; // the digit stands under an output
    spots.push(
      Array.from({ length: count }, (_, i) => rowSpot(i, count, perLine, width, top, line)),
    );
    top += lines * line;
  });
  return { spots, captions, pitch: TARGET, radius: radiusFor(TARGET), height: top };
}

function rowSpot(i, count, perLine, width, top, line) {
  const number = Math.floor(i / perLine);
  const inLine = Math.min(perLine, count - number * perLine);
  const pitch = Math.min(width / perLine, 1.4 * TARGET);
  const start = (width - inLine * pitch) / 2;
  return [start + ((i % perLine) + 0.5) * pitch, top + number * line + TARGET / 2];
}

const radiusFor = (pitch) => clamp(Math.round(0.42 * pitch), 11, 18);
