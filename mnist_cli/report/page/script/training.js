// ---- training: the twin of network/parameters.py, network/optimizers.py and training/loop.py
// The first weights come from the seed, the order of an epoch from (seed, epoch), a step is plain
// gradient descent. Parameters are float32, as in Python; the sums between them are of 53 bits.

const IMAGES_AT_ONCE = 16; // then the training makes a pause, so that a frame can end

// Weights and biases of normal distributions around 0, as wide as Python says for each layer.
function firstParameters(sizes, { seed, spreads, bias_spread }) {
  const random = new Generator([seed, 0]);
  const count = spreads.reduce((sum, _, layer) => sum + (sizes[layer] + 1) * sizes[layer + 1], 0);
  const parameters = new Float32Array(count);
  const { weights, biases } = layerViews(parameters, sizes);
  const fill = (values, spread) => {
    for (let i = 0; i < values.length; i++) values[i] = spread * random.normal();
  };
  spreads.forEach((spread, layer) => {
    fill(weights[layer], spread);
    if (bias_spread) fill(biases[layer], bias_spread);
  });
  return parameters;
}

// Order of the images in an epoch, counted from 1.
const epochOrder = (seed, epoch, count) => new Generator([seed, epoch]).permutation(count);

// Images to train on: bytes and labels, unpacked from 16 greys; null if the page carries none.
function trainingImages(data) {
  if (!("training_images" in data.arrays)) return null;
  const [packed, labels] = [data.array("training_images"), data.array("training_labels")];
  const bytes = new Uint8Array(2 * packed.length);
  packed.forEach((pair, i) => {
    bytes[2 * i] = 17 * (pair & 15);
    bytes[2 * i + 1] = 17 * (pair >> 4);
  });
  const image = (number) => bytes.subarray(number * SIDE * SIDE, (number + 1) * SIDE * SIDE);
  return { images: Array.from(labels, (_, number) => image(number)), labels };
}

// A network in training. `done` counts the images of the unfinished epoch, `lossSum` and
// `lossCount` those since somebody last took the mean loss.
class Training {
  // `start` are the seed and the spreads of the first parameters.
  constructor(facts, { images, labels }, start) {
    const parameters = firstParameters(facts.layer_sizes, start);
    Object.assign(this, { images, labels, seed: start.seed });
    this.network = new Network(facts, parameters);
    this.gradient = new Gradient(this.network);
    Object.assign(this, { epoch: 0, done: 0, steps: 0, lossSum: 0, lossCount: 0 });
    this.order = epochOrder(start.seed, 1, labels.length);
  }

  // Epochs done, with the share of the unfinished one.
  get progress() {
    return this.epoch + this.done / this.labels.length;
  }

  // One step of gradient descent on the next mini-batch. It pauses at every `yield`; nothing has
  // changed until its end.
  *step({ learningRate, batchSize }) {
    const chosen = this.order.subarray(this.done, this.done + batchSize);
    this.gradient.vector.fill(0);
    let loss = 0;
    for (let i = 0; i < chosen.length; i++) {
      loss += this.learnFrom(chosen[i]);
      if (i % IMAGES_AT_ONCE === IMAGES_AT_ONCE - 1) yield;
    }
    this.descend(learningRate / chosen.length);
    this.lossSum += loss;
    this.lossCount += chosen.length;
    this.advance(chosen.length);
  }

  // Add the gradient of one image; return its loss.
  learnFrom(number) {
    const [layers, label] = [this.network.layers(this.images[number]), this.labels[number]];
    addGradient(this.gradient, layers.a, deltasOf(this.network, layers, label));
    return lossAt(this.network, layers, label);
  }

  // parameters ← parameters - η · gradient
  descend(rate) {
    const [{ parameters }, { vector }] = [this.network, this.gradient];
    for (let i = 0; i < vector.length; i++) parameters[i] -= rate * vector[i];
  }

  advance(count) {
    this.steps++;
    this.done += count;
    if (this.done < this.labels.length) return;
    this.epoch++;
    this.done = 0;
    this.order = epochOrder(this.seed, this.epoch + 1, this.labels.length);
  }

  // Mean loss of the images since the last call.
  takeLoss() {
    const loss = this.lossSum / this.lossCount;
    this.lossSum = this.lossCount = 0;
    return loss;
  }
}
