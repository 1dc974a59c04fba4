// ---- scenes: which numbers the board shows at a moment
// A scene has `reach(layer)`, how far the lines into a layer have come, 0 to 1;
// `number(layer, from, to)`, what a line carries; and `neurons(layer)`, what stands in the neurons,
// null before it arrives.
// Layers are counted from 1.

// At rest: activations, and weight × activation, or `edges`, other numbers in their place.
function restScene(network, { a }, edges = null) {
  const push = (layer, from, to) => a[layer - 1][from] * network.weight(layer - 1, from, to);
  return {
    reach: () => 1,
    number: edges ? fromArrays(network, edges) : push,
    neurons: (layer) => a[layer],
  };
}

function forwardScene(network, answer, pulse) {
  const arrived = (layer) => pulse.done(layer - 1) === 1;
  return {
    ...restScene(network, answer),
    reach: (layer) => pulse.done(layer - 1),
    neurons: (layer) => (arrived(layer) ? answer.a[layer] : null),
    caption: "Forward: the numbers of one layer make those of the next.",
  };
}

// The error of the outputs, then δ of a layer, then the change of its weights, and so on backward.
function backwardScene(network, { deltas, gradients }, error, pulse) {
  const { depth } = network;
  const gradient = fromArrays(network, gradients);
  const step = (layer) => 1 + 2 * (depth - layer); // in which δ of a layer appears
  const delta = (layer) => (pulse.hasBegun(step(layer)) ? deltas[layer - 1] : null);
  return {
    isBackward: true,
    reach: (layer) => pulse.done(step(layer) + 1),
    number: (layer, from, to) => -gradient(layer, from, to),
    neurons: (layer) => (layer === depth && !pulse.hasBegun(1) ? error : delta(layer)),
    caption: backwardCaption(network, pulse),
  };
}

const backwardSteps = (network) => 1 + 2 * network.depth;

function backwardCaption(network, pulse) {
  const step = Math.min(Math.floor(pulse.at), backwardSteps(network) - 1);
  if (step === 0) return "Backward: the error of each output, a − y.";
  const layer = network.depth - Math.floor((step - 1) / 2);
  const name = layerName(network, layer);
  if (step % 2 === 0) return `The change of each weight into the ${name}: against the gradient.`;
  return `δ of the ${name}: how the cost changes with each z.`;
}

// Numbers that stand like the weights, layer by layer -> a function of layer, from and to.
function fromArrays(network, arrays) {
  return (layer, from, to) => arrays[layer - 1][from * network.sizes[layer] + to];
}
