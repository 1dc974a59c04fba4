// ---- neuron rows: the neurons of the diagram, buttons with a disc in them

class NeuronRows {
  constructor(state, container) {
    Object.assign(this, { state, container, layers: [] });
    this.chosen = make("p", { class: "beside", "aria-hidden": "true", hidden: true });
    rove(container, (item, key) => this.move(item, key));
  }

  // Make buttons for a network; returns false if there are buttons for the same layers.
  build(network) {
    this.network = network;
    if (String(this.sizes) === String(network.sizes)) return false;
    this.sizes = [...network.sizes];
    this.container.replaceChildren(this.chosen);
    this.layers = network.weights.map((_, i) => this.makeLayer(i + 1));
    this.layers[0].neurons[0].button.tabIndex = 0;
    return true;
  }

  makeLayer(layer) {
    const shown = shownNeurons(this.network, layer, MOST_NEURONS);
    const total = this.network.sizes[layer];
    const hidden = total > shown.length ? `, ${shown.length} of ${total} shown` : "";
    const caption = make("p", { class: "caption" }, layerName(this.network, layer) + hidden);
    const neurons = shown.map((number) => this.makeNeuron(layer, number));
    this.container.append(caption, ...neurons.map(({ button }) => button));
    return { layer, shown, neurons, caption };
  }

  makeNeuron(layer, number) {
    const value = make("span", { class: "value" });
    const disc = make("span", { class: "disc" }, value);
    const isOutput = layer === this.network.depth;
    const name = isOutput ? nameOf(this.network.facts, number) : "";
    const digit = isOutput ? [make("span", { class: "digit", title: name }, name)] : [];
    const button = make(
      "button",
      {
        type: "button",
        class: "neuron",
        tabindex: "-1",
        "data-item": `${layer}:${number}`,
        onclick: () => this.choose(layer, number),
      },
      disc,
      ...digit,
    );
    return { number, button, disc, value };
  }

  // Choosing a neuron a second time lets it go.
  choose(layer, number) {
    if (this.state.isChosenNeuron(layer, number)) this.state.release();
    else this.state.select(layer, number);
  }

  // To the neuron that an arrow key points at.
  move(item, key) {
    const [layer, number] = item.dataset.item.split(":").map(Number);
    const { neurons, shown } = this.layers[layer - 1];
    const place = shown.indexOf(number);
    const keys = this.isRows ? ROW_KEYS : COLUMN_KEYS;
    if (key === "Home") return neurons[0].button;
    if (key === "End") return neurons[neurons.length - 1].button;
    if (key in keys.along) return neurons[place + keys.along[key]]?.button;
    const beside = this.layers[layer - 1 + keys.across[key]]?.neurons;
    if (!beside) return null;
    const share = place / Math.max(1, shown.length - 1);
    return beside[Math.round(share * (beside.length - 1))].button;
  }

  place({ spots, captions, pitch, radius, height }, isRows) {
    Object.assign(this, { isRows, spots, radius });
    this.container.style.height = isRows ? `${height}px` : "";
    this.container.style.setProperty("--pitch", `${pitch}px`);
    this.container.style.setProperty("--disc", `${2 * radius}px`);
    this.layers.forEach(({ neurons, caption }, i) => {
      neurons.forEach(({ button }, j) => {
        [button.style.left, button.style.top] = spots[i][j].map((at) => `${at}px`);
      });
      const { x, y, width } = captions[i];
      Object.assign(caption.style, { left: `${x}px`, top: `${y}px`, maxWidth: `${width}px` });
    });
    this.widths = captions.map(({ width }) => width);
  }

  // -- what the neurons say

  show(scene) {
    for (const layer of this.layers) this.showLayer(scene, layer);
    this.showChosen(scene);
  }

  showLayer(scene, { layer, neurons }) {
    const values = scene.neurons(layer);
    const isAnswer = layer === this.network.depth && values && !scene.isBackward;
    const best = isAnswer && !this.state.isEmpty ? reading(values).digit : -1;
    const colour = values ? this.colours(scene, layer, values) : () => BOARD;
    const write = scene.isBackward ? shortSigned : short;
    for (const { number, button, disc, value } of neurons) {
      const shade = colour(number);
      disc.style.backgroundColor = css(shade);
      value.style.color = css(textOn(shade));
      value.textContent = values ? write(values[number]) : "";
      value.classList.toggle("long", value.textContent.length > 4);
      button.classList.toggle("best", number === best);
      this.describe(button, layer, number, values && plain(values[number], 3));
    }
  }

  // The colour of each neuron's disc.
  colours(scene, layer, values) {
    const most = scaleOf(values);
    if (scene.isBackward) return (number) => signedColour(values[number] / most);
    const activation = this.network.activation(layer - 1);
    return (number) => neuronColour(brightness(values[number], activation, most));
  }

  describe(button, layer, number, text) {
    const isSilenced = this.state.silenced.has(`${layer}:${number}`);
    const name = neuronName(this.network, layer, number);
    const label = `${name}: ${text ?? "not yet"}${isSilenced ? ", silenced" : ""}`;
    button.classList.toggle("silenced", isSilenced);
    button.setAttribute("aria-pressed", String(this.state.isChosenNeuron(layer, number)));
    button.setAttribute("aria-label", label);
  }

  // z, bias and activation beside the chosen neuron.
  showChosen(scene) {
    const { layer, number } = this.state.selected;
    const place = this.layers[layer - 1].shown.indexOf(number);
    const isShown = this.state.isChosen && place >= 0 && this.spots && scene.neurons(layer);
    this.chosen.hidden = !isShown;
    if (!isShown) return;
    const z = this.state.activity.z[layer - 1][number];
    const bias = this.network.biases[layer - 1][number];
    const lines = [
      `Σwa ${plain(z - bias)}`,
      `b ${signed(bias)}`,
      `z ${plain(z)}`,
      `a ${plain(this.state.activity.a[layer][number], 3)}`,
    ];
    this.chosen.replaceChildren(...lines.map((line) => make("span", {}, line)));
    this.placeChosen(layer, place);
  }

  placeChosen(layer, place) {
    const [x, y] = this.spots[layer - 1][place];
    const isLast = layer === this.network.depth;
    this.chosen.classList.toggle("left", isLast && !this.isRows);
    Object.assign(this.chosen.style, { left: `${x}px`, top: `${y}px` });
  }
}

const COLUMN_KEYS = {
  along: { ArrowUp: -1, ArrowDown: 1 },
  across: { ArrowLeft: -1, ArrowRight: 1 },
};
const ROW_KEYS = { along: COLUMN_KEYS.across, across: COLUMN_KEYS.along };
