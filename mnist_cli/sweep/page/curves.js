// ---- curves: one line for each seed over the epochs; arrow keys and mouse read them

const SIZE = { height: 210, left: 56, right: 12, top: 12, bottom: 30 };

// Round numbers from low to high: steps of 1, 2 or 5 times a power of ten; with as many decimals as
// tell them apart.
function ticksBetween(low, high, most) {
  const rough = (high - low) / most || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const tick = (i) => ({ value: (first + i) * step, text: ((first + i) * step).toFixed(decimals) });
  return Array.from({ length: count }, (_, i) => tick(i));
}

// `runs`: [{ seed, epochs, values }]; a value may be null, where it was not measured. They are shown
// in a unit, "%" or none, with some digits where one is read.
class Curves {
  constructor(title, { unit, digits }) {
    Object.assign(this, { title, unit, digits, runs: [], chosen: 0, place: 0 });
    this.svg = makeSvg("svg", { class: "curves", role: "img", tabindex: "0" });
    this.readout = make("p", { class: "readout" });
    this.element = make("div", { class: "panel" }, make("h3", {}, title), this.svg, this.readout);
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("pointerdown", (event) => this.point(event));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  show(runs) {
    this.runs = runs.filter(({ values }) => values.some((value) => value !== null));
    this.chosen = 0;
    this.last = Math.max(1, ...this.runs.flatMap(({ epochs }) => epochs));
    this.place = this.runs.length ? this.runs[0].epochs.length - 1 : 0;
    this.svg.setAttribute("aria-label", this.summary());
    this.draw();
  }

  summary() {
    if (!this.runs.length) return `${this.title}: no run was measured`;
    const seeds = this.runs.map(({ seed }) => seed).join(", ");
    return `${this.title} over the epochs, seeds ${seeds}. Left and right go from epoch to epoch, up and down from seed to seed.`;
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    const turn = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if ((step ?? turn) === undefined || !this.runs.length) return;
    event.preventDefault();
    const { length } = this.runs;
    this.chosen = (this.chosen + (turn ?? 0) + length) % length;
    this.move(this.place + (step ?? 0));
  }

  // The dot that is nearest to the mouse or finger.
  point(event) {
    const box = this.svg.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let best = Infinity;
    this.runs.forEach(({ epochs, values }, chosen) => {
      values.forEach((value, place) => {
        if (value === null) return;
        const distance = 100 * Math.abs(this.x(epochs[place]) - x) + Math.abs(this.y(value) - y);
        if (distance < best) [best, this.chosen, this.place] = [distance, chosen, place];
      });
    });
    if (best < Infinity) this.move(this.place);
  }

  move(place) {
    this.place = clamp(place, 0, this.runs[this.chosen].epochs.length - 1);
    this.draw();
  }

  x(epoch) {
    const first = this.last > 1 ? (epoch - 1) / (this.last - 1) : 0.5;
    return SIZE.left + first * (this.width - SIZE.left - SIZE.right);
  }

  y(value) {
    const share = (value - this.low) / (this.high - this.low);
    return SIZE.height - SIZE.bottom - share * (SIZE.height - SIZE.top - SIZE.bottom);
  }

  findRange() {
    const all = this.runs.flatMap(({ values }) => values.filter((value) => value !== null));
    const [low, high] = all.length ? [Math.min(...all), Math.max(...all)] : [0, 1];
    const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 0.1;
    [this.low, this.high] = [low - room, high + room];
  }

  draw() {
    this.width = this.svg.clientWidth || 300;
    this.findRange();
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${SIZE.height}`);
    this.svg.replaceChildren(...this.axes(), ...this.runs.flatMap((run, i) => this.line(run, i)));
    if (this.runs.length) this.mark();
    else this.readout.textContent = "No epoch was measured.";
  }

  axes() {
    const right = this.width - SIZE.right;
    const rules = ticksBetween(this.low, this.high, 5).flatMap(({ value, text }) => {
      const y = this.y(value);
      const rule = makeSvg("line", { class: "rule", x1: SIZE.left, x2: right, y1: y, y2: y });
      const place = { x: SIZE.left - 8, y: y + 4, "text-anchor": "end" };
      return [rule, makeSvg("text", place, text + this.unit)];
    });
    const ends = this.last > 1 ? [1, this.last] : [1];
    const names = ends.map((epoch, i) => {
      const anchor = ends.length === 1 ? "middle" : ["start", "end"][i];
      const place = { x: this.x(epoch), y: SIZE.height - 8, "text-anchor": anchor };
      return makeSvg("text", place, `epoch ${epoch}`);
    });
    return [...rules, ...names];
  }

  line({ epochs, values }, i) {
    const places = values.flatMap((value, place) =>
      value === null ? [] : [`${this.x(epochs[place])},${this.y(value)}`],
    );
    const name = i === this.chosen ? "curve chosen" : "curve";
    return places.length > 1
      ? [makeSvg("polyline", { class: name, points: places.join(" ") })]
      : places.map((place) => this.dot(...place.split(","), name));
  }

  dot(cx, cy, name) {
    return makeSvg("circle", { class: `${name} single`, cx, cy, r: 3 });
  }

  mark() {
    const { seed, epochs, values } = this.runs[this.chosen];
    const [epoch, value] = [epochs[this.place], values[this.place]];
    const shown = value === null ? "not measured" : value.toPrecision(this.digits) + this.unit;
    this.readout.textContent = `Seed ${seed}, epoch ${epoch}: ${shown}`;
    if (value === null) return;
    const chosen = this.svg.querySelector(".curve.chosen");
    if (chosen) this.svg.append(chosen);
    this.svg.append(
      makeSvg("circle", { class: "cursor", cx: this.x(epoch), cy: this.y(value), r: 4.5 }),
    );
  }
}
