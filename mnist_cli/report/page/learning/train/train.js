// ---- train: a network learns from random weights, on the board

const [RECORD_EARLY, RECORD_LATER] = [100, 500]; // images between two points of the curves
const MEASURED_AT_ONCE = 25;

class LiveTraining {
  constructor(state, elements, { rates, start }) {
    Object.assign(this, { state, elements, rates, start, training: null });
    this.seed = start.seed;
    this.runner = new Runner(() => this.show());
    this.curves = new RunCurves(elements.curves);
    this.pictures = new WeightPictures(state, elements.weights);
    const { activation } = state.own[0].facts;
    this.settings = new TrainSettings(elements, rates, activation, () => this.startAgain());
    this.listenToButtons();
    elements.note.textContent = this.about();
    elements.activation.closest("label").hidden = state.own[0].depth === 1;
    document.addEventListener("visibilitychange", () => document.hidden && this.pause());
    state.onNetwork(() => this.onNetwork());
  }

  listenToButtons() {
    const { play, step, epoch, rewind, seed, restore, dockPlay, dockStep, dockRestore } =
      this.elements;
    const on = (button, act) => button.addEventListener("click", act);
    for (const button of [play, dockPlay]) on(button, () => this.playOrPause());
    for (const button of [step, dockStep]) on(button, () => this.run(this.oneStep()));
    on(epoch, () => this.run(this.oneEpoch()));
    on(rewind, () => this.rewind());
    on(seed, () => this.anotherSeed());
    for (const button of [restore, dockRestore]) on(button, () => this.restore());
  }

  // -- what the buttons do

  playOrPause() {
    if (this.runner.isRunning) this.pause();
    else this.run(this.play());
  }

  pause() {
    if (!this.runner.isRunning) return;
    this.runner.stop();
    this.runner.start(this.end(this.training));
  }

  rewind() {
    this.runner.stop();
    this.training = null;
    this.run(this.end(this.current()));
  }

  // With other settings, from the same first weights; it goes on playing if it was playing.
  startAgain() {
    if (!this.training) return;
    const wasPlaying = this.runner.isRunning;
    this.rewind();
    if (wasPlaying) this.run(this.play());
  }

  anotherSeed() {
    this.seed = (this.seed + 1) % 2 ** 32;
    this.rewind();
  }

  restore() {
    this.runner.stop();
    this.state.restoreNetwork();
    this.show();
    this.say("Your own network is on the board again.");
  }

  // Whatever ran before is left where it is: a mini-batch that is not finished has changed nothing.
  run(work) {
    this.runner.stop();
    this.putOnBoard();
    this.runner.start(work);
  }

  // The network in training; the first one is made when it is first wanted.
  current() {
    if (this.training) return this.training;
    const facts = {
      ...this.state.own[0].facts,
      activation: this.settings.activation,
      preprocessing: "none",
    };
    this.training = new Training(facts, trainingSample(this.state), {
      ...this.start,
      seed: this.seed,
    });
    Object.assign(this.training, { accuracy: null, loss: null });
    this.curves.begin(this.label);
    return this.training;
  }

  get label() {
    return `${this.settings.label}, seed ${this.seed}`;
  }

  // -- work, in parts

  *play() {
    const training = this.current();
    yield* this.begin(training);
    while (yield* this.learn(training)) {
      const every = training.epoch === 0 ? RECORD_EARLY : RECORD_LATER;
      if (training.lossCount >= every) yield* this.record(training);
      if (this.settings.isSlow) yield NEXT_FRAME;
    }
  }

  *oneStep() {
    const training = this.current();
    yield* this.begin(training);
    if (yield* this.learn(training)) yield* this.end(training);
  }

  *oneEpoch() {
    const training = this.current();
    const { epoch } = training;
    yield* this.begin(training);
    while (yield* this.learn(training)) {
      if (training.epoch > epoch) return yield* this.end(training);
      if (training.lossCount >= RECORD_EARLY) yield* this.record(training);
    }
  }

  // The curves begin with the random weights.
  *begin(training) {
    if (training.accuracy === null) yield* this.record(training);
  }

