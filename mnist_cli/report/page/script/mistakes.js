// ---- mistakes: the most confident wrong answers

function drawMistakes(state, container, onImage) {
  const { worst } = state.data.networks[0];
  if (!worst.length) {
    container.append(make("p", {}, "There are no mistakes among the test images."));
    return;
  }
  const items = worst.map(({ image, answer, confidence }) => {
    const digit = state.labels[image];
    const label = `Test image ${state.rows[image]}: a ${digit}, read as ${answer} with confidence ${percent(confidence, 0)}. Try it`;
    const caption = make(
      "span",
      { class: "caption" },
      make("b", {}, `${digit} read as ${answer}`),
      make("span", {}, percent(confidence, 0)),
    );
    return thumbnail(state, image, label, onImage, caption);
  });
  container.append(...items);
  rove(container, gridMove(itemsPerRow));
}
