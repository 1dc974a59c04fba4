// ---- strokes: the geometry of the pad, and its keys

const MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-1, -1],
  PageUp: [1, -1],
  End: [-1, 1],
  PageDown: [1, 1],
};

function distance([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = dx || dy ? clamp(((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy), 0, 1) : 0;
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

function paintStroke(context, { tool, size, points }) {
  context.beginPath();
  context.moveTo(...points[0]);
  for (const point of points) context.lineTo(...point);
  context.lineWidth = size;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = css(tool === "pen" ? CHALK : BOARD);
  context.stroke();
}