  // One step; false if it led out of all numbers.
  *learn(training) {
    yield* training.step(this.settings);
    if (Number.isFinite(training.lossSum)) return true;
    this.say(
      "The loss is no longer a finite number: the steps are too long. Take a smaller η and rewind.",
    );
    return false;
  }

  *end(training) {
    yield* this.record(training);
    if (this.isOnBoard) this.state.setNetwork(training.network);
    this.say(`${this.place(training)}: ${this.result(training)}.`);
  }

  // A point of the curves: the loss since the last one, and the accuracy of this moment.
  *record(training) {
    const accuracy = yield* this.unseenAccuracy(training.network);
    const loss = training.lossCount ? training.takeLoss() : null;
    Object.assign(training, { accuracy, loss: loss ?? training.loss });
    this.curves.add({ epochs: training.progress, loss, accuracy }, this.label);
  }

  *unseenAccuracy(network) {
    const { sample } = this.state.data;
    let right = 0;
    for (const [i, place] of sample.entries()) {
      const { digit } = reading(network.scores(this.state.testImage(place)));
      if (digit === this.state.labels[place]) right++;
      if (i % MEASURED_AT_ONCE === 0) yield;
    }
    return right / sample.length;
  }

  // -- what is shown

  get isOnBoard() {
    return this.training !== null && this.state.network === this.training.network;
  }

  putOnBoard() {
    const training = this.current();
    this.state.setNetwork(training.network, `In training, seed ${training.seed}`);
  }

  // Somebody else may put a network on the board.
  onNetwork() {
    if (!this.isOnBoard) this.runner.stop();
    this.showButtons();
  }

  show() {
    this.showButtons();
    const { training } = this;
    if (!training) return;
    if (this.isOnBoard) this.state.notify();
    if (this.isVisible) this.pictures.draw(training.network);
    const { progress, steps, loss, accuracy } = this.elements;
    progress.textContent = plain(training.progress, 2);
    steps.textContent = grouped(training.steps);
    loss.textContent = training.loss === null ? "–" : plain(training.loss, 3);
    accuracy.textContent = training.accuracy === null ? "–" : percent(training.accuracy, 1);
  }

  showButtons() {
    const { play, restore, dockPlay, dock, dockText } = this.elements;
    for (const button of [play, dockPlay])
      button.textContent = this.runner.isRunning ? "Pause" : "Play";
    restore.disabled = !this.isOnBoard;
    dock.hidden = !this.isOnBoard || this.isVisible;
    if (this.isOnBoard) dockText.textContent = this.place(this.training);
  }

  place({ epoch, progress, steps, seed }) {
    const done = Number.isInteger(progress) ? epoch : plain(progress, 2);
    return `Seed ${seed}, ${done} epochs, ${grouped(steps)} steps`;
  }

  result({ loss, accuracy }) {
    const count = this.state.data.sample.length;
    const read = `${Math.round(accuracy * count)} of ${count} unseen images are read right`;
    return loss === null ? read : `loss ${plain(loss, 3)}, ${read}`;
  }

  about() {
    const { data, own } = this.state;
    const count = data.arrays.training_labels[2];
    const { preprocessing } = own[0].facts;
    const plainly =
      preprocessing === "none" ? "" : ", as they are, without your network's preprocessing";
    return [
      `It trains on the first ${grouped(count)} training images, in 16 greys${plainly}, and is`,
      `measured on the ${data.sample.length} test images of this page, which it never trains on.`,
      "Random numbers, first weights, order of the images and arithmetic are those of mnist train:",
      "after two epochs, every weight and bias is within 0.0001 of what Python's NumPy computes from",
      "the same images, seed and settings.",
    ].join(" ");
  }

  say(text) {
    this.elements.status.textContent = text;
  }
}

SECTIONS.train = (state, section, embedded) => {
  if (!learns(state, section)) return;
  const elements = elementsOf("train");
  elements.missing.hidden = embedded !== null;
  elements.bench.hidden = embedded === null;
  if (embedded === null) return;
  const live = new LiveTraining(state, elements, embedded);
  const watch = (entries) => {
    live.isVisible = entries[entries.length - 1].isIntersecting;
    live.show();
  };
  new IntersectionObserver(watch).observe(elements.bench);
};
