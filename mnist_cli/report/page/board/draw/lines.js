// ---- lines: the connections of the diagram, and the numbers in its neurons

const FAINTEST = 0.03; // of the strongest line; weaker ones are not drawn

// `lines`: [{ push, from, to }], drawn `reached` (0 to 1) of the way, the strongest on top.
function strokeLines(context, lines, reached, strongest) {
  const most = lines.reduce((peak, { push }) => Math.max(peak, Math.abs(push)), 1e-9);
  if (reached <= 0) return;
  lines.sort((one, other) => Math.abs(one.push) - Math.abs(other.push));
  for (const { push, from, to } of lines) {
    const share = Math.abs(push) / most;
    if (share < FAINTEST) continue;
    context.beginPath();
    context.setLineDash(push < 0 ? [5, 4] : []);
    context.lineWidth = 0.5 + 2.6 * share;
    context.strokeStyle = css(push < 0 ? NEGATIVE : POSITIVE, strongest * (0.08 + 0.92 * share));
    context.moveTo(...from);
    context.lineTo(from[0] + (to[0] - from[0]) * reached, from[1] + (to[1] - from[1]) * reached);
    context.stroke();
  }
  context.setLineDash([]);
}

// At most four characters, to stand inside a neuron.
function short(value) {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 0 : size >= 1.005 ? 1 : 2;
  const text = plain(value, digits);
  return size < 1 ? text.replace("0.", ".") : text;
}
