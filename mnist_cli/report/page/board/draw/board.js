// ---- board: the network, its answers, and the passes that run through it
// Other parts of the page have it as `state.board`.

class Board {
  constructor(state, pad, parts) {
    Object.assign(this, { state, pad, parts, edges: null, edgesCaption: "" });
    this.diagram = new Diagram(state, parts);
    this.pulse = new Pulse(() => this.show());
    this.answers = state.own.map((_, index) => {
      const panel = parts.answers.appendChild(make("div", { class: "answer" }));
      return new Answer(state, index, panel);
    });
    this.diagram.build();
  }

  // Other numbers on the lines than weight × activation: for each layer as many as weights, in the
  // same order; null shows weight × activation again.
  showEdges(arrays, { caption = "" } = {}) {
    Object.assign(this, { edges: arrays, edgesCaption: arrays ? caption : "" });
    this.state.notify();
  }

  // Put an image of 28x28 bytes on the pad, and the board on the screen; `label` is the digit that
  // the image shows, if that is known.
  load(image, about, label = null) {
    this.pad.load(image, about, label);
    goTo("draw");
  }

  // Put an embedded test image on the pad; an example goes away when somebody draws.
  loadTest(place, isExample = false) {
    const { rows, labels, facts } = this.state;
    const hint = isExample ? " Your first stroke clears it." : "";
    const about = `Test image ${rows[place]}, ${aClass(facts, labels[place])}.${hint}`;
    this.pad.load(this.state.testImage(place), about, labels[place], isExample);
  }

  playForward() {
    this.pulse.start("forward", this.state.network.depth);
  }

  // Errors and gradients come from `state.backward`, for an image whose label is known.
  playBackward() {
    if (this.canGoBack) this.pulse.start("backward", backwardSteps(this.state.network));
  }

  get canGoBack() {
    return this.state.backward !== null && this.state.label !== null;
  }

  // Something has changed; returns the answers as sentences. A pass ends when its digit changes.
  update() {
    const { image, label } = this.state;
    if (image !== this.image || label !== this.label) this.pulse.stop();
    Object.assign(this, { image, label });
    return this.show();
  }

  changeNetwork() {
    this.pulse.stop();
    this.diagram.build();
  }

  show() {
    if (!this.state.answers.length) return "";
    const scene = this.scene();
    this.diagram.draw(scene);
    this.parts.caption.textContent = scene.caption ?? this.edgesCaption;
    this.showControls();
    const isComing = this.pulse.kind === "forward";
    const said = this.answers.map((answer, index) =>
      isComing ? answer.wait() : answer.update(this.state.answers[index]),
    );
    return said.join(" ");
  }

  scene() {
    const { network, activity } = this.state;
    if (this.pulse.kind === "forward") return forwardScene(network, activity, this.pulse);
    if (this.pulse.kind === "backward") return this.backwardScene();
    return restScene(network, activity, this.edges);
  }

  backwardScene() {
    const { network, activity, image, label, backward } = this.state;
    const outputs = activity.a[network.depth];
    const error = Array.from(outputs, (a, digit) => a - (digit === label ? 1 : 0));
    return backwardScene(network, backward(network, image, label), error, this.pulse);
  }

  showControls() {
    const { forward, backward, pause, notice, title } = this.parts;
    const { kind, isPaused, isAtEnd } = this.pulse;
    forward.setAttribute("aria-pressed", String(kind === "forward"));
    backward.setAttribute("aria-pressed", String(kind === "backward"));
    backward.disabled = !this.canGoBack;
    pause.disabled = kind === null;
    pause.textContent = isAtEnd ? "Done" : isPaused ? "Go on" : "Pause";
    notice.hidden = this.state.isOwn;
    title.textContent = this.state.title;
  }

  // The middle button: pause, go on, and at the end of a backward pass back to the activations.
  pressPause() {
    if (this.pulse.isAtEnd) this.pulse.stop();
    else this.pulse.togglePause();
  }
}
