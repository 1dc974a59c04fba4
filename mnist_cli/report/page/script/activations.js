// ---- activations: twins of mnist_cli/network/activations.py, and of the outputs of losses.py
// A row has the same name as in Python. `layer` makes a from the z of a whole layer; `back` makes
// d loss / d z from d loss / d a there, given z and a; `low` and `high` are the range of a, by which
// neurons are coloured; `formula` stands in the equation.
// `mnist report` reads the names here: it builds no live page for an activation that is missing.

const LEAK = 0.01;
const [GELU_SCALE, GELU_CUBE] = [Math.sqrt(2 / Math.PI), 0.044715];

const ACTIVATIONS = {
  sigmoid: {
    layer: each((z) => 1 / (1 + Math.exp(-z))),
    back: times((_z, a) => a * (1 - a)),
    low: 0,
    high: 1,
    formula: "σ(z)",
  },
  tanh: {
    layer: each(Math.tanh),
    back: times((_z, a) => 1 - a * a),
    low: -1,
    high: 1,
    formula: "tanh(z)",
  },
  relu: {
    layer: each((z) => Math.max(z, 0)),
    back: times((z) => (z > 0 ? 1 : 0)),
    low: 0,
    high: Infinity,
    formula: "relu(z)",
  },
  leaky_relu: {
    layer: each((z) => Math.max(z, LEAK * z)),
    back: times((z) => (z > 0 ? 1 : LEAK)),
    low: -Infinity,
    high: Infinity,
    formula: "leaky_relu(z)",
  },
  gelu: {
    layer: each(gelu),
    back: times(geluDerivative),
    low: -0.17,
    high: Infinity,
    formula: "gelu(z)",
  },
  linear: {
    layer: each((z) => z),
    back: times(() => 1),
    low: -Infinity,
    high: Infinity,
    formula: "z",
  },
  softmax: { layer: softmax, back: timesSoftmax, low: 0, high: 1, formula: "softmax(z)" },
};

function each(f) {
  return (layer) => layer.map((z) => f(z));
}

// The chain rule where every a depends on its own z alone.
function times(derivative) {
  return (errors, z, a) => errors.map((error, i) => error * derivative(z[i], a[i]));
}

function gelu(z) {
  return 0.5 * z * (1 + Math.tanh(geluInner(z)));
}

function geluDerivative(z) {
  const t = Math.tanh(geluInner(z));
  const innerDerivative = GELU_SCALE * (1 + 3 * GELU_CUBE * z * z);
  return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * innerDerivative;
}

function geluInner(z) {
  return GELU_SCALE * (z + GELU_CUBE * z * z * z);
}

function softmax(layer) {
  const peak = Math.max(...layer);
  const powers = layer.map((z) => Math.exp(z - peak));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

// Every output of a softmax depends on every z.
function timesSoftmax(errors, _z, a) {
  const mean = errors.reduce((sum, error, i) => sum + error * a[i], 0);
  return errors.map((error, i) => (error - mean) * a[i]);
}
