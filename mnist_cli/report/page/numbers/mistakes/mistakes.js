// ---- mistakes: the most confident wrong answers

SECTIONS.mistakes = (state, _section, worst) => {
  const container = byId("mistakes-list");
  if (!worst.length) {
    container.append(make("p", {}, "There are no mistakes among the test images."));
    return;
  }
  const items = worst.map(({ image, answer, confidence }) => {
    const digit = state.labels[image];
    const wrong = `a ${digit}, read as ${answer} with confidence ${percent(confidence, 0)}`;
    const label = `Test image ${state.rows[image]}: ${wrong}. Try it`;
    const caption = make(
      "span",
      { class: "caption" },
      make("b", {}, `${digit} read as ${answer}`),
      make("span", {}, percent(confidence, 0)),
    );
    return thumbnail(state, image, label, caption);
  });
  container.append(...items);
  rove(container, gridMove(itemsPerRow));
};
