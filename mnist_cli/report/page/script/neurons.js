// ---- neurons: their names, their weights, and which of them are shown

// The weights with which a neuron of `layer` (from 0) weighs the layer before.
function weightsOf(network, layer, number) {
  return Array.from({ length: network.sizes[layer] }, (_, from) =>
    network.weight(layer, from, number),
  );
}

// Layers are counted as the lectures count them: hidden layers from 1, then the outputs.
function neuronName(network, layer, number) {
  if (layer === network.depth) return `output ${quoted(network.facts, number)}`;
  return network.depth === 2
    ? `hidden neuron ${number + 1}`
    : `neuron ${number + 1} of hidden layer ${layer}`;
}

function layerName(network, layer) {
  if (layer === network.depth) return "outputs";
  return network.depth === 2 ? "hidden layer" : `hidden layer ${layer}`;
}

// The neurons of a layer that fit a picture: all, or those that count most in the next layer.
function shownNeurons(network, layer, most) {
  const all = [...Array(network.sizes[layer]).keys()];
  if (all.length <= most || layer === network.depth) return all;
  const strength = (i) => {
    let sum = 0;
    for (let to = 0; to < network.sizes[layer + 1]; to++) sum += network.weight(layer, i, to) ** 2;
    return sum;
  };
  const strengths = all.map(strength);
  return all
    .sort((i, j) => strengths[j] - strengths[i])
    .slice(0, most)
    .sort((i, j) => i - j);
}

// The names in a choice of neurons: outputs have those of their classes, others count from 1.
function neuronNames(network, layer) {
  if (layer === network.depth) return network.facts.classes;
  return Array.from({ length: network.sizes[layer] }, (_, i) => String(i + 1));
}

const neuronGroup = (network, layer) => `the ${network.sizes[layer]} neurons before it`;

const shortName = (network, number) =>
  network.depth === 1 ? `output ${quoted(network.facts, number)}` : `neuron ${number + 1}`;
