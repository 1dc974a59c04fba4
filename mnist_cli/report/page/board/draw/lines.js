// ---- lines: what goes from layer to layer, and how numbers are written in a neuron

const FAINTEST = 0.03; // of the strongest line; weaker ones are not drawn
const FADED = 0.12; // a line that does not belong to the chosen neuron

// `lines`: [{ push, from, to, isFaded }], drawn `reached` (0 to 1) of the way, the strongest on top.
function strokeLines(context, lines, reached, strongest) {
  const most = lines.reduce((peak, { push }) => Math.max(peak, Math.abs(push)), 1e-30);
  if (reached <= 0) return;
  lines.sort((one, other) => Math.abs(one.push) - Math.abs(other.push));
  for (const { push, from, to, isFaded } of lines) {
    const share = Math.abs(push) / most;
    if (share < FAINTEST) continue;
    const alpha = strongest * (0.08 + 0.92 * share) * (isFaded ? FADED : 1);
    context.beginPath();
    context.setLineDash(push < 0 ? [5, 4] : []);
    context.lineWidth = 0.5 + 2.6 * share;
    context.strokeStyle = css(push < 0 ? NEGATIVE : POSITIVE, alpha);
    context.moveTo(...from);
    context.lineTo(from[0] + (to[0] - from[0]) * reached, from[1] + (to[1] - from[1]) * reached);
    context.stroke();
  }
  context.setLineDash([]);
}

// At most four characters, to stand inside a neuron.
function short(value) {
  const size = Math.abs(value);
  const digits = size >= 10 ? 0 : size >= 1.005 ? 1 : 2;
  const text = plain(value, digits);
  return size < 1 ? text.replace("0.", ".") : text;
}

// The same for errors and δ, which may be tiny: 0.00002 is 2e−5.
function shortSigned(value) {
  const size = Math.abs(value);
  if (size >= 0.0095 || size < 1e-9) return short(value);
  return value.toExponential(0).replace(/-/g, "−");
}
