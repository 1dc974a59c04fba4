// ---- sample: images with labels, on which the page measures a network
// The page carries test images, the first of each digit, and where there is room the first training
// images. Nothing is computed before somebody asks.

const AT_MOST = 12; // milliseconds without a pause, so that the page can react

class Sample {
  constructor(kind, images, labels) {
    Object.assign(this, { kind, images, labels });
    this.prepared = new Map(); // name of a preprocessing -> the images after it
  }

  get count() {
    return this.labels.length;
  }

  // "500 test images"
  get name() {
    return `${grouped(this.count)} ${this.kind} images`;
  }

  // The images as a network sees them; made once for each preprocessing.
  seenBy(network) {
    const name = network.facts.preprocessing;
    if (!this.prepared.has(name)) this.prepared.set(name, this.prepare(network));
    return this.prepared.get(name);
  }

  async prepare(network) {
    const rest = restNowAndThen();
    const seen = [];
    for (const image of this.images) {
      seen.push(network.seen(image));
      await rest();
    }
    return seen;
  }

  // Mean cost and accuracy of a network; null if `isStale()` says that nobody waits any more.
  async measure(network, isStale = () => false) {
    const [seen, rest] = [await this.seenBy(network), restNowAndThen()];
    let [cost, right] = [0, 0];
    for (let i = 0; i < this.count; i++) {
      if (isStale()) return null;
      const layers = network.layers(seen[i]);
      if (lossOf(network)) cost += costAt(network, layers, this.labels[i]);
      right += reading(layers.a[network.depth]).digit === this.labels[i] ? 1 : 0;
      await rest();
    }
    return { cost: cost / this.count, right, accuracy: right / this.count };
  }

  // Mean gradient of the images from `start` on, `size` of them.
  async gradient(network, start = 0, size = this.count) {
    const [seen, rest] = [await this.seenBy(network), restNowAndThen()];
    const gradient = new Gradient(network);
    for (let i = start; i < start + size; i++) {
      const layers = network.layers(seen[i]);
      addGradient(gradient, layers.a, deltasOf(network, layers, this.labels[i]));
      await rest();
    }
    return gradient.times(1 / size);
  }
}

// Test images that the network has never learned from, the same number of each digit.
function testSample(state) {
  const places = state.data.sample;
  state.testSample ??= new Sample(
    "test",
    places.map((place) => state.testImage(place)),
    places.map((place) => state.labels[place]),
  );
  return state.testSample;
}

// Training images; where the page carries none, the test images stand in.
function trainingSample(state) {
  state.trainingSample ??= sampleOfTraining(state.data) ?? testSample(state);
  return state.trainingSample;
}

function sampleOfTraining(data) {
  const found = trainingImages(data);
  return found && new Sample("training", found.images, found.labels);
}

// To be awaited often: when the work has taken a while, it lets the page react.
function restNowAndThen() {
  let begun = performance.now();
  return async () => {
    if (performance.now() - begun < AT_MOST) return;
    await new Promise((resume) => setTimeout(resume));
    begun = performance.now();
  };
}
