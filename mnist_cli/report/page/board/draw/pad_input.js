// ---- pad, input: drawing by mouse, pen, finger and keyboard

const MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-1, -1],
  PageUp: [1, -1],
  End: [-1, 1],
  PageDown: [1, 1],
};

function drawByPointer(pad, canvas) {
  let [pointer, box] = [null, null];
  // Where the pad is, is measured once per stroke: asking with every event forces a layout.
  const place = ({ clientX, clientY }) => [
    ((clientX - box.left) / box.width) * PAD,
    ((clientY - box.top) / box.height) * PAD,
  ];
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || pointer !== null) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    box = canvas.getBoundingClientRect();
    pad.view.moveCursor(place(event));
    pad.startStroke(pad.view.cursor);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (pointer !== event.pointerId) return;
    const parts = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const part of parts.length ? parts : [event]) pad.extend(place(part));
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(end, () => (pointer = null));
  }
  addEventListener("scroll", () => {
    if (pointer !== null) box = canvas.getBoundingClientRect();
  });
}

// Arrow keys move the pen, Space puts it down and lifts it.
function drawByKeyboard(pad, canvas) {
  const { view } = pad;
  const move = (steps, size) => {
    view.moveCursor(view.cursor.map((at, axis) => clamp(at + steps[axis] * size, 0, PAD)));
    if (view.isPenDown) pad.extend(view.cursor);
  };
  const setPen = (isDown) => {
    if (view.isPenDown === isDown) return;
    view.isPenDown = isDown;
    pad.controls.pen.textContent = isDown ? "Pen down." : "Pen up.";
    if (isDown) pad.startStroke(view.cursor);
    view.repaint();
  };
  const isUndo = ({ key, ctrlKey, metaKey }) =>
    key === "Backspace" || (key === "z" && (ctrlKey || metaKey));
  canvas.addEventListener("keydown", (event) => {
    if (event.key in MOVES) move(MOVES[event.key], event.shiftKey ? 1 : 2);
    else if (event.key === " " || event.key === "Enter") setPen(!view.isPenDown);
    else if (event.key === "e") pad.toggleEraser();
    else if (isUndo(event)) pad.undo();
    else if (event.key === "Delete") pad.clear();
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => setPen(false));
}
