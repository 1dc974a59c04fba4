// ---- state: the one image and the one network that all parts of the page look at
// `own` are the networks that the page carries, one or two of them. `networks` are those that answer
// now: in place of one, a part of the page can put another, such as one in training. One of them is
// on the board, the one that is `shown`.

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
    this.facts = data.networks[0]; // all networks of a page tell apart the same classes
    this.networks = [...this.own];
    this.shown = 0;
    this.title = ""; // what stands on the board in place of the page's own network
    this.label = null; // the number of the class that the image shows, where that is known
    this.backward = null; // (network, image, label) => { deltas, gradients }, one array per layer
    this.board = null; // its showEdges(arrays, { caption }) shows other numbers on the lines
    this.images = data.array("images");
    this.labels = data.array("labels");
    this.rows = data.array("rows");
    this.image = new Uint8Array(SIDE * SIDE);
    this.doubts = ["no ink found"];
    this.silenced = new Set(); // neurons of the network on the board, as "layer:number"
    this.selected = null; // { layer, number }
    this.isChosen = false; // until somebody chooses a neuron, the answer's output is looked at
    if (this.own.length) this.forgetNeurons();
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
    return this.networks[this.shown];
  }

  // What it makes of the image of this moment: { seen, z, a }.
  get activity() {
    return this.answers[this.shown];
  }

  get isOwn() {
    return this.network === this.own[this.shown];
  }

  // Put a network on the board, or say that its parameters have changed; `title` names it there.
  setNetwork(network, title = this.title) {
    this.networks[this.shown] = network;
    this.title = title;
    this.tellNetwork();
  }

  restoreNetwork() {
    this.setNetwork(this.own[this.shown], "");
  }

  // Put the other network of the page on the board.
  lookAt(index) {
    this.restoreNetwork();
    this.shown = index;
    this.tellNetwork();
  }

  tellNetwork() {
    if (String(this.sizes) !== String(this.network.sizes)) this.forgetNeurons();
    this.answers = this.networks.map((_, index) => this.layers(index));
    for (const listen of this.networkListeners) listen();
    this.notify();
  }

  // Neurons of one network are not those of another.
  forgetNeurons() {
    this.sizes = this.network.sizes;
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
    if (this.waiting) Object.assign(this, settled(this.network, this.waiting()));
    this.waiting = null;
    this.answers = this.networks.map((_, index) => this.layers(index));
    this.followAnswer();
    for (const listen of this.listeners) listen();
  }

  get isEmpty() {
    return !this.image.some(Boolean);
  }

  testImage(place) {
    return this.images.subarray(place * SIDE * SIDE, (place + 1) * SIDE * SIDE);
  }

  // `read()` returns the next { image, doubts, options }; it is called once, before they are shown.
  showSoon(read) {
    this.waiting = read;
    this.notify();
  }

  // Say of which class the image is; null: nobody knows.
  setLabel(label) {
    this.label = label;
    this.notify();
  }

  select(layer, number) {
    this.selected = { layer, number };
    this.isChosen = true;
    this.notify();
  }

  isChosenNeuron(layer, number) {
    return this.isChosen && this.selected.layer === layer && this.selected.number === number;
  }

  release() {
    this.isChosen = false;
    this.notify();
  }

  followAnswer() {
    const { depth } = this.network;
    if (!this.isChosen)
      this.selected = { layer: depth, number: reading(this.activity.a[depth]).digit };
  }

  toggleSilence(layer, number) {
    const name = `${layer}:${number}`;
    if (!this.silenced.delete(name)) this.silenced.add(name);
    this.notify();
  }

  // Activations of every layer for the image of this moment.
  layers(index = this.shown) {
    const network = this.networks[index];
    const seen = network.seen(this.image);
    return { seen, ...network.layers(seen, index === this.shown ? this.silenced : NONE_SILENCED) };
  }
}
