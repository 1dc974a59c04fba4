// ---- draw: the pad, the network and its answer

const EXAMPLE = 3; // digit shown until somebody draws

SECTIONS.draw = (state) => {
  const pad = new Pad(state, byId("pad"), elementsOf("pad"));
  window.mnist.pad = pad;
  byId("bench").classList.toggle("pair", state.networks.length > 1);
  const views = state.networks.map((_, index) => startView(state, index));
  byId("pulse").addEventListener("click", () => {
    for (const { diagram } of views) diagram.startPulse();
  });
  state.board = {
    showEdges(arrays, { caption = "" } = {}) {
      byId("edges-caption").textContent = caption;
      views[0].diagram.showEdges(arrays);
    },
  };
  const announce = whenAtRest((text) => {
    byId("status").textContent = text;
  });
  state.onChange(() => {
    drawCells(byId("seen"), state.answers[0].seen);
    announce(views.map((view) => view.update()).join(" "));
  });
  state.onTry((place) => {
    loadTestImage(state, pad, place);
    goTo("draw");
    byId("pad").focus({ preventScroll: true });
  });
  loadTestImage(state, pad, examplePlace(state), true);
};

// The diagram of one network, and its answer beside it.
function startView(state, index) {
  const stage = byId("stages").appendChild(make("div", { class: "stage" }));
  const panel = byId("answers").appendChild(make("div", { class: "answer" }));
  if (state.networks.length > 1) stage.append(make("h3", {}, state.networks[index].facts.name));
  const room = stage.appendChild(make("div", { class: "room" }));
  const diagram = new Diagram(state, index, room);
  const answer = new Answer(state, index, panel);
  const update = () => {
    diagram.update();
    return answer.update(state.answers[index]);
  };
  return { diagram, update };
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

function loadTestImage(state, pad, place, isExample = false) {
  const hint = isExample ? " Draw over it: your first stroke clears it away." : "";
  const about = `Test image ${state.rows[place]} of the data set, a ${state.labels[place]}.${hint}`;
  pad.load(state.testImage(place), about, state.labels[place], isExample);
}

// An example that the network reads right, if there is one.
function examplePlace(state) {
  const { sample } = state.data;
  const [network] = state.networks;
  const answer = (place) => reading(network.scores(network.seen(state.testImage(place)))).digit;
  const isGood = (place) => state.labels[place] === EXAMPLE && answer(place) === EXAMPLE;
  return sample.find(isGood) ?? sample[0];
}
