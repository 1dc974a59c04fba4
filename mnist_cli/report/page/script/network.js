// ---- network: the forward pass; the twin of mnist_cli/network/network.py

const INK = Math.fround(1 / 255); // a pixel's byte -> [0, 1], in float32 as in Python

class Network {
  // weights[l] is (fan_in, fan_out) row by row, biases[l] is (fan_out,): views into `parameters`
  constructor(facts, parameters, calibration = null) {
    this.facts = facts;
    this.calibration = calibration;
    this.parameters = parameters;
    this.sizes = facts.layer_sizes;
    Object.assign(this, layerViews(parameters, this.sizes));
  }

  get depth() {
    return this.weights.length;
  }

  // The row of ACTIVATIONS of a layer, counted from 0.
  activation(layer) {
    const { activation, output_activation } = this.facts;
    return ACTIVATIONS[layer === this.depth - 1 ? output_activation : activation];
  }

  weight(layer, from, to) {
    return this.weights[layer][from * this.sizes[layer + 1] + to];
  }

  // Bytes (784) as the network wants to see them -> { z, a } of every layer; a[0] is the input.
  // A silenced neuron, "layer:number" with layers from 1, says 0 whatever it hears.
  layers(bytes, silenced = NONE_SILENCED) {
    const a = [toInputs(bytes)];
    const z = [];
    for (let layer = 0; layer < this.depth; layer++) {
      z.push(this.weightedSums(layer, a[layer]));
      a.push(this.activation(layer).layer(z[layer]));
      for (const name of silenced) {
        const [silencedLayer, number] = name.split(":").map(Number);
        if (silencedLayer === layer + 1) a[layer + 1][number] = 0;
      }
    }
    return { z, a };
  }

  weightedSums(layer, activations) {
    const [weights, width] = [this.weights[layer], this.sizes[layer + 1]];
    const sums = Float64Array.from(this.biases[layer]);
    for (let i = 0, row = 0; i < activations.length; i++, row += width) {
      const activation = activations[i];
      if (activation === 0) continue;
      for (let j = 0; j < width; j++) sums[j] += activation * weights[row + j];
    }
    return sums;
  }

  scores(bytes, silenced) {
    return this.layers(bytes, silenced).a[this.depth];
  }

  // Probability that the answer `digit` is right, from the last z; see training/confidence.py.
  confidence(z, digit) {
    const scale = this.calibration ? this.calibration.logit_scale : 1;
    return softmax(z[this.depth - 1].map((value) => scale * value))[digit];
  }

  // Is what the network sees like no digit that it knows?
  isUnlike(seen, scores) {
    return this.calibration?.isUnlike(seen, scores) ?? false;
  }

  // What a 28x28 image looks like when this network sees it.
  seen(image) {
    return preprocess(image, this.facts.preprocessing);
  }
}

const NONE_SILENCED = new Set();

// Bytes as inputs from 0 to 1.
function toInputs(bytes) {
  const inputs = new Float64Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) inputs[i] = Math.fround(bytes[i] * INK);
  return inputs;
}

// Views of the weights and biases of each layer in one vector: weights row by row, then biases.
function layerViews(vector, sizes) {
  const [weights, biases] = [[], []];
  let start = 0;
  for (let layer = 1; layer < sizes.length; layer++) {
    const [count, width] = [sizes[layer - 1] * sizes[layer], sizes[layer]];
    weights.push(vector.subarray(start, start + count));
    biases.push(vector.subarray(start + count, start + count + width));
    start += count + width;
  }
  return { weights, biases };
}

// How a seen image lies to the space of the digit that it is read as; the twin of
// mnist_cli/training/outliers.py.
class Calibration {
  constructor(numbers, means, components) {
    Object.assign(this, numbers, { means });
    const width = means.length / this.spaces;
    this.middle = Float64Array.from({ length: width }, (_, i) => {
      let sum = 0;
      for (let at = i; at < means.length; at += width) sum += means[at];
      return sum / this.spaces;
    });
    this.directions = unitRows(components, width);
  }

  isUnlike(seen, scores) {
    const { distance, explained } = this.compare(seen, reading(scores).digit);
    if (distance > this.max_distance || explained < this.min_explained) return true;
    return Math.max(...scores) < this.min_score;
  }

  compare(seen, digit) {
    const outside = this.outside(seen, digit % this.spaces);
    const apart = seen.reduce((sum, value, i) => sum + (value - this.middle[i]) ** 2, 0);
    return {
      distance: Math.sqrt(outside) / 255,
      explained: 1 - outside / Math.max(apart, Number.MIN_VALUE),
    };
  }

  // The squared distance from one space.
  outside(seen, space) {
    const width = this.middle.length;
    const offset = Float64Array.from(seen, (value, i) => value - this.means[space * width + i]);
    const count = this.directions.length / this.spaces;
    const own = this.directions.slice(space * count, (space + 1) * count);
    const along = own.map((row) => dot(row, offset));
    return Math.max(dot(offset, offset) - dot(along, along), 0);
  }
}

// Rows of whole numbers, each scaled to length 1; one without any stays as it is.
function unitRows(values, width) {
  return Array.from({ length: values.length / width }, (_, i) => {
    const row = values.subarray(i * width, (i + 1) * width);
    const length = Math.max(Math.hypot(...row), 1);
    return Float64Array.from(row, (value) => value / length);
  });
}

const dot = (one, other) => one.reduce((sum, value, i) => sum + value * other[i], 0);

// Scores -> the answer, the runner-up and the margin between them.
function reading(scores) {
  const order = [...scores.keys()].sort((i, j) => scores[j] - scores[i] || i - j);
  const [digit, second] = order;
  return { digit, second, margin: scores[digit] - scores[second] };
}
