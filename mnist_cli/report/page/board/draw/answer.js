// ---- answer: what the network says, and how sure it is

const CLOSE = 0.1; // a smaller margin is a reason to doubt
const MOST_SURE = 0.999; // as `mnist predict` says it
const UNLIKE = "Not sure";
const BIASES_ALONE = "Nothing drawn: this is what the biases alone say.";

class Answer {
  constructor(state, index, container) {
    Object.assign(this, { state, index });
    this.name = make("h3", { class: "name", hidden: state.own.length === 1 });
    this.big = make("p", { class: "big" });
    this.detail = make("p", { class: "detail" });
    this.doubts = make("p", { class: "doubts" });
    this.bars = new Bars(make("div", { class: "scores" }), state.facts.classes);
    const words = make("div", { class: "words" }, this.detail, this.doubts);
    container.append(this.name, this.big, words, this.bars.container);
  }

  // Shows the answer; returns it as a sentence.
  update({ seen, z, a }) {
    const { isEmpty } = this.state;
    const network = this.state.networks[this.index];
    const scores = a[a.length - 1];
    const answer = reading(scores);
    const isUnlike = network.isUnlike(seen, scores);
    const sure = isUnlike ? UNLIKE : sureness(network, z, answer.digit);
    const [text, next] = isEmpty
      ? [BIASES_ALONE, ""]
      : describe(network.facts, answer, scores, sure);
    const doubts = isEmpty ? [] : this.findDoubts(answer, isUnlike);
    this.name.textContent = network.facts.name;
    this.big.textContent = isEmpty ? "–" : nameOf(network.facts, answer.digit);
    this.detail.replaceChildren(text, make("span", { class: "next" }, next));
    this.doubts.textContent = doubts.length ? `Doubts: ${doubts.join("; ")}.` : "";
    this.bars.update(scores);
    return isEmpty
      ? text
      : `Reads ${quoted(network.facts, answer.digit)}. ${text}${next} ${this.doubts.textContent}`;
  }

  // While a forward pass is on its way.
  wait() {
    this.big.textContent = "…";
    this.detail.textContent = "The forward pass is on its way.";
    this.doubts.textContent = "";
    this.bars.clear();
  }

  findDoubts({ margin }, isUnlike) {
    const { facts } = this.state;
    const found = [...this.state.doubts];
    if (margin < CLOSE) found.push(`two ${isOfDigits(facts) ? "digits" : "classes"} are close`);
    if (isUnlike) found.push(unlikeAny(facts));
    return found;
  }
}

// Nothing is entirely sure, and what the network does not know is not sure at all.
function sureness(network, z, digit) {
  if (!network.calibration) return "Not calibrated";
  const share = network.confidence(z, digit);
  return share > MOST_SURE ? `>${percent(MOST_SURE, 1)} sure` : `${percent(share, 1)} sure`;
}

// The twin of `UNLIKE` in mnist_cli/prediction.py.
const unlikeAny = (facts) => `unlike any ${imageWord(facts)} that the network knows`;

function describe(facts, { digit, second, margin }, scores, sure) {
  const [first, next] = [digit, second].map((answer) => plain(scores[answer], 3));
  const runnerUp = ` Runner-up ${quoted(facts, second)} with ${next}; margin ${plain(margin, 3)}.`;
  return [`${sure}, score ${first}.`, runnerUp];
}
