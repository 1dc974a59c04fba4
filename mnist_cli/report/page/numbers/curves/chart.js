// ---- chart: lines over the epochs, read by mouse and arrow keys

const CHART = { height: 250, left: 52, right: 14, top: 14, bottom: 34 };

// `series`: [{ name, values }]; a value that is null leaves a gap.
class Chart {
  constructor(container, { title, series, format, logarithmic = false, best = 0, epochs }) {
    Object.assign(this, { series, format, logarithmic, best, epochs });
    this.cursor = epochs.length - 1;
    const [{ values }] = series;
    this.isFalling = values[0] > values[values.length - 1];
    this.svg = makeSvg("svg", {
      class: "chart",
      role: "img",
      tabindex: "0",
      "aria-label": this.summary(title),
    });
    this.readout = make("p", { class: "readout", "aria-live": "polite" });
    const legend = make(
      "ul",
      { class: "legend" },
      ...series.map(({ name }, i) => make("li", { class: `series-${i}` }, lineSample(i), name)),
    );
    container.append(make("h3", {}, title), legend, this.svg, this.readout);
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("focus", () => this.show(this.cursor));
    new ResizeObserver(() => this.draw()).observe(container);
    this.show(this.cursor);
  }

  summary(title) {
    const ends = this.series.map(
      ({ name, values }) =>
        `${name} ${this.text(values[0])} to ${this.text(values[values.length - 1])}`,
    );
    const course = `${title} over ${this.epochs.length} epochs: ${ends.join("; ")}`;
    return `${course}. Arrow keys go from epoch to epoch.`;
  }

  text(value) {
    return value === null || value === undefined ? "none" : this.format(value);
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.show(clamp(this.cursor + step, 0, this.epochs.length - 1));
  }

  point(event) {
    const box = this.svg.getBoundingClientRect();
    const share = (event.clientX - box.left - CHART.left) / (box.width - CHART.left - CHART.right);
    this.show(clamp(Math.round(share * (this.epochs.length - 1)), 0, this.epochs.length - 1));
  }

  show(place) {
    this.cursor = place;
    const values = this.series.map(({ name, values: all }) => `${name} ${this.text(all[place])}`);
    this.readout.textContent = `Epoch ${this.epochs[place]}: ${values.join(", ")}`;
    this.draw();
  }

  x(place) {
    const share = this.epochs.length > 1 ? place / (this.epochs.length - 1) : 0.5;
    return CHART.left + share * (this.width - CHART.left - CHART.right);
  }

  y(value) {
    const [low, high] = this.range;
    const share = (this.scaled(value) - low) / (high - low || 1);
    return CHART.height - CHART.bottom - share * (CHART.height - CHART.top - CHART.bottom);
  }

  scaled(value) {
    return this.logarithmic ? Math.log10(Math.max(value, 1e-12)) : value;
  }

  findRange() {
    const all = this.series
      .flatMap(({ values }) => values)
      .filter((value) => value !== null)
      .map((v) => this.scaled(v));
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
    return this.logarithmic ? [Math.floor(low), Math.ceil(high)] : [low - room, high + room];
  }

  draw() {
    this.width = this.svg.clientWidth || 300;
    this.range = this.findRange();
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${CHART.height}`);
    this.svg.replaceChildren(
      ...this.axes(),
      ...this.marks(),
      ...this.series.flatMap((one, i) => this.line(one, i)),
    );
  }

  axes() {
    const parts = [];
    for (const value of this.ticks()) {
      const y = this.y(value);
      parts.push(
        makeSvg("line", {
          class: "rule",
          x1: CHART.left,
          x2: this.width - CHART.right,
          y1: y,
          y2: y,
        }),
      );
      parts.push(
        makeSvg("text", { x: CHART.left - 8, y: y + 4, "text-anchor": "end" }, this.format(value)),
      );
    }
    const bottom = CHART.height - 10;
    const ends = this.epochs.length > 1 ? [0, this.epochs.length - 1] : [0];
    for (const place of ends) {
      const anchor = this.epochs.length === 1 ? "middle" : place ? "end" : "start";
      parts.push(
        makeSvg(
          "text",
          { x: this.x(place), y: bottom, "text-anchor": anchor },
          `epoch ${this.epochs[place]}`,
        ),
      );
    }
    return parts;
  }

  // Round numbers: steps of 1, 2 or 5, or powers of ten.
  ticks() {
    const [low, high] = this.range;
    const rough = (high - low) / 5;
    const power = 10 ** Math.floor(Math.log10(rough));
    const factor = [1, 2, 5, 10].find((one) => one * power >= rough);
    const step = this.logarithmic ? Math.max(1, Math.ceil(rough)) : factor * power;
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++)
      ticks.push(i * step);
    return this.logarithmic ? ticks.map((tick) => 10 ** tick) : ticks;
  }

  marks() {
    const upright = (place, name) =>
      makeSvg("line", {
        class: name,
        x1: this.x(place),
        x2: this.x(place),
        y1: CHART.top,
        y2: CHART.height - CHART.bottom,
      });
    const parts = [upright(this.cursor, "cursor")];
    if (this.best) {
      const x = this.x(this.best - 1);
      const anchor = x > this.width / 2 ? "end" : "start";
      parts.push(upright(this.best - 1, "best-line"));
      parts.push(
        makeSvg(
          "text",
          {
            class: "best-text",
            x: x + (anchor === "end" ? -6 : 6),
            y: this.isFalling ? CHART.top + 12 : CHART.height - CHART.bottom - 8,
            "text-anchor": anchor,
          },
          `best: epoch ${this.best}`,
        ),
      );
    }
    return parts;
  }

  line({ values }, i) {
    const points = values
      .map((value, place) => (value === null ? null : [this.x(place), this.y(value)]))
      .filter(Boolean);
    const parts = [
      makeSvg("polyline", {
        class: `line series-${i}`,
        points: points.map((point) => point.join(",")).join(" "),
      }),
    ];
    if (points.length && values[this.cursor] !== null) {
      parts.push(
        makeSvg("circle", {
          class: `dot series-${i}`,
          cx: this.x(this.cursor),
          cy: this.y(values[this.cursor]),
          r: 4,
        }),
      );
    }
    return parts;
  }
}

const lineSample = (i) =>
  makeSvg(
    "svg",
    { class: "sample", viewBox: "0 0 28 8", "aria-hidden": "true" },
    makeSvg("line", { class: `line series-${i}`, x1: 0, x2: 28, y1: 4, y2: 4 }),
  );

function threeDigits(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 0.001 && size < 10000
    ? String(Number(value.toPrecision(2)))
    : value.toExponential(0).replace("-", "−");
}
