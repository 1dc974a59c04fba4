// ---- train: from random weights, on the board

SECTIONS.train = () => {};
