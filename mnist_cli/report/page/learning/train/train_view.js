// ---- train view: what the training says of itself

class TrainView {
  constructor(state, elements) {
    Object.assign(this, { state, elements, isVisible: false, isBoardVisible: false });
    this.pictures = new WeightPictures(state, elements.weights);
    elements.note.textContent = this.about();
    elements.activation.closest("label").hidden = state.own[0].depth === 1;
  }

  // Keep in `this[name]` whether an element is on the screen.
  watch(element, name, onChange) {
    const look = (entries) => {
      this[name] = entries[entries.length - 1].isIntersecting;
      onChange();
    };
    new IntersectionObserver(look).observe(element);
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

  show(training, isOnBoard, isRunning) {
    const { play, restore, dockPlay, dock, dockText } = this.elements;
    for (const button of [play, dockPlay]) button.textContent = isRunning ? "Pause" : "Play";
    restore.disabled = !isOnBoard;
    dock.hidden = !isOnBoard || this.isVisible;
    if (training === null) return;
    dockText.textContent = `Epoch ${plain(training.progress, 2)}`;
    this.showNumbers(training);
    if (this.isVisible) this.pictures.draw(training.network);
  }

  showNumbers(training) {
    const { progress, steps, loss, accuracy } = this.elements;
    progress.textContent = plain(training.progress, 2);
    steps.textContent = grouped(training.steps);
    loss.textContent = training.loss === null ? "–" : plain(training.loss, 3);
    accuracy.textContent = training.accuracy === null ? "–" : percent(training.accuracy, 1);
  }

  sayResult(training) {
    const { loss, accuracy } = training;
    const count = this.state.data.sample.length;
    const read = `${Math.round(accuracy * count)} of ${count} unseen images are read right`;
    const both = loss === null ? read : `loss ${plain(loss, 3)}, ${read}`;
    this.say(`${placeOf(training)}: ${both}.`);
  }

  say(text) {
    this.elements.status.textContent = text;
  }
}

// "Seed 0, 2 epochs, 400 steps"
function placeOf({ epoch, progress, steps, seed }) {
  const done = Number.isInteger(progress) ? epoch : plain(progress, 2);
  const epochs = `${done} ${progress === 1 ? "epoch" : "epochs"}`;
  return `Seed ${seed}, ${epochs}, ${grouped(steps)} ${steps === 1 ? "step" : "steps"}`;
}
