// ---- cells: 784 numbers, or the numbers of a layer, as a small picture

const ROOM_FOR_TEXT = 40; // pixels

// `kind` is "ink" (0 to 255) or "signed" (-scale to scale). Returns the canvas.
function drawCells(
  canvas,
  values,
  { kind = "ink", scale = 1, columns = SIDE, marks = false } = {},
) {
  const rows = Math.ceil(values.length / columns);
  const cell = Math.max(1, Math.floor(canvas.dataset.size / Math.max(columns, rows)));
  [canvas.width, canvas.height] = [columns * cell, rows * cell];
  const context = canvas.getContext("2d");
  context.fillStyle = css(BOARD);
  context.fillRect(0, 0, canvas.width, canvas.height);
  values.forEach((value, i) => {
    if (kind === "ink" && value === 0) return; // has the board's colour already
    const colour = kind === "ink" ? inkColour(value / 255) : signedColour(value / scale);
    context.fillStyle = css(colour);
    context.fillRect((i % columns) * cell, Math.floor(i / columns) * cell, cell, cell);
  });
  if (cell >= ROOM_FOR_TEXT) drawValues(context, values, columns, cell, kind === "ink");
  else if (marks) drawMarks(context, values, columns, cell);
  return canvas;
}

// The number itself, where a cell has room for it.
function drawValues(context, values, columns, cell, isInk) {
  context.font = `${Math.max(11, Math.floor(cell / 4))}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const scale = scaleOf(values);
  values.forEach((value, i) => {
    context.fillStyle = css(textOn(isInk ? inkColour(value / 255) : signedColour(value / scale)));
    const text = isInk ? plain(value / 255) : signed(value);
    context.fillText(text, ((i % columns) + 0.5) * cell, (Math.floor(i / columns) + 0.5) * cell);
  });
}

// A plus on the strongest positive cell, a minus on the strongest negative one.
function drawMarks(context, values, columns, cell) {
  const strongest = (sign) =>
    values.reduce((best, v, i) => (sign * v > sign * values[best] ? i : best), 0);
  const size = Math.max(cell, 12);
  context.font = `bold ${size}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [sign, text] of [
    [1, "+"],
    [-1, "−"],
  ]) {
    const i = strongest(sign);
    if (sign * values[i] <= 0) continue;
    const x = clamp((i % columns) * cell + cell / 2, size / 2, context.canvas.width - size / 2);
    const y = clamp(
      Math.floor(i / columns) * cell + cell / 2,
      size / 2,
      context.canvas.height - size / 2,
    );
    context.lineWidth = 3;
    context.strokeStyle = css(BOARD);
    context.strokeText(text, x, y);
    context.fillStyle = "#fff";
    context.fillText(text, x, y);
  }
}

function tile(size, label) {
  return make("canvas", { class: "tile", "data-size": size, role: "img", "aria-label": label });
}

const scaleOf = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
