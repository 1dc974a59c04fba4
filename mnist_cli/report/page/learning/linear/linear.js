// ---- linear: layers without a non-linearity are one matrix

const isLinear = ({ facts, depth }) => facts.activation === "linear" && depth > 1;

// One layer that computes what all layers of a linear network compute together.
function multipliedOut(network) {
  let [weights, biases] = [network.weights[0], network.biases[0]];
  for (let layer = 1; layer < network.depth; layer++) {
    weights = product(weights, network, layer);
    biases = network.weightedSums(layer, biases);
  }
  const facts = { ...network.facts, layer_sizes: [network.sizes[0], network.sizes[network.depth]] };
  return new Network(facts, Float64Array.from([...weights, ...biases]));
}

// Rows of `weights` times the weights of a layer.
function product(weights, network, layer) {
  const [inner, width] = [network.sizes[layer], network.sizes[layer + 1]];
  const rows = weights.length / inner;
  const result = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < inner; i++) {
      const weight = weights[row * inner + i];
      for (let j = 0; j < width; j++)
        result[row * width + j] += weight * network.weights[layer][i * width + j];
    }
  }
  return result;
}

class MultiplyOut {
  constructor(state, network, elements) {
    Object.assign(this, { network, elements, sample: testSample(state) });
    elements.multiply.addEventListener("click", () => this.multiply());
  }

  async multiply() {
    const { network } = this;
    const one = multipliedOut(network);
    this.showPictures(one);
    tried(this.elements.text);
    const apart = await largestDifference(network, one, this.sample);
    const [before, after] = [network.parameters.length, one.parameters.length].map(grouped);
    const layers = counted(network.depth, "layer");
    this.elements.text.textContent = `${capital(layers)} with ${before} parameters are one with ${after}. The largest difference of the scores on ${this.sample.name} is ${apart.toExponential(0)}: rounding. The pictures are the 784 weights of each output.`;
  }

  showPictures(one) {
    const weights = one.facts.classes.map((_, number) => weightsOf(one, 0, number));
    const scale = Math.max(...weights.map(scaleOf));
    const pictures = weights.map((values, number) => {
      const canvas = tile(112, `Weights of ${neuronName(one, 1, number)}`);
      drawCells(canvas, values, { kind: "signed", scale, marks: true });
      return make("figure", {}, canvas, make("figcaption", {}, nameOf(one.facts, number)));
    });
    this.elements.pictures.replaceChildren(...pictures);
  }
}

async function largestDifference(network, other, sample) {
  const rest = restNowAndThen();
  let most = 0;
  for (const seen of await sample.seenBy(network)) {
    const scores = other.scores(seen);
    network.scores(seen).forEach((score, i) => {
      most = Math.max(most, Math.abs(score - scores[i]));
    });
    await rest();
  }
  return most;
}

SECTIONS.linear = (state, section) => {
  const network = state.own.find(isLinear);
  if (network) {
    section.classList.add("untried");
    new MultiplyOut(state, network, elementsOf("linear"));
    return;
  }
  section.hidden = true;
  for (const link of document.querySelectorAll('a[href="#linear"]'))
    link.parentElement.hidden = true;
};
