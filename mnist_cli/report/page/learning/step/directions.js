// ---- directions: the angle between the gradient of a few images and the gradient of all

const [FEW, MOST_BATCHES] = [[1, 10, 100], 100];

class Directions {
  constructor(state, { compare, angles, anglesText }) {
    Object.assign(this, { state, button: compare, angles, text: anglesText });
    this.sample = trainingSample(state);
    this.text.textContent = `The step of 1, 10 and 100 images beside the step of all ${this.sample.name}, for the network on the board.`;
  }

  async compare() {
    const { sample } = this;
    const { network } = this.state;
    this.button.disabled = true;
    const all = await sample.gradient(network);
    const found = [];
    for (const size of FEW.filter((few) => few < sample.count))
      found.push({ size, ...(await medianAngle(sample, network, size, all)) });
    this.button.disabled = false;
    this.angles.replaceChildren(...found.map(arrowFigure));
    this.text.textContent = anglesInWords(found, sample, network);
    tried(this.text);
  }
}

async function medianAngle(sample, network, size, all) {
  const batches = Math.min(MOST_BATCHES, Math.floor(sample.count / size));
  const angles = [];
  for (let i = 0; i < batches; i++) {
    const gradient = await sample.gradient(network, i * size, size);
    angles.push(angleBetween(gradient.vector, all.vector));
  }
  return { batches, angle: median(angles) };
}

// In degrees, in the space of all parameters.
function angleBetween(one, other) {
  let [product, square, otherSquare] = [0, 0, 0];
  for (let i = 0; i < one.length; i++) {
    product += one[i] * other[i];
    square += one[i] * one[i];
    otherSquare += other[i] * other[i];
  }
  const cosine = product / Math.max(Math.sqrt(square * otherSquare), 1e-300);
  return (Math.acos(clamp(cosine, -1, 1)) * 180) / Math.PI;
}

function anglesInWords(found, sample, network) {
  const parts = found.map(({ size, angle }) => `${plain(angle, 0)}° for ${counted(size, "image")}`);
  const parameters = grouped(network.parameters.length);
  return `Angle to the step of all ${sample.name}, the median of up to ${MOST_BATCHES} mini-batches of them, in the space of all ${parameters} parameters: ${parts.join(", ")}. At 0° both go the same way. At 90° a short step of the few makes the cost of all neither smaller nor larger; beyond 90° it makes it larger.`;
}

// Down is the step of all.
function arrowFigure({ size, batches, angle }) {
  const picture = makeSvg(
    "svg",
    { viewBox: "-84 -12 168 92", "aria-hidden": "true" },
    arrow(0, "all"),
    arrow(angle, "few"),
  );
  const caption = `${counted(size, "image")}: ${plain(angle, 0)}° from the step of all (${batches} tried)`;
  return make("figure", {}, picture, make("figcaption", {}, caption));
}

const arrow = (angle, name) =>
  makeSvg("path", {
    d: "M0 0V70M-7 58L0 70L7 58",
    class: name,
    transform: `rotate(${-angle})`,
  });
