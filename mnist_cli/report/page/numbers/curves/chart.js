// ---- chart: a cursor on a chart that Python drew, moved by mouse and arrow keys
// mnist_cli/report/charts.py leaves in each series its name, and for each epoch its place and value.

class Chart {
  constructor(figure) {
    this.svg = figure.querySelector(".chart");
    this.readout = figure.querySelector(".readout");
    this.series = [...this.svg.querySelectorAll(".series")].map(({ dataset }) => ({
      name: dataset.name,
      values: dataset.values.split("|"),
      places: dataset.places.split("|").map((place) => place.split(",").map(Number)),
    }));
    this.epochs = Number(this.svg.dataset.epochs);
    this.cursor = this.svg.appendChild(makeSvg("line", { class: "cursor" }));
    this.dots = this.series.map((_, i) => this.dot(i));
    this.readout.setAttribute("aria-live", "polite");
    this.svg.setAttribute("tabindex", "0");
    const label = this.svg.getAttribute("aria-label");
    this.svg.setAttribute("aria-label", `${label}. Arrow keys go from epoch to epoch.`);
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.show(this.epochs);
  }

  dot(number) {
    const color = this.svg.querySelectorAll(".series")[number].getAttribute("color");
    return this.svg.appendChild(makeSvg("circle", { class: "dot", r: 4, color }));
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.show(clamp(this.epoch + step, 1, this.epochs));
  }

  point(event) {
    const { left, width } = this.svg.getBoundingClientRect();
    const [from, to] = this.ends();
    const x = ((event.clientX - left) / width) * this.svg.viewBox.baseVal.width;
    const share = (x - from) / (to - from);
    this.show(clamp(1 + Math.round(share * (this.epochs - 1)), 1, this.epochs));
  }

  ends() {
    return [Number(this.svg.dataset.left), Number(this.svg.dataset.right)];
  }

  show(epoch) {
    this.epoch = epoch;
    const [from, to] = this.ends();
    const x = this.epochs > 1 ? from + ((epoch - 1) / (this.epochs - 1)) * (to - from) : -9;
    const { top, bottom } = this.svg.dataset;
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: top, y2: bottom }))
      this.cursor.setAttribute(name, value);
    this.dots.forEach((dot, i) => {
      this.move(dot, this.series[i].places[epoch - 1]);
    });
    const told = this.series
      .filter(({ values }) => values[epoch - 1] !== undefined)
      .map(({ name, values }) => `${name} ${values[epoch - 1]}`);
    this.readout.textContent = `Epoch ${epoch}: ${told.join(", ")}`;
  }

  // A series that has no value at this epoch has no dot there.
  move(dot, place) {
    const isKnown = this.epochs > 1 && place?.length === 2;
    dot.toggleAttribute("hidden", !isKnown);
    if (!isKnown) return;
    dot.setAttribute("cx", place[0]);
    dot.setAttribute("cy", place[1]);
  }
}
