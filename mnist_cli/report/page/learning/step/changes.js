// ---- changes: how far the weights of each neuron of the first layer have moved

const MOST_CHANGES = 16;

function showChanges({ changes, scale }, before, now) {
  const shown = shownNeurons(now, 1, MOST_CHANGES);
  if (changes.children.length !== shown.length) changes.replaceChildren(...shown.map(changeTile));
  const moves = shown.map((number) => {
    const [from, to] = [weightsOf(before, 0, number), weightsOf(now, 0, number)];
    return to.map((weight, i) => weight - from[i]);
  });
  const most = Math.max(...moves.map(scaleOf));
  const isMoved = most > 1e-9; // what `scaleOf` says of nothing but zeros
  scale.textContent = isMoved
    ? `Each picture shows how far the 784 weights of a neuron have moved; the strongest colour is ${most.toPrecision(2)}.`
    : before === now
      ? "Nothing yet: take a step."
      : "Nothing that one could see: the gradient of these weights is 0, or nearly so.";
  moves.forEach((move, i) => {
    const canvas = changes.children[i];
    drawCells(canvas, move, { kind: "signed", scale: most, marks: scaleOf(move) > most / 10 });
    canvas.setAttribute(
      "aria-label",
      `${capital(neuronName(now, 1, shown[i]))}: ${extremes(move)}`,
    );
  });
}

const changeTile = () => tile(84, "");

const extremes = (move) =>
  `weights moved by ${signed(Math.min(...move), 4)} to ${signed(Math.max(...move), 4)}`;
