// ---- curves: loss, accuracy and gradients over the epochs

// The three charts of one network; one without gradients leaves its place empty.
function drawCurves(facts, container, isOne) {
  const { history } = facts;
  if (!history.length) {
    container.append(make("p", {}, "No epoch was finished, so there are no curves."));
    return;
  }
  const epochs = history.map(({ epoch }) => epoch);
  const values = (name) => history.map((entry) => entry[name]);
  const known = (...series) =>
    series.filter(({ values: all }) => all.some((value) => value !== null));
  const title = (text) => (isOne ? text : `${facts.name}: ${text}`);
  const best = facts.best_epoch;
  const places = [0, 1, 2].map(() => container.appendChild(make("div", { class: "panel" })));
  new Chart(places[0], {
    title: title("Loss"),
    epochs,
    best,
    format: threeDigits,
    series: known(
      { name: "training", values: values("loss") },
      { name: "validation", values: values("validation_loss") },
    ),
  });
  new Chart(places[1], {
    title: title("Accuracy"),
    epochs,
    best,
    format: (v) => percent(v, 1),
    series: known(
      { name: "training", values: values("training_accuracy") },
      { name: "validation", values: values("validation_accuracy") },
    ),
  });
  const layers = facts.layer_sizes.length - 1;
  const ofLayer = (i) => ({
    name: i === layers - 1 ? "outputs" : `layer ${i + 1}`,
    values: history.map((entry) => entry.gradient_norms[i] ?? null),
  });
  const gradients = known(...[...Array(layers).keys()].map(ofLayer));
  if (gradients.length)
    new Chart(places[2], {
      title: title("Length of the gradient"),
      epochs,
      logarithmic: true,
      format: threeDigits,
      series: gradients,
    });
}

SECTIONS.curves = (state) => {
  const { networks } = state.data;
  const panels = byId("curves-panels");
  panels.classList.toggle("pair", networks.length > 1);
  for (const facts of networks) drawCurves(facts, panels, networks.length === 1);
};
