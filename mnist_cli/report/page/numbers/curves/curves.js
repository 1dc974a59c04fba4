// ---- curves: loss, accuracy and gradients over the epochs

SECTIONS.curves = (_state, section) => {
  for (const figure of section.querySelectorAll(".curve")) new Chart(figure);
};
