// ---- losses: twins of mnist_cli/network/losses.py, for one image
// By name, then by the activation of the last layer. From z, a = f(z) and the targets y of the last
// layer, `parts` makes each output's share of the loss and `delta` the error δ = d loss / d z, where
// backpropagation begins.

const LOSSES = {
  mse: {
    sigmoid: halfSquaredError("sigmoid"),
    softmax: halfSquaredError("softmax"),
    linear: halfSquaredError("linear"),
  },
  cross_entropy: {
    sigmoid: { parts: sigmoidCrossEntropy, delta: (_z, a, y) => difference(a, y) },
    softmax: { parts: softmaxCrossEntropy, delta: (_z, a, y) => difference(a, y) },
  },
};

// The loss of a network, or undefined where this page cannot compute it.
function lossOf({ facts }) {
  return LOSSES[facts.loss_name]?.[facts.output_activation];
}

// Loss of one image, for its { z, a }.
function lossAt(network, { z, a }, label) {
  const last = network.depth - 1;
  return sumOf(lossOf(network).parts(z[last], a[last + 1], oneHot(label, a[last + 1].length)));
}

// The lectures' cost has no ½: it is twice the loss "mse". Every other loss is its own cost.
const costFactor = ({ facts }) => (facts.loss_name === "mse" ? 2 : 1);

const costAt = (network, layers, label) => costFactor(network) * lossAt(network, layers, label);

// ½ Σ (a - y)².
function halfSquaredError(activation) {
  return {
    parts: (_z, a, y) => difference(a, y).map((apart) => 0.5 * apart * apart),
    delta: (z, a, y) => ACTIVATIONS[activation].back(difference(a, y), z, a),
  };
}

// -Σ y ln a + (1 - y) ln(1 - a), as the same sum Σ ln(1 + exp(z)) - y z, finite for every z.
function sigmoidCrossEntropy(z, _a, y) {
  return z.map((v, i) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))) - y[i] * v);
}

// -Σ y ln a, as the same sum Σ y (ln Σ exp(z) - z).
function softmaxCrossEntropy(z, _a, y) {
  const peak = Math.max(...z);
  const logSum = peak + Math.log(sumOf(z.map((value) => Math.exp(value - peak))));
  return z.map((value, i) => y[i] * (logSum - value));
}

// The target of a label among so many classes: 1 at the label, 0 elsewhere.
const oneHot = (label, length) => Float64Array.from({ length }, (_, i) => (i === label ? 1 : 0));

const difference = (a, y) => a.map((value, i) => value - y[i]);

const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
