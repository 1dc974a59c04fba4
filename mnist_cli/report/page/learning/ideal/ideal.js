// ---- ideal: gradient descent on a picture, until the network reads the digit that was asked for

const FAINT_NOISE = 40; // of 255

class Ideal {
  constructor(state, elements) {
    Object.assign(this, { state, elements, begin: latest(), picture: null });
    const { classes } = state.facts;
    this.bars = new Bars(elements.bars, classes);
    this.buttons = classes.map((_, number) => this.makeButton(number));
    elements.digits.append(...this.buttons);
    elements.load.addEventListener("click", () => this.load());
    elements.note.textContent = noteOnPictures(state.network);
    elements.load.hidden = state.network.facts.preprocessing !== "none";
    for (const canvas of [elements.image, elements.change])
      drawCells(canvas, new Uint8Array(SIDE * SIDE));
  }

  makeButton(number) {
    const choose = () => this.draw(number);
    const name = `Draw me ${aClass(this.state.facts, number)}`;
    const text = nameOf(this.state.facts, number);
    return make("button", { type: "button", "aria-label": name, onclick: choose }, text);
  }

  async draw(digit) {
    const [isStale, { network }] = [this.begin(), this.state];
    this.elements.load.disabled = true;
    this.buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === digit));
    });
    this.start = faintNoise(digit);
    const descent = new Descent(network, this.start, digit);
    while (!descent.isOver) {
      descent.step();
      if (!reducedMotion()) await this.watch(network, descent.picture);
      if (isStale()) return;
    }
    this.picture = { picture: toBytes(descent.picture), digit };
    this.show(network, this.picture.picture);
    this.elements.load.disabled = false;
    this.elements.text.textContent = this.inWords(network, descent.steps);
    tried(this.elements.text);
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
    const failed = isGood(scores, digit)
      ? ""
      : ` It does not get to ${aClass(network.facts, digit)} with score ${GOOD_SCORE}.`;
    const said = `After ${counted(steps, "step")} the network reads ${aClass(network.facts, answer)}, with score ${plain(scores[answer], 3)}.${failed}`;
    if (network.isUnlike(picture, scores))
      return `${said} The page doubts it: ${unlikeAny(network.facts)}.`;
    return isGood(scores, digit)
      ? `${said} ${network.calibration ? NOT_DOUBTED : NO_DOUBT_THERE}`
      : said;
  }

  load() {
    const { picture, digit } = this.picture;
    const asked = aClass(this.state.facts, digit);
    this.state.board.load(picture, `Made by gradient descent, which was asked for ${asked}.`);
  }
}

function faintNoise(seed) {
  const random = generator(seed + 1);
  return Float64Array.from({ length: SIDE * SIDE }, () => FAINT_NOISE * random());
}

const NOT_DOUBTED = "The page has no doubt about it.";
const NO_DOUBT_THERE =
  "Nobody has measured what this network does not know, so the page cannot doubt it.";

function noteOnPictures({ facts }) {
  if (facts.preprocessing === "none") return "";
  return "These are the 784 numbers after the preprocessing, as the network sees them. There is no way back from them to a drawing, so the picture cannot go on the pad.";
}

SECTIONS.ideal = (state, section) => {
  if (!learns(state, section)) return;
  section.classList.add("untried");
  new Ideal(state, elementsOf("ideal"));
};
