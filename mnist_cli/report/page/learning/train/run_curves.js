// ---- run curves: the loss and the accuracy of this training, and faintly of the ones before

const [CURVE_WIDTH, CURVE_HEIGHT, RUNS_KEPT] = [400, 160, 3];
const SPANS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

class RunCurves {
  constructor(container) {
    this.runs = [];
    this.loss = new RunChart(container, "Loss of the mini-batches");
    this.accuracy = new RunChart(container, "Unseen images read right");
    this.legend = container.appendChild(make("ol", { class: "run-legend" }));
  }

  // A run without a point leaves no trace.
  begin(label) {
    this.runs = this.runs.filter(({ points }) => points.length > 1).slice(-RUNS_KEPT);
    this.runs.push({ label, points: [] });
    this.draw();
  }

  // `label` says the settings of this moment: they may change during a run.
  add(point, label) {
    const run = this.runs[this.runs.length - 1];
    run.points.push(point);
    if (point.loss !== null) run.label = label;
    this.draw();
  }

  draw() {
    const all = this.runs.flatMap(({ points }) => points);
    const most = Math.max(0.01, ...all.map(({ epochs }) => epochs));
    const span = SPANS.find((value) => value >= most) ?? most;
    const losses = all.map(({ loss }) => loss).filter(Number.isFinite);
    const top = Math.ceil(10 * Math.max(0.5, ...losses)) / 10;
    this.loss.draw(this.runs, span, "loss", top, plain(top, 1));
    this.accuracy.draw(this.runs, span, "accuracy", 1, "100%");
    const row = ({ label }, i) =>
      make("li", { class: this.age(i) }, make("span", { class: "key" }), label);
    this.legend.replaceChildren(...this.runs.map(row));
  }

  // The run of this moment is 0, the one before it 1.
  age(place) {
    return `run-${this.runs.length - 1 - place}`;
  }
}

class RunChart {
  constructor(container, title) {
    this.title = title;
    this.lines = makeSvg("svg", {
      viewBox: `0 0 ${CURVE_WIDTH} ${CURVE_HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": title,
    });
    [this.high, this.right] = [make("span", { class: "high" }), make("span", { class: "right" })];
    const plot = make("div", { class: "run-plot" }, this.lines, this.high);
    plot.append(make("span", { class: "low" }, "0"), this.right);
    container.append(make("figure", { class: "run-chart" }, make("figcaption", {}, title), plot));
  }

  draw(runs, span, name, top, topText) {
    const place = ({ epochs, [name]: value }) => {
      const y = CURVE_HEIGHT * (1 - Math.min(value / top, 1));
      return `${((CURVE_WIDTH * epochs) / span).toFixed(1)},${y.toFixed(1)}`;
    };
    const line = ({ points }, i) =>
      makeSvg("polyline", {
        class: `run-${runs.length - 1 - i}`,
        points: finite(points, name).map(place).join(" "),
      });
    this.lines.replaceChildren(...runs.map(line));
    this.high.textContent = topText;
    this.right.textContent = `${span} ${span === 1 ? "epoch" : "epochs"}`;
    this.describe(finite(runs[runs.length - 1].points, name), name);
  }

  describe(points, name) {
    const text = (value) => (name === "loss" ? plain(value, 3) : percent(value, 1));
    const values = points.map((point) => text(point[name]));
    const course = values.length
      ? `from ${values[0]} to ${values[values.length - 1]}`
      : "no points";
    this.lines.setAttribute("aria-label", `${this.title}: ${course}`);
  }
}

const finite = (points, name) => points.filter((point) => Number.isFinite(point[name]));
