// ---- state: the one image that all parts of the page look at

class State {
  constructor(data) {
    this.data = data;
    this.networks = data.weights
      ? data.networks.map(
          (facts) =>
            new Network(
              facts,
              readParameters(data, facts.array, facts.layer_sizes),
              readCalibration(data, facts),
            ),
        )
      : [];
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
    this.tryListeners = [];
    this.notify = oncePerFrame(() => this.answer());
  }

  // `listen()` is called once per frame in which something changed.
  onChange(listen) {
    this.listeners.push(listen);
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
