// ---- backpropagation: the twin of mnist_cli/network/backpropagation.py
// An image is 784 bytes as the network sees it: `network.seen(image)`. Layers are counted from 0.

// d loss / d parameter beside every parameter of a network; `weights` and `biases` are views of it.
class Gradient {
  constructor({ parameters, sizes }) {
    this.vector = new Float64Array(parameters.length);
    Object.assign(this, layerViews(this.vector, sizes));
  }

  times(factor) {
    for (let i = 0; i < this.vector.length; i++) this.vector[i] *= factor;
    return this;
  }
}

// δ = d loss / d z of every layer, for the { z, a } of one image: BP1, then BP2 from the last layer
// to the first.
function deltasOf(network, { z, a }, label) {
  const last = network.depth - 1;
  const deltas = [];
  deltas[last] = lossOf(network).delta(z[last], a[last + 1], oneHot(label, a[last + 1].length));
  for (let layer = last; layer > 0; layer--) {
    const errors = errorsBefore(network, layer, deltas[layer]);
    deltas[layer - 1] = network.activation(layer - 1).back(errors, z[layer - 1], a[layer]);
  }
  return deltas;
}

// d loss / d a of the layer before, W δ: how much each of its neurons has to do with the error.
function errorsBefore(network, layer, delta) {
  const [weights, width] = [network.weights[layer], network.sizes[layer + 1]];
  const errors = new Float64Array(network.sizes[layer]);
  for (let i = 0, row = 0; i < errors.length; i++, row += width) {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += weights[row + j] * delta[j];
    errors[i] = sum;
  }
  return errors;
}

// Add the gradient of one image: δ for each bias (BP3), a_before δ for each weight (BP4).
function addGradient(gradient, a, deltas) {
  deltas.forEach((delta, layer) => {
    const [weights, biases, before] = [gradient.weights[layer], gradient.biases[layer], a[layer]];
    const width = delta.length;
    for (let j = 0; j < width; j++) biases[j] += delta[j];
    for (let i = 0, row = 0; i < before.length; i++, row += width) {
      const activation = before[i];
      if (activation === 0) continue;
      for (let j = 0; j < width; j++) weights[row + j] += activation * delta[j];
    }
  });
}

// Forward and backward for a set of images: { gradient, loss }, both the mean over the images.
function backpropagate(network, images, labels) {
  const gradient = new Gradient(network);
  let loss = 0;
  images.forEach((image, i) => {
    const layers = network.layers(image);
    loss += lossAt(network, layers, labels[i]);
    addGradient(gradient, layers.a, deltasOf(network, layers, labels[i]));
  });
  return { gradient: gradient.times(1 / images.length), loss: loss / images.length };
}

// Another network, whose parameters lie `distance` along a direction; a step of learning goes
// against the gradient: moved(network, gradient.vector, -learningRate). Nobody has calibrated it.
function moved(network, direction, distance) {
  const parameters = network.parameters.map((value, i) => value + distance * direction[i]);
  return new Network(network.facts, parameters);
}
