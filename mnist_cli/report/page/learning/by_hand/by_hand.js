// ---- by hand: one neuron's bias and weights, changed by the reader

const WHOLE_RANGE = 100; // ends of the sliders, which show shares of a range

class ByHand {
  constructor(state, elements) {
    Object.assign(this, { state, elements, copy: null, isMeasured: false, begin: latest() });
    this.line = new NumberLine(elements.line, (threshold) => this.setBias(-threshold));
    this.pad = new WeightPad(elements.pad, elements.tools, {
      onChoose: () => this.update(),
      onPaint: (pixels, sign) => this.setWeights(pixels, () => sign * this.scale),
    });
    this.sample = testSample(state);
    elements.sample.textContent = `Accuracy on ${this.sample.name}`;
    this.listen();
  }

  listen() {
    const { state, elements } = this;
    const { layer, number, from, threshold, weight, clear, bar, restore } = elements;
    layer.addEventListener("change", () => state.select(Number(layer.value), 0));
    number.addEventListener("change", () =>
      state.select(Number(layer.value), Number(number.value)),
    );
    from.addEventListener("change", () => this.update());
    threshold.addEventListener("input", () =>
      this.setBias(-this.share(threshold) * this.line.reach),
    );
    weight.addEventListener("input", () =>
      this.setWeights([this.source], () => this.share(weight) * this.weightReach),
    );
    clear.addEventListener("click", () => this.setAll(() => 0));
    bar.addEventListener("click", () => {
      const signs = barSigns();
      this.setAll((i) => signs[i] * this.scale);
    });
    restore.addEventListener("click", () => state.restoreNetwork());
  }

  share(slider) {
    return Number(slider.value) / WHOLE_RANGE;
  }

  // -- the neuron that is looked at, and what it holds

  get network() {
    return this.state.network;
  }

  get layer() {
    return this.state.selected.layer - 1;
  }

  get number() {
    return this.state.selected.number;
  }

  // The pixel or neuron whose weight is chosen.
  get source() {
    return this.layer === 0 ? this.pad.pixel : Number(this.elements.from.value);
  }

  get bias() {
    return this.network.biases[this.layer][this.number];
  }

  // -- changes

  setBias(bias) {
    this.change((network) => {
      network.biases[this.layer][this.number] = bias;
    });
  }

  setWeights(sources, weightOf) {
    const width = this.network.sizes[this.layer + 1];
    this.change((network) => {
      for (const i of sources) network.weights[this.layer][i * width + this.number] = weightOf(i);
    });
  }

  setAll(weightOf) {
    this.setWeights([...Array(this.network.sizes[this.layer]).keys()], weightOf);
  }

  // The network on the board is copied before the first change.
  change(edit) {
    if (this.copy !== this.network) {
      const { facts, parameters, calibration } = this.network;
      this.copy = new Network(facts, parameters.slice(), calibration);
      this.before = this.sample.measure(this.network);
    }
    edit(this.copy);
    this.state.setNetwork(this.copy, "Changed by hand");
  }

  // -- what is shown

  update() {
    const { layer, number, network, elements } = this;
    const key = `${layer}:${number}:${network.sizes}`;
    const isSame = key === this.key;
    this.key = key;
    if (!isSame) this.startNeuron();
    elements.restore.disabled = this.state.isOwn;
    this.showLine(isSame);
    this.showWeight();
    elements.answer.textContent = this.answer();
    if (this.isMeasured && isSame) return;
    this.isMeasured = true;
    this.measure();
  }

  startNeuron() {
    const { layer, number, network, elements } = this;
    const weights = weightsOf(network, layer, number);
    this.scale = Math.max(...weights.map(Math.abs)) || 1;
    this.weightReach = 2 * this.scale;
    fillNeuronChoice(network, elements, layer, number);
    elements.pixels.hidden = layer > 0;
    elements.edge.hidden = layer === 0;
    if (layer > 0) fillNumbers(elements.from, network, layer);
  }

