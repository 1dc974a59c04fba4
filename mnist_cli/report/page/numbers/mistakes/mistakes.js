// ---- mistakes: the most confident wrong answers

SECTIONS.mistakes = (state, _section, worst) => {
  const container = byId("mistakes-list");
  if (!worst.length) {
    container.append(make("p", {}, "There are no mistakes among the test images."));
    return;
  }
  const items = worst.map(({ image, answer, confidence }) => {
    const { facts, labels } = state;
    const [digit, read] = [labels[image], answer].map((number) => quoted(facts, number));
    const wrong = `${aClass(facts, labels[image])}, read as ${read} with confidence ${surely(confidence)}`;
    const label = `Test image ${state.rows[image]}: ${wrong}. Try it`;
    const caption = make(
      "span",
      { class: "caption" },
      make("b", {}, `${digit} read as ${read}`),
      make("span", {}, surely(confidence)),
    );
    return thumbnail(state, image, label, caption);
  });
  container.append(...items);
  rove(container, gridMove(itemsPerRow));
};

// Nothing is entirely sure; the twin of `sureness` in mnist_cli/wording.py.
function surely(confidence) {
  return confidence > 0.999 ? ">99.9%" : percent(confidence, 1);
}
