// ---- number line: where the weighted sum of a neuron lies, seen from its threshold −b
// The curve is the activation that each sum would give; the dot is the sum of this image.

const REACHES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000];
const CURVE_POINTS = 80;

class NumberLine {
  // `onThreshold(value)` is called while somebody drags it.
  constructor(container, onThreshold) {
    this.curve = makeSvg("polyline");
    const picture = makeSvg(
      "svg",
      { viewBox: "0 0 100 100", preserveAspectRatio: "none" },
      this.curve,
    );
    const mark = (name) => make("span", { class: `line-${name}` });
    [this.z, this.threshold, this.dot] = ["z", "threshold", "dot"].map(mark);
    this.plot = make(
      "div",
      { class: "line-plot", role: "img", "aria-label": "Number line" },
      picture,
      mark("zero"),
    );
    this.plot.append(this.z, this.threshold, this.dot);
    [this.top, this.bottom] = [mark("label"), mark("label")];
    [this.low, this.high] = [mark("end"), mark("end")];
    container.append(
      make("div", { class: "line-row" }, this.top),
      this.plot,
      make("div", { class: "line-row" }, this.bottom),
      make("div", { class: "line-ends" }, this.low, "0", this.high),
    );
    this.follow(onThreshold);
  }

  follow(onThreshold) {
    const move = (event) => {
      const { left, width } = this.plot.getBoundingClientRect();
      onThreshold(this.reach * (2 * clamp((event.clientX - left) / width, 0, 1) - 1));
    };
    this.plot.addEventListener("pointerdown", (event) => {
      this.plot.setPointerCapture(event.pointerId);
      move(event);
    });
    this.plot.addEventListener("pointermove", (event) => {
      if (this.plot.hasPointerCapture(event.pointerId)) move(event);
    });
  }

  // The line becomes longer where it must; for another neuron it begins anew.
  fit(values, isSame) {
    const most = 1.2 * Math.max(...values.map(Math.abs));
    const needed = REACHES.find((reach) => reach >= most) ?? most;
    this.reach = isSame ? Math.max(this.reach, needed) : needed;
  }

  // `activationAt(sum)` says what the neuron would answer to another sum.
  draw({ sum, bias, activationAt }) {
    const [dot, threshold] = [this.share(sum), this.share(-bias)];
    const height = this.drawCurve(activationAt);
    Object.assign(this.dot.style, { left: `${dot}%`, top: `${height(activationAt(sum))}%` });
    this.threshold.style.left = `${threshold}%`;
    Object.assign(this.z.style, {
      left: `${Math.min(dot, threshold)}%`,
      width: `${Math.abs(dot - threshold)}%`,
    });
    this.z.classList.toggle("negative", sum + bias < 0);
    this.label(this.top, dot, `Σwa ${signed(shownSum(sum + bias, bias))}`);
    this.label(this.bottom, threshold, `−b ${signed(-bias)}`);
    [this.low.textContent, this.high.textContent] = [`−${this.reach}`, `+${this.reach}`];
    this.plot.setAttribute("aria-label", this.words(sum, bias, activationAt(sum)));
  }

  // Returns the height of an activation, in percent from above.
  drawCurve(activationAt) {
    const places = Array.from({ length: CURVE_POINTS + 1 }, (_, i) => i / CURVE_POINTS);
    const values = places.map((place) => activationAt(this.reach * (2 * place - 1)));
    const [low, high] = [Math.min(0, ...values), Math.max(1, ...values)];
    const height = (a) => 100 * (1 - (a - low) / (high - low));
    const points = values.map((a, i) => `${100 * places[i]},${height(a).toFixed(2)}`);
    this.curve.setAttribute("points", points.join(" "));
    return height;
  }

  label(element, share, text) {
    element.textContent = text;
    element.style.left = `${share}%`;
    element.style.transform = `translateX(-${share}%)`;
  }

  words(sum, bias, activation) {
    const side = sum + bias > 0 ? "above" : "below";
    return `The sum Σwa, ${signed(sum)}, is ${side} the threshold −b, ${signed(-bias)}: activation ${plain(activation)}`;
  }

  // Percent of the line's length.
  share(value) {
    return 100 * clamp((value / this.reach + 1) / 2, 0, 1);
  }
}

// Σwa, rounded so that z and the bias add up as shown.
const shownSum = (z, bias) => Number(z.toFixed(2)) - Number(bias.toFixed(2));