  showLine(isSame) {
    const { layer, number, bias, network, elements } = this;
    const { z } = this.state.activity;
    const [sum, activation] = [z[layer][number] - bias, network.activation(layer)];
    // with softmax, an activation depends on the z of the other neurons, too
    const activationAt = (value) => activation.layer(z[layer].with(number, value + bias))[number];
    this.line.fit([sum, bias], isSame);
    this.line.draw({ sum, bias, activationAt });
    elements.threshold.value = String((-bias / this.line.reach) * WHOLE_RANGE);
    describeSlider(elements.threshold, signed(-bias), `${signed(-bias)}, bias ${signed(bias)}`);
    elements.sum.textContent = `${sumInWords(sum + bias, bias)}, a = ${activation.formula} = ${plain(activationAt(sum))}`;
  }

  showWeight() {
    const { layer, number, network, elements, source } = this;
    const input = this.state.activity.a[layer][source];
    const weight = network.weight(layer, source, number);
    elements.weight.value = String((weight / this.weightReach) * WHOLE_RANGE);
    describeSlider(elements.weight, signed(weight), signed(weight));
    if (layer === 0) {
      const ink = this.state.activity.seen;
      this.pad.draw(weightsOf(network, 0, number), ink, this.scale);
    }
    const name =
      layer === 0
        ? `Pixel in row ${Math.floor(source / SIDE) + 1}, column ${(source % SIDE) + 1}`
        : capital(neuronName(network, layer, source));
    elements.chosen.textContent = `${name}: w = ${signed(weight)}, a = ${plain(input)}, w·a = ${signed(weight * input)}`;
  }

  // Accuracy of the sample, and how often the neuron is above its threshold there.
  async measure() {
    const { network, layer, number, elements, sample } = this;
    const isStale = this.begin();
    const measured = await sample.measure(network, isStale);
    const fired = measured && (await firings(sample, network, layer, number, isStale));
    if (fired === null) return;
    elements.accuracy.textContent = percent(measured.accuracy, 1);
    elements.fires.textContent = percent(fired / sample.count, 0);
    const before = network === this.copy ? await this.before : null;
    if (isStale()) return;
    elements.result.textContent = before
      ? `${percent(before.accuracy, 1)} before the change, ${percent(measured.accuracy, 1)} now.`
      : "";
  }

  answer() {
    if (this.state.isEmpty) return "no ink";
    const scores = this.state.activity.a[this.network.depth];
    const { digit } = reading(scores);
    return `${quoted(this.network.facts, digit)}, score ${plain(scores[digit], 3)}`;
  }
}

// On how many images of a sample z of a neuron is positive; null if nobody waits any more.
async function firings(sample, network, layer, number, isStale) {
  const [seen, rest] = [await sample.seenBy(network), restNowAndThen()];
  let count = 0;
  for (const image of seen) {
    if (isStale()) return null;
    count += network.layers(image).z[layer][number] > 0 ? 1 : 0;
    await rest();
  }
  return count;
}

function sumInWords(z, bias) {
  return `z = Σwa + b = ${signed(shownSum(z, bias))} ${bias < 0 ? "−" : "+"} ${plain(Math.abs(bias))} = ${signed(z)}`;
}

function fillNeuronChoice(network, elements, layer, number) {
  const name = (i) => (i === network.depth ? "outputs" : `hidden layer ${i}`);
  const options = network.weights.map((_, i) => make("option", { value: i + 1 }, name(i + 1)));
  elements.layer.replaceChildren(...options);
  elements.layer.value = String(layer + 1);
  fillNumbers(elements.number, network, layer + 1);
  elements.number.value = String(number);
}

function fillNumbers(select, network, layer) {
  const option = (name, i) => make("option", { value: i }, name);
  select.replaceChildren(...neuronNames(network, layer).map(option));
}

function describeSlider(slider, text, spoken) {
  slider.nextElementSibling.textContent = text;
  slider.setAttribute("aria-valuetext", spoken);
}

SECTIONS.by_hand = (state, section) => {
  const hand = new ByHand(state, elementsOf("hand"));
  state.onNetwork(() => {
    hand.isMeasured = false;
  });
  state.onChange(lazily(section, () => hand.update()));
};
