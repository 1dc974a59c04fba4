// ---- answer: what the network says, and how sure it is

const CLOSE = 0.1; // a smaller margin is a reason to doubt

class Answer {
  constructor(state, index, container) {
    Object.assign(this, { state, index });
    this.big = make("p", { class: "big" });
    this.detail = make("p", { class: "detail" });
    this.doubts = make("p", { class: "doubts" });
    const name =
      state.networks.length > 1 ? [make("h3", {}, state.networks[index].facts.name)] : [];
    container.append(...name, this.big, this.detail);
    this.bars = new Bars(container);
    container.append(this.doubts);
  }

  // Shows the answer; returns it as a sentence.
  update({ seen, z, a }) {
    const scores = a[a.length - 1];
    const { isEmpty, doubts } = this.state;
    const network = this.state.networks[this.index];
    const answer = reading(scores);
    const text = describe(answer, scores, sureness(network, z, answer.digit));
    this.bars.update(scores, isEmpty);
    this.big.textContent = isEmpty ? "–" : String(answer.digit);
    this.detail.textContent = isEmpty ? "Nothing drawn." : text;
    const more = answer.margin < CLOSE ? ["two digits are close"] : [];
    if (!isEmpty && network.isUnlike(seen, scores))
      more.push("unlike any digit that the network knows");
    const all = isEmpty ? [] : [...doubts, ...more];
    this.doubts.textContent = all.length ? `Doubts: ${all.join("; ")}.` : "";
    return isEmpty ? "Nothing drawn." : `Reads ${answer.digit}. ${text} ${this.doubts.textContent}`;
  }
}

function sureness(network, z, digit) {
  if (!network.calibration) return "Not calibrated";
  return `${percent(network.confidence(z, digit), 0)} sure`;
}

function describe({ digit, second, margin }, scores, sure) {
  const [first, next] = [digit, second].map((answer) => plain(scores[answer], 3));
  const others = `Runner-up ${second} with ${next}; margin ${plain(margin, 3)}.`;
  return `${sure}, score ${first}. ${others}`;
}
