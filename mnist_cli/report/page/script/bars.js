// ---- bars: the scores of the classes

// A bar for each class; `update(scores)` moves them.
class Bars {
  constructor(container, classes) {
    this.rows = classes.map((name) => {
      const bar = make("span", { class: "bar" });
      const text = make("span", { class: "score" });
      const row = make(
        "li",
        {},
        make("span", { class: "digit", title: name }, name),
        make("span", { class: "track" }, bar),
        text,
      );
      return { row, bar, text };
    });
    this.container = container;
    container.append(make("ol", { class: "bars" }, ...this.rows.map(({ row }) => row)));
  }

  update(scores) {
    const { digit } = reading(scores);
    const most = Math.max(1, ...scores);
    this.rows.forEach(({ row, bar, text }, i) => {
      bar.style.width = `${100 * clamp(scores[i] / most, 0, 1)}%`;
      text.textContent = plain(scores[i], 3);
      row.classList.toggle("best", i === digit);
    });
  }

  clear() {
    for (const { row, bar, text } of this.rows) {
      bar.style.width = "0";
      text.textContent = "–";
      row.classList.remove("best");
    }
  }
}
