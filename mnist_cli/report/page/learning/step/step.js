// ---- step: gradient descent under the reader's own finger
// The gradient is that of the loss, and η means what it means in `mnist train`.

const RATES = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
const MINI_BATCHES = [10, 100]; // images to learn from, between one and all

class OneStep {
  constructor(state, elements) {
    Object.assign(this, { state, elements, begin: latest() });
    this.training = trainingSample(state);
    this.result = new StepResult(state, elements);
    this.nudges = new Nudges(elements.nudges);
    this.chain = Promise.resolve(); // steps are done one after the other, however fast one clicks
    this.startAgain();
    this.offerSizes();
    this.listen();
  }

  offerSizes() {
    const { from } = this.elements;
    from.append(make("option", { value: "image" }, "this image"));
    for (const size of MINI_BATCHES.filter((size) => size < this.training.count))
      from.append(make("option", { value: size }, `${size} ${this.training.kind} images`));
    from.append(make("option", { value: this.training.count }, `all ${this.training.name}`));
  }

  listen() {
    const { rate, from, go, restore, board, mistake } = this.elements;
    rate.value = nearestRate(this.state.network.facts.config.learning_rate);
    rate.addEventListener("input", () => this.show());
    from.addEventListener("change", () => this.show());
    go.addEventListener("click", () => this.enqueueStep());
    restore.addEventListener("click", () => this.state.restoreNetwork());
    board.addEventListener("click", () => this.toggleBoard());
    mistake.addEventListener("click", () => this.takeMistake());
    this.elements.try.addEventListener("click", () => this.tryAll());
    this.elements.meaning.textContent = meaningOfC(this.state.network);
    mistake.disabled = this.elements.try.disabled = !this.state.data.sections.mistakes.length;
  }

  get learningRate() {
    return RATES[Number(this.elements.rate.value)];
  }

  get isFromImage() {
    return this.elements.from.value === "image";
  }

  get canStep() {
    return !this.isFromImage || (this.state.label !== null && !this.state.isEmpty);
  }

  // Other parts of the page have put a network on the board: steps begin from there.
  startAgain() {
    this.steps = 0;
    this.result.start(this.state.network);
  }

  followNetwork() {
    if (!this.isStepping) this.startAgain();
  }

  // The gradient of the images to learn from; a mini-batch is the next one in the training images.
  async gradient() {
    const { network, image, label } = this.state;
    if (this.isFromImage) return backpropagate(network, [network.seen(image)], [label]).gradient;
    const size = Number(this.elements.from.value);
    const batches = Math.floor(this.training.count / size);
    return this.training.gradient(network, (this.steps % batches) * size, size);
  }

  enqueueStep() {
    this.chain = this.chain.then(() => this.step());
  }

  async step() {
    if (!this.canStep) return;
    const { network } = this.state;
    const gradient = await this.gradient();
    if (this.state.network !== network) return;
    this.steps += 1;
    const after = moved(network, gradient.vector, -this.learningRate);
    this.isStepping = true;
    this.state.setNetwork(after, `after ${counted(this.steps, "step")} of η ${this.learningRate}`);
    this.isStepping = false;
    await this.result.measure(after, this.steps, this.isFromImage);
  }

  takeMistake() {
    const { mistakes } = this.state.data.sections;
    this.mistake = this.mistake === undefined ? 0 : (this.mistake + 1) % mistakes.length;
    this.state.board.loadTest(mistakes[this.mistake].image);
  }

  async tryAll() {
    const { state, elements, learningRate } = this;
    const { network } = state;
    elements.try.disabled = true;
    const found = await tryMistakes(state, network, learningRate);
    const { accuracy } = await testSample(state).measure(network);
    const count = state.data.sections.mistakes.length;
    elements.tried.textContent = trialsInWords(found, count, learningRate, accuracy);
    elements.try.disabled = false;
    tried(elements.tried);
  }

  toggleBoard() {
    const isShown = this.elements.board.getAttribute("aria-pressed") !== "true";
    this.elements.board.setAttribute("aria-pressed", String(isShown));
    if (!isShown) this.state.board.showEdges(null);
    this.show();
  }

  // What the next step would do.
  async show() {
    const { elements, state } = this;
    elements.rate.setAttribute("aria-valuetext", String(this.learningRate));
    elements.rate.nextElementSibling.textContent = String(this.learningRate);
    elements.go.disabled = !this.canStep;
    elements.restore.disabled = state.isOwn;
    drawCells(elements.image, state.activity.seen);
    this.result.show(this.steps);
    this.result.measureFirst(this.steps);
    if (this.canStep) await this.showNudges();
  }

  async showNudges() {
    const { network, activity, label } = this.state;
    const isStale = this.begin();
    const gradient = await this.gradient();
    if (isStale() || network !== this.state.network) return;
    gradient.times(-this.learningRate);
    const layers = network.layers(activity.seen);
    const deltas = this.isFromImage ? deltasOf(network, layers, label) : null;
    this.nudges.show(network, activity.seen, gradient, deltas);
    this.elements.sizes.textContent = sizesPerLayer(gradient);
    if (this.elements.board.getAttribute("aria-pressed") === "true")
      this.state.board.showEdges(gradient.weights, { caption: BOARD_CAPTION });
  }
}

const meaningOfC = ({ facts }) =>
  facts.loss_name === "mse"
    ? "C is the loss of mnist train here, half of the cost above, so that η means the same as there."
    : "C is the loss of mnist train, here the cross-entropy.";

const BOARD_CAPTION = "The lines show the next step: how far each weight would go up or down.";

const nearestRate = (rate) =>
  RATES.reduce((best, value, i) => {
    const apart = (other) => Math.abs(Math.log(other / rate));
    return apart(value) < apart(RATES[best]) ? i : best;
  }, 0);

// "Mean size of a nudge, from the first layer to the last: ..."
function sizesPerLayer({ weights }) {
  const sizes = weights.map((layer) => sumOf(layer.map(Math.abs)) / layer.length);
  return `Mean size, layer by layer: ${sizes.map((size) => size.toPrecision(2)).join(", ")}.`;
}

SECTIONS.step = (state, section) => {
  if (!learns(state, section)) return;
  section.classList.add("untried");
  state.backward = (network, image, label) => {
    const seen = network.seen(image);
    const deltas = deltasOf(network, network.layers(seen), label);
    const { gradient } = backpropagate(network, [seen], [label]);
    return { deltas, gradients: gradient.weights };
  };
  const elements = elementsOf("step");
  const oneStep = new OneStep(state, elements);
  const show = whileSeen(section, () => oneStep.show());
  state.onNetwork(() => oneStep.followNetwork());
  state.onChange(show);
  const directions = new Directions(state, elements);
  elements.compare.addEventListener("click", () => directions.compare());
};
