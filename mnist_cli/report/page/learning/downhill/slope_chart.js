// ---- slope chart: average cost over t from -1 to 1, with a ball

const SLOPE = { height: 310, left: 48, right: 12, top: 34, bottom: 34 }; // pixels, and margins

class SlopeChart {
  constructor(container) {
    this.container = container;
    this.lines = ["steepest", "random"].map((name) => makeSvg("polyline", { class: name }));
    this.ball = makeSvg("circle", { r: 9, class: "ball" });
    this.axes = makeSvg("path", { class: "axes" });
    this.labels = makeSvg("g");
    this.picture = makeSvg(
      "svg",
      { role: "img", "aria-label": "Average cost along two directions" },
      this.axes,
      this.labels,
      ...this.lines,
      this.ball,
    );
    container.append(this.picture);
    new ResizeObserver(() => this.draw()).observe(container);
    this.show([[], []]);
  }

  // `curves`: for each line [{ t, cost }]; `here` is the place of the ball.
  show(curves, here = null) {
    Object.assign(this, { curves, here });
    if (here)
      this.picture.setAttribute(
        "aria-label",
        `Average cost along two directions; the ball is at t = ${plain(here.t)}, cost ${plain(here.cost, 4)}`,
      );
    this.draw();
  }

  draw() {
    this.width = this.container.clientWidth || 600;
    this.most = Math.max(1e-9, ...this.curves.flat().map(({ cost }) => cost));
    this.picture.setAttribute("viewBox", `0 0 ${this.width} ${SLOPE.height}`);
    const [corner, end] = [this.point({ t: -1, cost: 0 }), this.point({ t: 1, cost: 0 })];
    this.axes.setAttribute("d", `M${corner[0]} ${SLOPE.top}V${corner[1]}H${end[0]}`);
    this.writeLabels();
    this.curves.forEach((curve, i) => {
      this.lines[i].setAttribute("points", curve.map((one) => this.point(one).join(",")).join(" "));
    });
    this.ball.setAttribute("visibility", this.here ? "visible" : "hidden");
    if (this.here) this.placeBall(...this.point(this.here));
  }

  placeBall(x, y) {
    this.ball.setAttribute("cx", x);
    this.ball.setAttribute("cy", y - 9);
  }

  point({ t, cost }) {
    const { height, left, right, top, bottom } = SLOPE;
    const [width, room] = [this.width - left - right, height - top - bottom];
    return [left + ((t + 1) / 2) * width, top + (1 - cost / this.most) * room];
  }

  writeLabels() {
    const write = (t, cost, text, [dx, dy], anchor) => {
      const [x, y] = this.point({ t, cost });
      return makeSvg("text", { x: x + dx, y: y + dy, "text-anchor": anchor }, text);
    };
    const places = [-1, 0, 1].map((t) => write(t, 0, `t = ${plain(t, 0)}`, [0, 24], ANCHORS[t]));
    const costs = [0, this.most / 2, this.most];
    this.labels.replaceChildren(
      ...places,
      ...costs.map((cost) => write(-1, cost, plain(cost), [-8, 5], "end")),
      write(-1, this.most, "average cost", [-40, -18], "start"),
    );
  }
}

const ANCHORS = { [-1]: "start", 0: "middle", 1: "end" }; // labels stay inside the picture
