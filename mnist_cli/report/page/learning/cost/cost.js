// ---- cost: how wrong the network is about the image on the pad, and about the test images

class Cost {
  constructor(state, elements) {
    Object.assign(this, { state, elements, sample: testSample(state), begin: latest() });
    this.buttons = state.facts.classes.map((_, number) => this.makeLabel(number));
    elements.labels.append(...this.buttons);
    this.table = new CostTable(elements.table, state.network);
  }

  makeLabel(number) {
    const choose = () => this.state.setLabel(this.state.label === number ? null : number);
    const name = `It is ${aClass(this.state.facts, number)}`;
    const text = nameOf(this.state.facts, number);
    return make("button", { type: "button", "aria-label": name, onclick: choose }, text);
  }

  // The image of this moment.
  update() {
    const { label, isEmpty, activity } = this.state;
    const isKnown = label !== null && !isEmpty;
    this.buttons.forEach((button, digit) => {
      button.disabled = isEmpty;
      button.setAttribute("aria-pressed", String(isKnown && digit === label));
    });
    this.table.update(activity, isKnown ? label : null);
    this.elements.verdict.textContent = this.verdict(activity, isKnown);
  }

  verdict({ z, a }, isKnown) {
    const { network, label, isEmpty, facts } = this.state;
    if (isEmpty)
      return `The pad is empty: draw ${isOfDigits(facts) ? "a digit" : "something"} first.`;
    if (!isKnown) return `Say which ${classWord(facts)} it is: without a target there is no cost.`;
    const { digit } = reading(a[network.depth]);
    const cost = `${capital(costName(network))} ${plain(costAt(network, { z, a }, label), 3)}`;
    if (digit !== label)
      return `${cost}. Wrong: read as ${quoted(facts, digit)}, it is ${aClass(facts, label)}.`;
    return `${cost}. Right, it is ${aClass(facts, label)}.`;
  }

  // The network of this moment, on the test images.
  async measure() {
    const { network } = this.state;
    const isStale = this.begin();
    const measured = await this.sample.measure(network, isStale);
    if (!measured) return;
    const average = `${plain(measured.cost, 4)}, accuracy ${testShare(measured, this.sample)}`;
    this.elements.average.textContent = `Average ${costName(network)}: ${average}.`;
    this.elements.relation.textContent = relationToLoss(network, measured.cost);
  }
}

// How the cost relates to the loss that the terminal shows.
function relationToLoss({ facts }, cost) {
  if (facts.loss_name === "mse")
    return `mnist train prints half of the average cost as its loss, here ${plain(cost / 2, 4)}: with ½ (a − y)² the derivative is simply a − y.`;
  return `This network was trained with cross-entropy, not with (a − y)²: its loss in mnist train is the average cross-entropy, here ${plain(cost, 4)}.`;
}

SECTIONS.cost = (state, section) => {
  if (!learns(state, section)) return;
  const cost = new Cost(state, elementsOf("cost"));
  const measure = whileSeen(section, () => cost.measure());
  state.onChange(lazily(section, () => cost.update()));
  state.onNetwork(measure);
  measure();
};
