// ---- settings of the live training: learning rate, batch size, hidden activation

class TrainSettings {
  // `startAgain()` is called when a preset or another activation is chosen.
  constructor(elements, { rates, count, activation, hidden, startAgain }) {
    Object.assign(this, { elements, rates, hidden, startAgain });
    this.sizes = [...BATCH_SIZES.filter((size) => size < count), count];
    this.fillLists(activation);
    this.buttons = PRESETS.map((preset) => this.presetButton(preset));
    elements.presets.append(...this.buttons);
    this.take(PRESETS[0]);
  }

  fillLists(ownActivation) {
    const { rate, batch, activation } = this.elements;
    for (const [slider, values] of [
      [rate, TRAIN_RATES],
      [batch, this.sizes],
    ]) {
      Object.assign(slider, { min: 0, max: values.length - 1, step: 1 });
      slider.addEventListener("input", () => this.show());
    }
    const names = Object.keys(this.rates);
    const own = (name) => name === ownActivation;
    activation.append(
      ...names.map((name) => make("option", { value: name, selected: own(name) }, name)),
    );
    activation.addEventListener("change", () => this.choose(PRESETS[0]));
  }

  presetButton(preset) {
    return make("button", { type: "button", onclick: () => this.choose(preset) }, preset.name);
  }

  choose(preset) {
    this.take(preset);
    this.startAgain();
  }

  take(preset) {
    const { rate, batch } = this.elements;
    rate.value = TRAIN_RATES.indexOf(
      nearest(TRAIN_RATES, preset.rate * this.rates[this.activation]),
    );
    batch.value = this.sizes.findLastIndex((size) => size <= preset.batchSize);
    this.show();
  }

  show() {
    const { rate, batch, reason } = this.elements;
    for (const [slider, value] of [
      [rate, this.learningRate],
      [batch, this.batchSize],
    ]) {
      slider.nextElementSibling.textContent = grouped(value);
      slider.setAttribute("aria-valuetext", grouped(value));
    }
    const chosen = PRESETS.findIndex((preset) => this.isLike(preset));
    for (const [i, button] of this.buttons.entries())
      button.setAttribute("aria-pressed", String(i === chosen));
    const told = chosen < 0 ? "Your own choice." : PRESETS[chosen].reason;
    reason.textContent = this.vanishes ? `${told} ${VANISHES}` : told;
  }

  get vanishes() {
    return this.activation === "sigmoid" && this.hidden >= MANY_LAYERS;
  }

  isLike({ rate, batchSize }) {
    const usual = nearest(TRAIN_RATES, rate * this.rates[this.activation]);
    return (
      usual === this.learningRate &&
      this.batchSize === this.sizes.findLast((size) => size <= batchSize)
    );
  }

  get activation() {
    return this.elements.activation.value;
  }

  get learningRate() {
    return TRAIN_RATES[this.elements.rate.value];
  }

  get batchSize() {
    return this.sizes[this.elements.batch.value];
  }

  get isSlow() {
    return this.elements.slow.checked;
  }

  get label() {
    return `η ${grouped(this.learningRate)}, batch ${grouped(this.batchSize)}, ${this.activation}`;
  }
}
