// ---- break it: the test images are made worse, neurons are silenced
// The embedded test images are turned, shifted and made noisy, in this order. Then they go through
// the network as always, with the neurons that were silenced.

const [CHUNK, EXAMPLES] = [40, 12];
const UNCHANGED = { noise: 0, across: 0, down: 0, turn: 0 };

class BreakIt {
  constructor(state, elements) {
    Object.assign(this, { state, elements, network: state.networks[0] });
    this.canvases = state.data.sample
      .slice(0, EXAMPLES)
      .map(() => make("canvas", { class: "tile", "data-size": 56, "aria-hidden": "true" }));
    elements.examples.append(...this.canvases);
    this.measureSoon = oncePerFrame(() => this.measure());
    for (const slider of this.sliders()) slider.addEventListener("input", () => this.measureSoon());
    elements.silence.addEventListener("click", () =>
      state.toggleSilence(state.selected.layer, state.selected.number),
    );
    elements.reset.addEventListener("click", () => this.reset());
    this.run = 0;
  }

  // The button names the neuron that is chosen now.
  update() {
    const { layer, number } = this.state.selected;
    const isSilenced = this.state.silenced.has(`${layer}:${number}`);
    this.elements.silence.textContent = `Silence ${neuronName(this.network, layer, number)}`;
    this.elements.silence.setAttribute("aria-pressed", String(isSilenced));
  }

  sliders() {
    const { noise, across, down, turn } = this.elements;
    return [noise, across, down, turn];
  }

  reset() {
    for (const slider of this.sliders()) slider.value = "0";
    this.state.silenced.clear();
    this.state.notify();
    this.measureSoon();
  }

  // A new run stops the one before; in between the page can react.
  async measure() {
    const run = ++this.run;
    const [settings, silenced] = [this.settings(), this.state.silenced];
    this.describe(settings);
    this.drawExamples(settings);
    const normal = this.normal ?? (await this.countRight(run, UNCHANGED, NONE_SILENCED));
    if (run !== this.run) return;
    this.normal = normal;
    const isChanged = silenced.size > 0 || Object.values(settings).some(Boolean);
    const right = isChanged ? await this.countRight(run, settings, silenced) : normal;
    if (run === this.run) this.showResult(right);
  }

  drawExamples(settings) {
    const { data } = this.state;
    this.canvases.forEach((canvas, i) => {
      const place = data.sample[i];
      drawCells(canvas, distorted(this.state.testImage(place), settings, place));
    });
  }

  // How many embedded test images are read right; null if another run has begun.
  async countRight(run, settings, silenced) {
    const { sample } = this.state.data;
    let right = 0;
    for (let start = 0; start < sample.length; start += CHUNK) {
      if (run !== this.run) return null;
      for (const place of sample.slice(start, start + CHUNK)) {
        const image = distorted(this.state.testImage(place), settings, place);
        const scores = this.network.scores(this.network.seen(image), silenced);
        right += reading(scores).digit === this.state.labels[place] ? 1 : 0;
      }
      await new Promise((resume) => setTimeout(resume));
    }
    return right;
  }

  settings() {
    const [noise, across, down, turn] = this.sliders().map((slider) => Number(slider.value));
    return { noise: noise / 100, across, down, turn };
  }

  describe({ noise, across, down, turn }) {
    const { elements } = this;
    const texts = [
      percent(noise, 0),
      `${plain(across, 0)} px`,
      `${plain(down, 0)} px`,
      `${plain(turn, 0)}°`,
    ];
    this.sliders().forEach((slider, i) => {
      slider.setAttribute("aria-valuetext", texts[i]);
      slider.nextElementSibling.textContent = texts[i];
    });
    const names = [...this.state.silenced].map((name) =>
      neuronName(this.network, ...name.split(":").map(Number)),
    );
    elements.silenced.textContent = names.length
      ? `Silenced: ${names.join("; ")}.`
      : "No neuron is silenced.";
  }

  showResult(right) {
    const count = this.state.data.sample.length;
    const [share, normal] = [right, this.normal].map((number) => percent(number / count, 1));
    this.elements.accuracy.textContent = share;
    this.elements.meter.style.width = share;
    this.elements.detail.textContent = `${right} of ${count} embedded test images read right; ${normal} without any change.`;
  }
}

// Random numbers that are the same on every machine (mulberry32 by Tommy Ettinger, public domain).
function generator(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

function distorted(image, { noise, across, down, turn }, seed) {
  const moved =
    across || down || turn ? displaced(image, across, down, (turn * Math.PI) / 180) : image;
  if (!noise) return moved;
  const random = generator(seed + 1);
  return moved.map((value) => Math.round(value * (1 - noise) + 255 * random() * noise));
}

// Turn about the middle, then shift; read between the pixels.
function displaced(image, across, down, angle) {
  const grid = new Grid(SIDE, SIDE, image);
  const [cos, sin, middle] = [Math.cos(angle), Math.sin(angle), (SIDE - 1) / 2];
  const result = grid.map((column, row) => {
    const [dx, dy] = [column - across - middle, row - down - middle];
    const [x, y] = [cos * dx + sin * dy + middle, cos * dy - sin * dx + middle];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [fx, fy] = [x - left, y - top];
    const upper = grid.at(left, top) * (1 - fx) + grid.at(left + 1, top) * fx;
    const lower = grid.at(left, top + 1) * (1 - fx) + grid.at(left + 1, top + 1) * fx;
    return Math.round(upper * (1 - fy) + lower * fy);
  });
  return Uint8Array.from(result.data);
}

SECTIONS.break_it = (state, section) => {
  const trial = new BreakIt(state, elementsOf("break"));
  new Noise(state, elementsOf("noise"));
  // The first measurement, and each after a neuron was silenced, waits until the section is near.
  let silenced = null;
  const catchUp = () => {
    trial.update();
    const names = [...state.silenced].join();
    if (names !== silenced) trial.measureSoon();
    silenced = names;
  };
  state.onChange(lazily(section, catchUp));
};
