// ---- main: everything put together

const EXAMPLE = 3; // digit shown until somebody draws

document.documentElement.classList.add("js");

async function start() {
  copyButtons();
  const data = await readData();
  const state = new State(data);
  const isOne = data.networks.length === 1;
  const curves = byId("curves-panels");
  curves.classList.toggle("pair", !isOne);
  for (const facts of data.networks) drawCurves(facts, curves, isOne);
  const tryImage = state.networks.length ? startLive(state) : () => {};
  const matrices = byId("confusion-panels");
  for (const place of [matrices, byId("confusion-results")]) place.classList.toggle("one", isOne);
  for (const facts of data.networks) {
    new Confusion(
      state,
      facts,
      matrices.appendChild(make("div", { class: "panel" })),
      tryImage,
      isOne,
    );
  }
  drawMistakes(state, byId("mistakes-list"), tryImage);
  document.documentElement.classList.add("ready");
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  return state;
}

// The parts that need the network itself. Returns what loads a test image into the pad.
function startLive(state) {
  document.documentElement.classList.add("live");
  const pad = new Pad(state, byId("pad"), {
    eraser: byId("pad-eraser"),
    undo: byId("pad-undo"),
    clear: byId("pad-clear"),
    save: byId("pad-save"),
    brush: byId("pad-brush"),
    about: byId("pad-about"),
    pen: byId("pad-pen"),
  });
  const goTo = (id) => byId(id).scrollIntoView({ behavior: reducedMotion() ? "auto" : "smooth" });
  const select = (layer, number) => state.select(layer, number);
  byId("bench").classList.toggle("pair", state.networks.length > 1);
  const views = state.networks.map((_, index) => startView(state, index, select));
  byId("pulse").addEventListener("click", () => {
    for (const { diagram } of views) diagram.startPulse();
  });
  const why = new Why(
    state,
    named("why", [
      "layer",
      "number",
      "silence",
      "name",
      "weights",
      "heard",
      "products",
      "plus",
      "minus",
      "equation",
    ]),
  );
  new FirstLayer(state, byId("first-tiles"), byId("first-note"), (layer, number) => {
    select(layer, number);
    goTo("why");
  });
  const film = new Film(
    state,
    named("film", ["slider", "play", "moment", "accuracy", "tiles", "bars", "note"]),
  );
  const trials = new Trials(state, {
    ...named("trial", [
      "noise",
      "across",
      "down",
      "turn",
      "silence",
      "reset",
      "nonsense",
      "accuracy",
      "meter",
      "detail",
      "silenced",
      "examples",
    ]),
    nonsenseText: byId("trial-nonsense-text"),
    nonsenseImage: byId("trial-nonsense-image"),
  });
  connect(state, views, why, film, trials);
  const load = (place, isExample) =>
    pad.load(
      state.pooled(place),
      `Test image ${state.rows[place]} of the data set, a ${state.labels[place]}.${isExample ? " Draw on it: it makes room for you." : ""}`,
      isExample,
    );
  load(examplePlace(state), true);
  window.mnist = { state, pad, preprocess, readPicture, Network, reading };
  return (place) => {
    load(place, false);
    goTo("draw");
    byId("pad").focus({ preventScroll: true });
  };
}

function startView(state, index, select) {
  const stage = byId("stages").appendChild(make("div", { class: "stage" }));
  const panel = byId("answers").appendChild(make("div", { class: "answer" }));
  if (state.networks.length > 1) stage.append(make("h3", {}, state.networks[index].facts.name));
  const room = stage.appendChild(make("div", { class: "room" }));
  return {
    diagram: new Diagram(state, index, room, index === 0 ? select : () => {}),
    answer: new Answer(state, index, panel),
  };
}

// Every change of the image runs through here, once per frame.
function connect(state, views, why, film, trials) {
  const status = byId("status");
  let speaking = 0;
  let silenced = null;
  const updateWhy = unhurried(byId("why"), (layers) => why.update(layers));
  const updateFilm = unhurried(byId("film"), () => film.update());
  const updateTrials = unhurried(byId("trials"), () => trials.update());
  state.onChange(() => {
    const layers = views.map(({ diagram }) => diagram.update());
    const texts = views.map(({ answer }, i) => answer.update(layers[i]));
    const { seen } = layers[0];
    drawCells(byId("seen"), seen);
    updateWhy(layers[0]);
    updateFilm();
    updateTrials();
    clearTimeout(speaking); // said when the pen rests
    speaking = setTimeout(() => (status.textContent = texts.join(" ")), 400);
    const names = [...state.silenced].join();
    if (names !== silenced) trials.later();
    silenced = names;
  });
}

// A digit that the network reads right, surely, if there is one.
function examplePlace(state) {
  const { sample } = state.data;
  const [network] = state.networks;
  const isGood = (place) =>
    state.labels[place] === EXAMPLE &&
    reading(network.scores(network.seen(state.pooled(place)))).digit === EXAMPLE;
  return sample.find(isGood) ?? sample[0];
}

function named(prefix, names) {
  return Object.fromEntries(names.map((name) => [name, byId(`${prefix}-${name}`)]));
}

function copyButtons() {
  for (const place of document.querySelectorAll(".command")) {
    const text = place.querySelector("code").textContent;
    const button = make("button", { type: "button" }, "Copy");
    button.addEventListener("click", async () => {
      button.textContent = (await copy(text)) ? "Copied" : "Press Ctrl+C";
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    place.append(button);
  }
}

// A page from disk may not use the clipboard everywhere; then the text is at least selected.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.body.appendChild(make("textarea", { readonly: true }, text));
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

// The words are on the screen before the numbers are unpacked.
requestAnimationFrame(() => setTimeout(start));
