// ---- ideal: gradient descent on a picture, until the network reads the digit that was asked for

const MOST_PICTURE_STEPS = 300;
const PICTURE_STEP = 8; // of 255: how far the pixel moves that moves most
const FAINT_NOISE = 40; // of 255
const GOOD_SCORE = 0.95;

class Ideal {
  constructor(state, elements) {
    Object.assign(this, { state, elements, begin: latest(), picture: null });
    this.bars = new Bars(elements.bars);
    this.buttons = Array.from({ length: 10 }, (_, digit) => this.makeButton(digit));
    elements.digits.append(...this.buttons);
    elements.load.addEventListener("click", () => this.load());
    elements.note.textContent = noteOnPictures(state.network);
    elements.load.hidden = state.network.facts.preprocessing !== "none";
    for (const canvas of [elements.image, elements.change])
      drawCells(canvas, new Uint8Array(SIDE * SIDE));
  }

  makeButton(digit) {
    const choose = () => this.draw(digit);
    const name = `Draw me a ${digit}`;
    return make("button", { type: "button", "aria-label": name, onclick: choose }, String(digit));
  }

  async draw(digit) {
    const [isStale, { network }] = [this.begin(), this.state];
    this.elements.load.disabled = true;
    this.buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === digit));
    });
    this.start = faintNoise(digit);
    let [picture, steps] = [this.start, 0];
    while (!isGood(network.scores(toBytes(picture)), digit) && steps < MOST_PICTURE_STEPS) {
      picture = pictureStep(network, picture, digit);
      steps++;
      if (!reducedMotion()) await this.watch(network, picture);
      if (isStale()) return;
    }
    this.picture = { picture: toBytes(picture), digit };
    this.show(network, this.picture.picture);
    this.elements.load.disabled = false;
    this.elements.text.textContent = this.inWords(network, steps);
  }

  // One step per frame, so that one can watch.
  async watch(network, picture) {
    this.show(network, toBytes(picture));
    await new Promise(requestAnimationFrame);
  }

  show(network, picture) {
    const change = Float64Array.from(picture, (value, i) => value - this.start[i]);
    drawCells(this.elements.image, picture);
    drawCells(this.elements.change, change, { kind: "signed", scale: scaleOf(change) });
    this.bars.update(network.scores(picture));
  }

  inWords(network, steps) {
    const { picture, digit } = this.picture;
    const scores = network.scores(picture);
    const { digit: answer } = reading(scores);
    const said = `After ${counted(steps, "step")} the network reads a ${answer}, with score ${plain(scores[answer], 3)}.`;
    const failed = isGood(scores, digit)
      ? ""
      : ` It does not get to a ${digit} with score ${GOOD_SCORE}.`;
    return `${said}${failed} ${doubtInWords(network, picture, scores)}`;
  }

  load() {
    const { picture, digit } = this.picture;
    this.state.board.load(
      picture,
      `A picture that gradient descent made: to this network, a ${digit}.`,
    );
  }
}

const isGood = (scores, digit) => reading(scores).digit === digit && scores[digit] >= GOOD_SCORE;

function faintNoise(seed) {
  const random = generator(seed + 1);
  return Float64Array.from({ length: SIDE * SIDE }, () => FAINT_NOISE * random());
}

// The gradient with respect to the inputs is one product further than the first layer's δ.
function pictureStep(network, picture, digit) {
  const layers = network.layers(picture);
  const slope = errorsBefore(network, 0, deltasOf(network, layers, digit)[0]);
  const factor = PICTURE_STEP / Math.max(...slope.map(Math.abs), 1e-300);
  return picture.map((value, i) => clamp(value - factor * slope[i], 0, 255));
}

function doubtInWords(network, picture, scores) {
  if (!network.calibration)
    return "Nobody has measured what this network does not know, so it has no doubt.";
  return network.isUnlike(picture, scores)
    ? "The page doubts it: unlike any digit that the network knows."
    : "The page has no doubt about it.";
}

function noteOnPictures({ facts }) {
  if (facts.preprocessing === "none") return "";
  return "These are the 784 numbers after the preprocessing, as the network sees them. There is no way back from them to a drawing, so the picture cannot go on the pad.";
}

SECTIONS.ideal = (state, section) => {
  if (learns(state, section)) new Ideal(state, elementsOf("ideal"));
};
