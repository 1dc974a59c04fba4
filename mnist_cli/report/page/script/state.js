// ---- state: the one image and the one network that all parts of the page look at
// `own` are the networks that the page carries. `networks` are those that answer now: in place of
// the first one, a part of the page can put another, such as one in training.

class State {
  constructor(data) {
    this.data = data;
    this.own = data.weights
      ? data.networks.map(
          (facts) =>
            new Network(
              facts,
              readParameters(data, facts.array, facts.layer_sizes),
              readCalibration(data, facts),
            ),
        )
      : [];
    this.networks = [...this.own];
    this.title = ""; // what stands on the board in place of the page's own network
    this.label = null; // the digit that the image shows, where that is known
    this.backward = null; // (network, image, label) => { deltas, gradients }, one array per layer
    this.board = null; // its showEdges(arrays, { caption }) shows other numbers on the lines
    this.images = data.array("images");
    this.labels = data.array("labels");
    this.rows = data.array("rows");
    this.image = new Uint8Array(SIDE * SIDE);
    this.doubts = ["no ink found"];
    this.silenced = new Set();
    this.selected = { layer: this.networks.length ? this.networks[0].depth : 0, number: 0 };
    this.isChosen = false; // until somebody chooses a neuron, the answer's output is looked at
    this.answers = []; // of each network, for the image of this moment
    this.listeners = [];
    this.networkListeners = [];
    this.tryListeners = [];
    this.notify = oncePerFrame(() => this.answer());
  }

  // `listen()` is called once per frame in which something changed.
  onChange(listen) {
    this.listeners.push(listen);
  }

  // `listen()` is called at once when another network, or other parameters, are on the board.
  onNetwork(listen) {
    this.networkListeners.push(listen);
  }

  // The network on the board.
  get network() {
    return this.networks[0];
  }

  get isOwn() {
    return this.network === this.own[0];
  }

  // Put a network on the board, or say that its parameters have changed; `title` names it there.
  setNetwork(network, title = this.title) {
    const isSameShape = String(network.sizes) === String(this.network.sizes);
    this.networks[0] = network;
    this.title = title;
    if (!isSameShape) this.forgetNeurons();
    for (const listen of this.networkListeners) listen();
    this.notify();
  }

  restoreNetwork() {
    this.setNetwork(this.own[0], "");
  }

  forgetNeurons() {
    this.silenced.clear();
    this.selected = { layer: this.network.depth, number: 0 };
    this.isChosen = false;
  }

  // `listen(place)` is called when somebody wants to try an embedded test image.
  onTry(listen) {
    this.tryListeners.push(listen);
  }

  tryImage(place) {
    for (const listen of this.tryListeners) listen(place);
  }

  // One forward pass of each network per change, however many sections look at it.
  answer() {
    this.answers = this.networks.map((_, index) => this.layers(index));
    this.followAnswer(this.answers[0].a[this.networks[0].depth]);
    for (const listen of this.listeners) listen();
  }

  get isEmpty() {
    return !this.image.some(Boolean);
  }

  testImage(place) {
    return this.images.subarray(place * SIDE * SIDE, (place + 1) * SIDE * SIDE);
  }

  show(image, doubts) {
    Object.assign(this, { image, doubts });
    this.notify();
  }

  // Say which digit the image shows; null: nobody knows.
  setLabel(label) {
    this.label = label;
    this.notify();
  }

  select(layer, number) {
    this.selected = { layer, number };
    this.isChosen = true;
    this.notify();
  }

  followAnswer(scores) {
    if (!this.isChosen) this.selected.number = reading(scores).digit;
  }

  toggleSilence(layer, number) {
    const name = `${layer}:${number}`;
    if (!this.silenced.delete(name)) this.silenced.add(name);
    this.notify();
  }

  // Activations of every layer for the image of this moment.
  layers(index = 0) {
    const network = this.networks[index];
    const seen = network.seen(this.image);
    return { seen, ...network.layers(seen, index === 0 ? this.silenced : NONE_SILENCED) };
  }
}
