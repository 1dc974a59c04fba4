// ---- thumbnails: small pictures to choose from

// A test image that goes into the drawing pad when it is chosen.
function thumbnail(state, place, label, ...caption) {
  const canvas = make("canvas", { class: "tile", "data-size": 56, "aria-hidden": "true" });
  drawCells(canvas, state.testImage(place));
  return make(
    "button",
    {
      type: "button",
      class: "thumbnail",
      "data-item": place,
      "aria-label": label,
      onclick: () => state.tryImage(place),
    },
    canvas,
    ...caption,
  );
}
