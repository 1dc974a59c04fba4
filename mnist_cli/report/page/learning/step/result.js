// ---- result: the network before the first step beside the network now

class StepResult {
  constructor(state, elements) {
    Object.assign(this, { state, elements, sample: testSample(state) });
    this.names = ["cost of this image", "read as", "average cost", "accuracy"];
    this.rows = this.names.map((name) => tableRow(name, 3));
    this.head = make("th", { scope: "col" }, "after a step");
    const heads = [make("td"), make("th", { scope: "col" }, "before"), this.head];
    const about = `Average cost and accuracy are those of ${this.sample.name}`;
    elements.table.append(
      make(
        "table",
        {},
        make(
          "caption",
          {},
          `${about}, the first of each ${classWord(state.facts)}; no step learns from them.`,
        ),
        make("thead", {}, make("tr", {}, ...heads)),
        make("tbody", {}, ...this.rows.map(({ row }) => row)),
      ),
    );
  }

  start(network) {
    Object.assign(this, { first: network, before: null, now: null });
    this.elements.finding.textContent = "";
  }

  // The network before the first step, on the test images.
  async measureFirst(steps) {
    if (this.before) return;
    const { first } = this;
    const before = await this.sample.measure(first);
    if (first !== this.first) return;
    this.before = before;
    this.show(steps);
  }

  // After a step: both networks on the test images.
  async measure(network, steps, isFromImage) {
    await this.measureFirst(steps);
    const now = await this.sample.measure(network);
    if (network !== this.state.network) return;
    this.now = now;
    this.show(steps);
    this.elements.finding.textContent = this.finding(steps, isFromImage);
    for (const part of [this.elements.finding, this.elements.changes]) tried(part);
  }

  // The image of this moment in both networks, and what was measured last.
  show(steps) {
    const [before, now] = [this.ofImage(this.first), this.ofImage(this.state.network)];
    const cost = (measured) => (measured ? costText(measured.cost) : "–");
    const accuracy = (measured) => (measured ? percent(measured.accuracy, 1) : "–");
    this.head.textContent = steps ? `after ${counted(steps, "step")}` : "after a step";
    const later = (text) => (steps ? text : "–");
    fillCells(this.rows[0].cells, [before.cost, later(now.cost)]);
    fillCells(this.rows[1].cells, [before.answer, later(now.answer)]);
    fillCells(this.rows[2].cells, [cost(this.before), cost(this.now)]);
    fillCells(this.rows[3].cells, [accuracy(this.before), accuracy(this.now)]);
    this.elements.about.textContent = this.about();
    showChanges(this.elements, this.first, this.state.network);
  }

  ofImage(network) {
    const { image, label, isEmpty } = this.state;
    if (isEmpty) return { cost: "–", answer: "–", digit: null };
    const layers = network.layers(network.seen(image));
    const { digit } = reading(layers.a[network.depth]);
    const cost = label === null ? "–" : costText(costAt(network, layers, label));
    return { cost, answer: nameOf(network.facts, digit), digit };
  }

  about() {
    const { label, isEmpty, silenced, facts } = this.state;
    if (isEmpty)
      return `The pad is empty: draw ${isOfDigits(facts) ? "a digit" : "something"}, or take a mistake.`;
    if (label === null)
      return `Which ${classWord(facts)} is it? Say so under “The cost”, or take a mistake.`;
    const { digit } = this.ofImage(this.state.network);
    const loud = silenced.size ? " Here no neuron is silenced." : "";
    return digit === label
      ? `${capital(aClass(facts, label))}, and read as ${quoted(facts, digit)}: right.${loud}`
      : `${capital(aClass(facts, label))}, but read as ${quoted(facts, digit)}: wrong.${loud}`;
  }

  // What has become of the image and of all the others.
  finding(steps, isFromImage) {
    if (!Number.isFinite(this.now.cost)) return TOO_FAR;
    const accuracy = accuracyInWords(this.before, this.now);
    if (!isFromImage) return `${accuracy} The last step was the mean of many images.`;
    const [first, { digit }] = [this.ofImage(this.first), this.ofImage(this.state.network)];
    const { label, facts } = this.state;
    const isMended = first.digit !== label && digit === label;
    const after = `After ${counted(steps, "step")}`;
    const image = isMended
      ? `${after} this mistake is right.`
      : `${after} it is read as ${quoted(facts, digit)}.`;
    const hasCost = this.before.accuracy - this.now.accuracy >= NOTICEABLE;
    return `${image} ${accuracy}${hasCost ? ` ${WHY_MINI_BATCHES}` : ""}`;
  }
}

const NOTICEABLE = 0.01; // a loss of accuracy that one image has caused
const TOO_FAR =
  "The cost is no longer a number: the steps were far too long. Restore, and choose a smaller η.";
const WHY_MINI_BATCHES =
  "One image moves the weights for itself alone, at the cost of the others: that is why one takes the mean gradient of a mini-batch.";

// A step that is far too long makes the cost of some networks astronomical.
const costText = (cost) => (cost < 1000 ? plain(cost, 4) : cost.toExponential(1));

function accuracyInWords(before, now) {
  const [from, to] = [before, now].map(({ accuracy }) => percent(accuracy, 1));
  return from === to ? `The accuracy stays at ${to}.` : `The accuracy went from ${from} to ${to}.`;
}
