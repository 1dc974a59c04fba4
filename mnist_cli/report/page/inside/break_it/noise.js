// ---- noise: a thousand pictures of random pixels; the network must answer, the doubt may reject

const [SURE, NOISE_PICTURES] = [0.8, 1000];

class Noise {
  constructor(state, elements) {
    Object.assign(this, { state, elements, picture: null });
    elements.try.addEventListener("click", () => this.tryAll());
    elements.load.addEventListener("click", () => this.load());
  }

  async tryAll() {
    const { elements, state } = this;
    const { network } = state;
    const [random, rest, answers] = [generator(1), restNowAndThen(), []];
    elements.try.disabled = true;
    while (answers.length < NOISE_PICTURES) {
      answers.push(answerTo(network, randomPixels(random)));
      await rest();
    }
    elements.try.disabled = false;
    this.show(network, answers);
  }

  show(network, answers) {
    const { image, text, load } = this.elements;
    const surest = answers.reduce((best, one) => (one.confidence > best.confidence ? one : best));
    this.picture = surest.picture;
    drawCells(image, surest.picture);
    image.hidden = load.hidden = false;
    text.textContent = `${noiseInWords(network, answers)} ${rejectedInWords(network, answers)} The picture is the one with the highest confidence: read as ${quoted(network.facts, surest.digit)}.`;
  }

  load() {
    this.state.board.load(this.picture, "A picture of random pixels.");
  }
}

const randomPixels = (random) =>
  Uint8Array.from({ length: SIDE * SIDE }, () => Math.floor(random() * 256));

function answerTo(network, picture) {
  const seen = network.seen(picture);
  const { z, a } = network.layers(seen);
  const scores = a[network.depth];
  const { digit } = reading(scores);
  const confidence = network.confidence(z, digit);
  return { picture, digit, confidence, isRejected: network.isUnlike(seen, scores) };
}

const isSure = ({ confidence }) => confidence >= SURE;

function noiseInWords({ facts }, answers) {
  const counts = Array(facts.classes.length).fill(0);
  for (const { digit } of answers) counts[digit]++;
  const favourite = counts.indexOf(Math.max(...counts));
  return `Of ${grouped(answers.length)} noise pictures the network is sure of ${grouped(answers.filter(isSure).length)}, with a confidence of ${percent(SURE, 0)} or more. Its most frequent answer is ${quoted(facts, favourite)}, ${counted(counts[favourite], "time")}.`;
}

function rejectedInWords(network, answers) {
  if (!network.calibration) return "It has no doubt: nobody has measured what it does not know.";
  const rejected = answers.filter((one) => one.isRejected);
  const sure = rejected.filter(isSure).length;
  return `The doubt “unlike any ${imageWord(network.facts)}” rejects ${grouped(rejected.length)} of them, ${grouped(sure)} of those that it is sure of.`;
}
