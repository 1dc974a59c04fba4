// ---- maps: the eight maps of edges that a network sees after the preprocessing `directions`
// Two rows of four in the 28x28 numbers, as in mnist_cli/data/preprocessing.py. A direction points
// from paper to ink.

const DIRECTIONS = ["→", "↘", "↓", "↙", "←", "↖", "↑", "↗"];

// Frames each map of a picture, and names its direction.
function frameMaps(canvas) {
  const context = canvas.getContext("2d");
  const [width, height] = [canvas.width / 4, canvas.height / 2];
  const size = Math.round(height / 5);
  context.font = `bold ${size}px system-ui, sans-serif`;
  context.textAlign = "left";
  context.textBaseline = "top";
  DIRECTIONS.forEach((arrow, i) => {
    const [x, y] = [(i % 4) * width, Math.floor(i / 4) * height];
    context.lineWidth = 1;
    context.strokeStyle = css(CHALK, 0.7);
    context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
    context.lineWidth = 3;
    context.strokeStyle = css(BOARD);
    context.strokeText(arrow, x + 3, y + 3);
    context.fillStyle = css(CHALK);
    context.fillText(arrow, x + 3, y + 3);
  });
}

// The place of one of the 784 numbers, in words.
function mapPlace(i) {
  const [row, column] = [Math.floor(i / SIDE), i % SIDE];
  const arrow = DIRECTIONS[4 * Math.floor(row / 14) + Math.floor(column / 7)];
  return `map ${arrow}, row ${(row % 14) + 1}, column ${(column % 7) + 1}`;
}
