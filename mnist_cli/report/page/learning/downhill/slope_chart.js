// ---- slope chart: average cost over t from -1 to 1, with a ball

const SLOPE = { left: 58, right: 588, top: 16, bottom: 268 };

class SlopeChart {
  constructor(container) {
    this.lines = ["steepest", "random"].map((name) => makeSvg("polyline", { class: name }));
    this.ball = makeSvg("circle", { r: 9, class: "ball" });
    this.labels = makeSvg("g");
    const { left, right, top, bottom } = SLOPE;
    const axes = makeSvg("path", { class: "axes", d: `M${left} ${top}V${bottom}H${right}` });
    this.picture = makeSvg(
      "svg",
      { viewBox: "0 0 600 310", role: "img", "aria-label": "Average cost along two directions" },
      axes,
      this.labels,
      ...this.lines,
      this.ball,
    );
    container.append(this.picture);
  }

  // `curves`: for each line [{ t, cost }]; `here` is the place of the ball.
  show(curves, here = null) {
    const costs = curves.flat().map(({ cost }) => cost);
    this.most = Math.max(...costs);
    this.writeLabels();
    curves.forEach((curve, i) => {
      this.lines[i].setAttribute("points", curve.map((one) => this.point(one).join(",")).join(" "));
    });
    this.ball.toggleAttribute("hidden", !here);
    if (!here) return;
    const [x, y] = this.point(here);
    this.ball.setAttribute("cx", x);
    this.ball.setAttribute("cy", y - 9);
    this.picture.setAttribute(
      "aria-label",
      `Average cost along two directions; the ball is at t = ${plain(here.t)}, cost ${plain(here.cost, 4)}`,
    );
  }

  point({ t, cost }) {
    const { left, right, top, bottom } = SLOPE;
    return [left + ((t + 1) / 2) * (right - left), bottom - (cost / this.most) * (bottom - top)];
  }

  writeLabels() {
    const write = (t, cost, text, place, attributes) => {
      const [x, y] = this.point({ t, cost });
      return makeSvg("text", { x: x + place[0], y: y + place[1], ...attributes }, text);
    };
    const below = { "text-anchor": "middle" };
    const beside = { "text-anchor": "end" };
    this.labels.replaceChildren(
      ...[-1, 0, 1].map((t) => write(t, 0, t === 0 ? "t = 0" : plain(t, 0), [0, 24], below)),
      ...[0, this.most / 2, this.most].map((cost) => write(-1, cost, plain(cost), [-8, 5], beside)),
      write(-1, this.most, "average cost", [10, 4], {}),
    );
  }
}
