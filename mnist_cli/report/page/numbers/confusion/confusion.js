// ---- confusion: which digits are taken for which

class Confusion {
  constructor(state, facts, images, container, isOne) {
    Object.assign(this, { state, facts, images });
    this.shares = false;
    this.table = make("table", { class: "confusion" });
    this.open = make("div", { class: "opened", "aria-live": "polite" });
    const toggle = make(
      "button",
      { type: "button", "aria-pressed": "false", onclick: () => this.toggle(toggle) },
      "Shares of each row",
    );
    const title = isOne ? [] : [make("h3", {}, facts.name)];
    const matrix = make("div", { class: "scroll" }, this.table);
    container.append(...title, toggle, make("div", { class: "matrix" }, matrix, this.open));
    this.build();
    rove(this.table, gridMove(10));
    this.openCommonest();
  }

  build() {
    const digits = [...Array(10).keys()];
    const heads = digits.map((digit) => make("th", { scope: "col" }, String(digit)));
    const corner = make("td", { class: "corner" }, "digit ╲ answer");
    this.cells = [];
    const rows = digits.map((digit) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, String(digit)),
        ...digits.map((answer) => this.cell(digit, answer)),
      ),
    );
    this.table.append(
      make("thead", {}, make("tr", {}, corner, ...heads)),
      make("tbody", {}, ...rows),
    );
    this.write();
  }

  cell(digit, answer) {
    const button = make("button", {
      type: "button",
      "data-item": `${digit}-${answer}`,
      class: digit === answer ? "diagonal" : "wrong",
      onclick: () => this.openCell(digit, answer),
    });
    this.cells.push({ digit, answer, button });
    return make("td", {}, button);
  }

  // The most images off the diagonal have the strongest colour.
  write() {
    const { matrix } = this.facts;
    const wrong = this.cells
      .filter(({ digit, answer }) => digit !== answer)
      .map(({ digit, answer }) => matrix[digit][answer]);
    const most = Math.max(1, ...wrong);
    for (const { digit, answer, button } of this.cells) {
      const count = matrix[digit][answer];
      const share =
        count /
        Math.max(
          1,
          matrix[digit].reduce((sum, n) => sum + n, 0),
        );
      button.textContent = this.shares
        ? percent(share, count && share < 0.1 ? 1 : 0)
        : String(count);
      button.setAttribute("aria-label", `${digit} read as ${answer}: ${count}`);
      if (digit === answer) continue;
      button.style.setProperty("--share", percent(Math.sqrt(count / most), 0));
    }
  }

  openCommonest() {
    const wrong = this.cells.filter(({ digit, answer }) => digit !== answer);
    const count = ({ digit, answer }) => this.facts.matrix[digit][answer];
    const { digit, answer } = wrong.reduce((most, cell) =>
      count(cell) > count(most) ? cell : most,
    );
    if (count({ digit, answer })) this.openCell(digit, answer);
  }

  toggle(button) {
    this.shares = !this.shares;
    button.setAttribute("aria-pressed", String(this.shares));
    this.write();
  }

  openCell(digit, answer) {
    const places = this.images[digit][answer];
    const count = this.facts.matrix[digit][answer];
    for (const cell of this.cells)
      cell.button.classList.toggle("chosen", cell.digit === digit && cell.answer === answer);
    const which = digit === answer ? "the least sure" : "the most confident";
    const some = count > places.length ? `; ${places.length}, ${which}, are shown` : "";
    const text = count
      ? `${grouped(count)} images of a ${digit} were read as ${answer}${some}.`
      : `No ${digit} was read as ${answer}.`;
    const images = places.map((place) => thumbnail(this.state, place, `Try this ${digit}`));
    const list = make(
      "div",
      { class: "thumbnails", role: "group", "aria-label": "Images" },
      ...images,
    );
    this.open.replaceChildren(make("p", {}, text), list);
    if (images.length) rove(list, gridMove(itemsPerRow));
  }
}

SECTIONS.confusion = (state, _section, images) => {
  const { networks } = state.data;
  const { panels, results } = elementsOf("confusion");
  const isOne = networks.length === 1;
  for (const place of [panels, results]) place.classList.toggle("one", isOne);
  networks.forEach((facts, i) => {
    const panel = panels.appendChild(make("div", { class: "panel" }));
    new Confusion(state, facts, images[i], panel, isOne);
  });
};
