// ---- why: one neuron, its weights, its inputs, and what comes of them

const PUSHES = 5; // strongest ones shown

class Why {
  constructor(state, elements) {
    Object.assign(this, { state, elements });
    const { layer, number } = elements;
    this.listLayers();
    state.onNetwork(() => this.listLayers());
    layer.addEventListener("change", () => state.select(Number(layer.value), 0));
    number.addEventListener("change", () =>
      state.select(Number(layer.value), Number(number.value)),
    );
    elements.silence.addEventListener("click", () =>
      state.toggleSilence(state.selected.layer, state.selected.number),
    );
  }

  get network() {
    return this.state.network;
  }

  listLayers() {
    const { depth } = this.network;
    const name = (layer) => (layer === depth ? "outputs" : `hidden layer ${layer}`);
    const options = this.network.weights.map((_, i) =>
      make("option", { value: i + 1 }, name(i + 1)),
    );
    this.elements.layer.replaceChildren(...options);
    delete this.elements.number.dataset.layer;
  }

  update({ a, z }) {
    const { layer, number } = this.state.selected;
    const weights = weightsOf(this.network, layer - 1, number);
    const inputs = a[layer - 1];
    const products = weights.map((weight, i) => weight * inputs[i]);
    this.updateChoice(layer, number);
    this.drawImages(layer, weights, inputs, products);
    this.listPushes(layer, weights, inputs, products);
    this.writeEquation(layer, number, z[layer - 1][number], a[layer][number]);
  }

  updateChoice(layer, number) {
    const { elements, network } = this;
    elements.layer.value = String(layer);
    if (elements.number.dataset.layer !== String(layer)) {
      elements.number.dataset.layer = String(layer);
      const options = neuronNames(network, layer).map((name, i) =>
        make("option", { value: i }, name),
      );
      elements.number.replaceChildren(...options);
    }
    elements.number.value = String(number);
    elements.name.textContent = capital(neuronName(network, layer, number));
    const isSilenced = this.state.silenced.has(`${layer}:${number}`);
    elements.silence.setAttribute("aria-pressed", String(isSilenced));
  }

  drawImages(layer, weights, inputs, products) {
    const columns = layer === 1 ? SIDE : Math.ceil(Math.sqrt(weights.length));
    const { elements } = this;
    const most = scaleOf(inputs);
    const isShare = layer === 1 || isFromZeroToOne(this.network.activation(layer - 2));
    const bytes = Array.from(inputs, (value) => 255 * value);
    drawCells(elements.weights, weights, {
      kind: "signed",
      scale: scaleOf(weights),
      columns,
      marks: true,
    });
    if (isShare) drawCells(elements.inputs, bytes, { columns });
    else drawCells(elements.inputs, Array.from(inputs), { kind: "signed", scale: most, columns });
    drawCells(elements.products, products, {
      kind: "signed",
      scale: scaleOf(products),
      columns,
      marks: true,
    });
    if (layer === 1 && this.network.facts.preprocessing === "directions")
      [elements.weights, elements.inputs, elements.products].forEach(frameMaps);
    const before = layer === 1 ? "the 784 inputs" : neuronGroup(this.network, layer - 1);
    const range = `from ${signed(Math.min(...weights))} to ${signed(Math.max(...weights))}`;
    elements.weights.setAttribute("aria-label", `Weights for ${before}, ${range}`);
    elements.inputs.setAttribute("aria-label", `Inputs from ${before}`);
    elements.products.setAttribute("aria-label", `Products of weights and inputs from ${before}`);
  }

  listPushes(layer, weights, inputs, products) {
    const order = [...products.keys()]
      .filter((i) => products[i] !== 0)
      .sort((i, j) => products[j] - products[i]);
    const list = (chosen) =>
      chosen.map((i) => {
        const share = Math.abs(products[i]) / scaleOf(products);
        const bar = make("span", { class: `push ${products[i] < 0 ? "minus" : "plus"}` });
        bar.style.width = `${Math.max(2, 100 * share)}%`;
        return make(
          "li",
          {},
          make("span", { class: "who" }, this.placeName(layer, i)),
          make(
            "span",
            { class: "sum" },
            `${plain(weights[i])} × ${plain(inputs[i])} = ${signed(products[i])}`,
          ),
          bar,
        );
      });
    const isFor = order.filter((i) => products[i] > 0).slice(0, PUSHES);
    const against = order
      .filter((i) => products[i] < 0)
      .reverse()
      .slice(0, PUSHES);
    const none = () => [make("li", { class: "none" }, "none")];
    this.elements.plus.replaceChildren(...(isFor.length ? list(isFor) : none()));
    this.elements.minus.replaceChildren(...(against.length ? list(against) : none()));
  }

  placeName(layer, i) {
    if (layer > 1) return neuronName(this.network, layer - 1, i);
    if (this.network.facts.preprocessing === "directions") return mapPlace(i);
    return `row ${Math.floor(i / SIDE) + 1}, column ${(i % SIDE) + 1}`;
  }

  writeEquation(layer, number, z, activation) {
    const bias = this.network.biases[layer - 1][number];
    const { formula } = this.network.activation(layer - 1);
    const isSilenced = this.state.silenced.has(`${layer}:${number}`);
    const end = isSilenced
      ? "but it is silenced: a = 0"
      : `a = ${formula} = ${plain(activation, 3)}`;
    const shown = Number(z.toFixed(3)) - Number(bias.toFixed(3)); // so that it adds up as shown
    const added = `${bias < 0 ? "−" : "+"} ${Math.abs(bias).toFixed(3)}`;
    const sums = `${plain(shown, 3)} ${added} = ${plain(z, 3)}`;
    this.elements.equation.textContent = `z = Σ w·a + b = ${sums},  ${end}`;
  }
}

const isFromZeroToOne = ({ low, high }) => low === 0 && high === 1;

SECTIONS.why = (state, section) => {
  const why = new Why(state, elementsOf("why"));
  state.onChange(lazily(section, () => why.update(state.activity)));
};
