// ---- table: output, target and cost of each output, and their sum

const COST_DIGITS = 4; // after the point

class CostTable {
  constructor(container, network) {
    this.network = network;
    this.columns = costColumns(network);
    const heads = [
      classWord(network.facts),
      "output a",
      "target y",
      ...this.columns.map(({ title }) => title),
    ];
    this.rows = network.facts.classes.map((name) => tableRow(name, heads.length));
    this.sum = tableRow("sum", heads.length);
    const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
    container.append(
      make(
        "table",
        {},
        make("caption", {}, "The cost of this image, output by output"),
        make("thead", {}, head),
        make("tbody", {}, ...this.rows.map(({ row }) => row)),
        make("tfoot", {}, this.sum.row),
      ),
    );
  }

  // `label` null: only the outputs are known.
  update({ z, a }, label) {
    const last = z.length - 1;
    const outputs = a[last + 1];
    const y = label === null ? null : oneHot(label, outputs.length);
    const parts = this.columns.map(({ parts }) => y && rounded(parts(z[last], outputs, y)));
    this.rows.forEach(({ row, cells }, digit) => {
      const texts = parts.map((column) => (y ? plain(column[digit], COST_DIGITS) : "–"));
      fillCells(cells, [plain(outputs[digit], 3), y ? String(y[digit]) : "–", ...texts]);
      row.classList.toggle("target", digit === label);
    });
    const sums = parts.map((column) => (y ? plain(sumOf(column), COST_DIGITS) : "–"));
    fillCells(this.sum.cells, ["", "", ...sums]);
  }
}

// (a - y)², and beside it the cost with which the network was trained, where that is another one.
function costColumns(network) {
  const squares = { title: "(a − y)²", parts: (_z, a, y) => difference(a, y).map((d) => d * d) };
  if (network.facts.loss_name === "mse") return [squares];
  return [squares, { title: "cross-entropy", parts: lossOf(network).parts }];
}

// The numbers as they are shown: so their sum is the sum that one sees.
const rounded = (values) => Array.from(values, (value) => Number(value.toFixed(COST_DIGITS)));

function tableRow(name, columns) {
  const cells = Array.from({ length: columns - 1 }, () => make("td"));
  return { row: make("tr", {}, make("th", { scope: "row" }, name), ...cells), cells };
}

function fillCells(cells, texts) {
  cells.forEach((cell, i) => {
    cell.textContent = texts[i];
  });
}
