// ---- bars: the scores of the ten digits

// Ten bars; `update(scores)` moves them.
class Bars {
  constructor(container) {
    this.rows = Array.from({ length: 10 }, (_, digit) => {
      const bar = make("span", { class: "bar" });
      const text = make("span", { class: "score" });
      const row = make(
        "li",
        {},
        make("span", { class: "digit" }, String(digit)),
        make("span", { class: "track" }, bar),
        text,
      );
      return { row, bar, text };
    });
    container.append(make("ol", { class: "bars" }, ...this.rows.map(({ row }) => row)));
  }

  update(scores, isEmpty = false) {
    const { digit } = reading(scores);
    const most = Math.max(1, ...scores);
    this.rows.forEach(({ row, bar, text }, i) => {
      bar.style.width = isEmpty ? "0" : `${100 * clamp(scores[i] / most, 0, 1)}%`;
      text.textContent = isEmpty ? "–" : plain(scores[i], 3);
      row.classList.toggle("best", !isEmpty && i === digit);
    });
  }
}
