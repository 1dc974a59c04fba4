// ---- draw: the pad, the network and its answer, put together

SECTIONS.draw = (state, section, example) => {
  const pad = new Pad(state, byId("pad"), elementsOf("pad"));
  const board = new Board(state, pad, elementsOf("board"));
  state.board = board;
  window.mnist.pad = pad;
  listenToBoard(state, board, section);
  const announce = whenAtRest((text) => {
    byId("status").textContent = text;
  });
  state.onNetwork(() => board.changeNetwork());
  state.onChange(() => announce(board.update()));
  state.onTry((place) => {
    board.loadTest(place);
    goTo("draw");
    byId("pad").focus({ preventScroll: true });
  });
  board.loadTest(example, true);
};

function listenToBoard(state, board, section) {
  const { forward, backward, pause, own, which } = board.parts;
  forward.addEventListener("click", () => board.playForward());
  backward.addEventListener("click", () => board.playBackward());
  pause.addEventListener("click", () => board.pressPause());
  own.addEventListener("click", () => state.restoreNetwork());
  section.addEventListener("keydown", (event) => {
    if (event.key === "Escape") state.release();
  });
  fillChoice(state, which);
  addEventListener("beforeprint", () => setPrinting(board, true));
  addEventListener("afterprint", () => setPrinting(board, false));
}

// Where there are two networks, one of them stands on the board.
function fillChoice(state, container) {
  container.hidden = state.own.length === 1;
  const buttons = state.own.map(({ facts }, index) =>
    make("button", { type: "button", onclick: () => state.lookAt(index) }, facts.name),
  );
  const mark = () =>
    buttons.forEach((button, index) => {
      button.setAttribute("aria-pressed", String(index === state.shown));
    });
  container.append(...buttons);
  state.onNetwork(mark);
  mark();
}

// Paper has a width of its own: the board is laid out for it before it is printed.
function setPrinting(board, isPrinting) {
  document.documentElement.classList.toggle("printing", isPrinting);
  board.diagram.isPrinting = isPrinting;
  board.diagram.layout();
  board.pad.view.paint();
}

// Only the last value counts, once there were no others for a while: a screen reader must not be
// interrupted with every stroke.
function whenAtRest(say) {
  let timer = 0;
  return (value) => {
    clearTimeout(timer);
    timer = setTimeout(() => say(value), 400);
  };
}
