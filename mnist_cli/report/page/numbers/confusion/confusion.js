// ---- confusion: which classes are taken for which
// Python wrote the table; here each of its cells becomes a button that shows its images.

class Confusion {
  constructor(state, facts, images, table) {
    Object.assign(this, { state, facts, images });
    this.cells = [...table.tBodies[0].rows].flatMap((row, digit) =>
      [...row.querySelectorAll("td")].map((place, answer) => this.cell(place, digit, answer)),
    );
    this.toggle = make(
      "button",
      { type: "button", "aria-pressed": "false", onclick: () => this.changeUnit() },
      "Shares of each row",
    );
    this.opened = make("div", { class: "opened", "aria-live": "polite" });
    const scroll = table.parentElement;
    const matrix = make("div", { class: "matrix" });
    scroll.replaceWith(matrix);
    matrix.append(make("div", {}, this.toggle, scroll), this.opened);
    rove(table, gridMove(facts.classes.length));
    this.openCommonest();
  }

  cell(place, digit, answer) {
    const count = this.facts.matrix[digit][answer];
    const button = make(
      "button",
      {
        type: "button",
        "data-item": `${digit}-${answer}`,
        "aria-label": `${quoted(this.facts, digit)} read as ${quoted(this.facts, answer)}: ${count}`,
        onclick: () => this.open(digit, answer),
      },
      place.textContent,
    );
    place.replaceChildren(button);
    return { digit, answer, count, button };
  }

  changeUnit() {
    const isShares = this.toggle.getAttribute("aria-pressed") === "false";
    this.toggle.setAttribute("aria-pressed", String(isShares));
    const shares = this.facts.matrix.map(sharesOf);
    for (const { digit, answer, count, button } of this.cells)
      button.textContent = isShares ? `${shares[digit][answer].toFixed(1)}%` : String(count);
  }

  openCommonest() {
    const wrong = this.cells.filter(({ digit, answer }) => digit !== answer);
    const { digit, answer, count } = wrong.reduce((most, cell) =>
      cell.count > most.count ? cell : most,
    );
    if (count) this.open(digit, answer);
  }

  open(digit, answer) {
    const places = this.images[digit][answer];
    const count = this.facts.matrix[digit][answer];
    for (const cell of this.cells)
      cell.button.classList.toggle("chosen", cell.digit === digit && cell.answer === answer);
    const which = digit === answer ? "the least sure" : "the most confident";
    const some = count > places.length ? `; ${places.length}, ${which}, are shown` : "";
    const images = places.map((place) =>
      thumbnail(this.state, place, `Try this ${quoted(this.facts, digit)}`),
    );
    const list = make(
      "div",
      { class: "thumbnails", role: "group", "aria-label": "Images" },
      ...images,
    );
    this.opened.replaceChildren(
      make("p", {}, `${readAs(this.facts, count, digit, answer)}${some}.`),
      list,
    );
    if (images.length) rove(list, gridMove(itemsPerRow));
  }
}

function readAs(facts, count, digit, answer) {
  const [label, read] = [aClass(facts, digit), quoted(facts, answer)];
  if (count === 0) return `No ${quoted(facts, digit)} was read as ${read}`;
  if (count === 1) return `1 image of ${label} was read as ${read}`;
  return `${grouped(count)} images of ${label} were read as ${read}`;
}

// Percentages with one decimal place that add up to 100.0 as they are shown: what rounding down
// leaves over goes to the largest rests.
function sharesOf(counts) {
  const sum = counts.reduce((total, count) => total + count, 0);
  if (!sum) return counts.map(() => 0);
  const exact = counts.map((count) => (1000 * count) / sum);
  const whole = exact.map(Math.floor);
  const order = [...counts.keys()].sort(
    (i, j) => exact[j] - whole[j] - (exact[i] - whole[i]) || i - j,
  );
  const left = 1000 - whole.reduce((total, value) => total + value, 0);
  for (const i of order.slice(0, left)) whole[i]++;
  return whole.map((value) => value / 10);
}

SECTIONS.confusion = (state, section, images) => {
  const tables = [...section.querySelectorAll("table.confusion")];
  state.data.networks.forEach((facts, i) => {
    new Confusion(state, facts, images[i], tables[i]);
  });
};
