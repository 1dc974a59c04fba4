// ---- choice: one combination, chosen in the chart or in the list, and its curves

const points = JSON.parse(byId("data").textContent);
const list = byId("setting");
const charts = [...document.querySelectorAll(".chart")];
const accuracy = new Curves("Validation accuracy", { unit: "%", digits: 4 });
const loss = new Curves("Validation loss", { unit: "", digits: 3 });

const inPercent = (share) => (share === null ? null : 100 * share);

function seedText({ seed, status, reached }) {
  const others = { missing: "not run yet", diverged: "diverged" };
  return `seed ${seed}: ${others[status] ?? (reached === null ? "finished" : percent(reached))}`;
}

function choose(number) {
  const { result, runs } = points[number];
  list.value = number;
  byId("result").textContent = `Mean validation accuracy: ${result}`;
  byId("seeds").replaceChildren(...runs.map((run) => make("li", {}, seedText(run))));
  for (const one of document.querySelectorAll("[data-point]"))
    one.classList.toggle("chosen", one.dataset.point === String(number));
  // What comes last lies on top: neighbours would cover the frame of a cell.
  for (const one of document.querySelectorAll(".point.chosen")) one.parentNode.append(one);
  const measured = runs.filter((run) => run.epochs);
  accuracy.show(measured.map((run) => ({ ...run, values: run.accuracy.map(inPercent) })));
  loss.show(measured.map((run) => ({ ...run, values: run.loss })));
}

function chooseByKey(event) {
  const steps = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
  const ends = { Home: 0, End: points.length - 1 };
  const next = ends[event.key] ?? Number(list.value) + steps[event.key];
  if (Number.isNaN(next)) return;
  event.preventDefault();
  choose(clamp(next, 0, points.length - 1));
}

document.documentElement.classList.add("js");
byId("panels").append(accuracy.element, loss.element);
list.addEventListener("change", () => choose(Number(list.value)));
for (const chart of charts) {
  chart.setAttribute("tabindex", "0");
  chart.addEventListener("keydown", chooseByKey);
}
document.addEventListener("click", (event) => {
  const point = event.target.closest("[data-point]");
  if (point) choose(Number(point.dataset.point));
});
choose(Number(list.value));
document.documentElement.classList.add("ready");
