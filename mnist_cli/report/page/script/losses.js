// ---- losses: twins of mnist_cli/network/losses.py, for one image
// By name, then by the activation of the last layer. From z, a = f(z) and the targets y of the last
// layer, `value` makes the loss and `delta` the error δ = d loss / d z, where backpropagation begins.

const LOSSES = {
  mse: {
    sigmoid: halfSquaredError("sigmoid"),
    softmax: halfSquaredError("softmax"),
    linear: halfSquaredError("linear"),
  },
  cross_entropy: {
    sigmoid: { value: sigmoidCrossEntropy, delta: (_z, a, y) => difference(a, y) },
    softmax: { value: softmaxCrossEntropy, delta: (_z, a, y) => difference(a, y) },
  },
};

// The loss of a network, or undefined where this page cannot compute it.
function lossOf({ facts }) {
  return LOSSES[facts.loss_name]?.[facts.output_activation];
}

// ½ Σ (a - y)²; the lectures' cost has no ½.
function halfSquaredError(activation) {
  return {
    value: (_z, a, y) => 0.5 * sumOf(a, (value, i) => (value - y[i]) ** 2),
    delta: (z, a, y) => ACTIVATIONS[activation].back(difference(a, y), z, a),
  };
}

// -Σ y ln a + (1 - y) ln(1 - a), as the same sum Σ ln(1 + exp(z)) - y z, finite for every z.
function sigmoidCrossEntropy(z, _a, y) {
  return sumOf(z, (v, i) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))) - y[i] * v);
}

// -Σ y ln a, as the same sum ln Σ exp(z) - Σ y z.
function softmaxCrossEntropy(z, _a, y) {
  const peak = Math.max(...z);
  const logSum = peak + Math.log(sumOf(z, (value) => Math.exp(value - peak)));
  return logSum - sumOf(z, (value, i) => y[i] * value);
}

// The target of a label: 1 at the label, 0 elsewhere.
const oneHot = (label) => Float64Array.from({ length: 10 }, (_, i) => (i === label ? 1 : 0));

const difference = (a, y) => a.map((value, i) => value - y[i]);

const sumOf = (values, f) => values.reduce((sum, value, i) => sum + f(value, i), 0);
