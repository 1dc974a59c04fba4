// ---- train: a network learns from random weights, on the board

const [RECORD_EARLY, RECORD_LATER] = [100, 500]; // images between two points of the curves
const MEASURED_AT_ONCE = 25;

class LiveTraining {
  constructor(state, elements, { rates, start }) {
    Object.assign(this, { state, elements, rates, start, training: null });
    this.seed = start.seed;
    this.runner = new Runner(() => this.show());
    this.curves = new RunCurves(elements.curves);
    this.view = new TrainView(state, elements);
    this.settings = new TrainSettings(elements, {
      rates,
      count: state.data.arrays.training_labels[2],
      activation: state.own[0].facts.activation,
      hidden: state.own[0].depth - 1,
      startAgain: () => this.startAgain(),
    });
    this.listenToButtons();
    document.addEventListener("visibilitychange", () => document.hidden && this.pause());
    state.onNetwork(() => this.onNetwork());
  }

  listenToButtons() {
    const { play, step, epoch, rewind, seed, restore, dockPlay, dockStep, dockRestore } =
      this.elements;
    const on = (button, act) => button.addEventListener("click", act);
    for (const button of [play, dockPlay]) on(button, () => this.playOrPause());
    for (const button of [step, dockStep]) on(button, () => this.runNext(this.oneStep()));
    on(epoch, () => this.runNext(this.oneEpoch()));
    on(rewind, () => this.rewind());
    on(seed, () => this.anotherSeed());
    for (const button of [restore, dockRestore]) on(button, () => this.restore());
  }

  // -- what the buttons do

  playOrPause() {
    if (this.runner.isRunning) this.pause();
    else this.startPlaying();
  }

  startPlaying() {
    this.playing = this.play();
    this.run(this.playing);
  }

  get isPlaying() {
    return this.runner.isRunning && this.runner.work === this.playing;
  }

  pause() {
    if (!this.runner.isRunning) return;
    this.runner.stop();
    this.runner.add(this.end(this.training));
  }

  rewind() {
    this.runner.stop();
    this.training = null;
    this.run(this.end(this.current()));
  }

  // With other settings, from the same first weights; it goes on playing if it was playing.
  startAgain() {
    if (!this.training) return;
    const wasPlaying = this.isPlaying;
    this.rewind();
    if (wasPlaying) this.startPlaying();
  }

  anotherSeed() {
    this.seed = (this.seed + 1) % 2 ** 32;
    this.rewind();
  }

  restore() {
    this.runner.stop();
    this.state.restoreNetwork();
    this.show();
    this.view.say("Your own network is on the board again.");
  }

  // In place of what runs, which is left where it is: a mini-batch that is not finished has changed
  // nothing.
  run(work) {
    this.runner.stop();
    this.putOnBoard();
    this.runner.add(work);
  }

  // After the steps that somebody has already asked for.
  runNext(work) {
    if (this.isPlaying) return this.run(work);
    this.putOnBoard();
    this.runner.add(work);
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
    this.view.say(
      "The loss is no longer a finite number: the steps are too long. Take a smaller η and rewind.",
    );
    return false;
  }

  *end(training) {
    yield* this.record(training);
    if (this.isOnBoard) this.state.setNetwork(training.network);
    this.view.sayResult(training);
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

  // -- on the board

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
    this.show();
  }

  show() {
    if (this.isOnBoard && this.view.isBoardVisible) this.state.notify();
    this.view.show(this.training, this.isOnBoard, this.runner.isRunning);
  }
}

SECTIONS.train = (state, section, embedded) => {
  if (!learns(state, section)) return;
  const elements = elementsOf("train");
  elements.missing.hidden = embedded !== null;
  elements.bench.hidden = embedded === null;
  if (embedded === null) return;
  const live = new LiveTraining(state, elements, embedded);
  live.view.watch(elements.bench, "isVisible", () => live.show());
  live.view.watch(byId("draw"), "isBoardVisible", () => live.show());
};
