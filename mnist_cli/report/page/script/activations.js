// ---- activations: twins of mnist_cli/network/activations.py, and of the outputs of losses.py
// A row has the same name as in Python. `layer` makes a from the z of a whole layer; `low` and
// `high` are the range of a, by which neurons are coloured; `formula` stands in the equation.
// `mnist report` reads the names here: it builds no live page for an activation that is missing.

const LEAK = 0.01;
const [GELU_SCALE, GELU_CUBE] = [Math.sqrt(2 / Math.PI), 0.044715];

const ACTIVATIONS = {
  sigmoid: { layer: each((z) => 1 / (1 + Math.exp(-z))), low: 0, high: 1, formula: "σ(z)" },
  tanh: { layer: each(Math.tanh), low: -1, high: 1, formula: "tanh(z)" },
  relu: { layer: each((z) => Math.max(z, 0)), low: 0, high: Infinity, formula: "relu(z)" },
  leaky_relu: {
    layer: each((z) => Math.max(z, LEAK * z)),
    low: -Infinity,
    high: Infinity,
    formula: "leaky_relu(z)",
  },
  gelu: { layer: each(gelu), low: -0.17, high: Infinity, formula: "gelu(z)" },
  linear: { layer: each((z) => z), low: -Infinity, high: Infinity, formula: "z" },
  softmax: { layer: softmax, low: 0, high: 1, formula: "softmax(z)" },
};

function each(f) {
  return (layer) => layer.map((z) => f(z));
}

function gelu(z) {
  return 0.5 * z * (1 + Math.tanh(GELU_SCALE * (z + GELU_CUBE * z * z * z)));
}

function softmax(layer) {
  const peak = Math.max(...layer);
  const powers = layer.map((z) => Math.exp(z - peak));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}
