// ---- downhill: a straight walk through the cost, along the negative gradient
// From the network on the board, t = 1 is a move by LENGTH of the length of all its parameters.

const [LENGTH, PLACES, RANDOM_SEED] = [0.05, 41, 3];

class Downhill {
  constructor(state, elements) {
    Object.assign(this, { state, elements, sample: testSample(state), begin: latest() });
    this.chart = new SlopeChart(elements.chart);
    this.base = null;
    elements.measure.addEventListener("click", () => this.measure());
    elements.place.addEventListener("input", () => this.roll());
    elements.restore.addEventListener("click", () => state.restoreNetwork());
  }

  // Both directions from the network of this moment, and the cost along them.
  async measure() {
    const { state, sample, elements } = this;
    const [isStale, base] = [this.begin(), state.network];
    Object.assign(this, { base, curves: [[], []] });
    this.place(0);
    elements.place.disabled = true;
    elements.text.textContent = `Measuring the average cost of ${sample.name} …`;
    const gradient = await sample.gradient(base);
    if (isStale()) return;
    if (!gradient.vector.every(Number.isFinite)) {
      this.giveUp();
      return;
    }
    this.directions = [scaledTo(gradient.vector, -reach(base)), randomDirection(base)];
    for (const [number, direction] of this.directions.entries()) {
      if (!(await this.follow(base, direction, this.curves[number], isStale))) return;
    }
    elements.place.disabled = false;
    tried(elements.slope);
    elements.slope.textContent = slopeInWords(this.curves, base);
    this.tell();
  }

  giveUp() {
    this.curves = [[], []];
    this.chart.show(this.curves);
    this.elements.text.textContent = "The cost is not a number here. Restore the trained network.";
  }

  // The cost at every t of a direction; it is drawn as it comes. False: the walk ends here.
  async follow(base, direction, curve, isStale) {
    for (let i = 0; i < PLACES; i++) {
      const t = (2 * i) / (PLACES - 1) - 1;
      const measured = await this.sample.measure(moved(base, direction, t), isStale);
      if (!measured || isStale()) return false;
      if (!Number.isFinite(measured.cost)) {
        this.giveUp(); // squares overflow before the gradient does
        return false;
      }
      curve.push({ t, ...measured });
      this.chart.show(this.curves);
    }
    return true;
  }

  // The ball is where the slider is; the network of that place is on the board.
  roll() {
    const t = Number(this.elements.place.value);
    const network = t === 0 ? this.base : moved(this.base, this.directions[0], t);
    this.isRolling = true;
    this.state.setNetwork(network, `t = ${plain(t)} along −∇C`);
    this.isRolling = false;
    this.place(t);
    this.tell();
  }

  place(t) {
    const { place } = this.elements;
    place.value = String(t);
    place.setAttribute("aria-valuetext", plain(t));
    place.nextElementSibling.textContent = plain(t);
  }

  tell() {
    const t = Number(this.elements.place.value);
    const here = this.curves[0].find((one) => Math.abs(one.t - t) < 1e-6);
    this.chart.show(this.curves, here);
    this.elements.text.textContent = `At t = ${plain(t)}: average cost ${plain(here.cost, 4)}, accuracy ${testShare(here, this.sample)}.`;
  }

  // The network on the board has changed, perhaps by another part of the page.
  followNetwork() {
    const { elements, state } = this;
    elements.restore.disabled = state.isOwn;
    if (!this.base || this.isRolling) return;
    if (state.isOwn && state.network === this.base && !elements.place.disabled) {
      this.place(0);
      this.tell();
      return;
    }
    this.begin();
    elements.place.disabled = true;
    elements.text.textContent = "Another network is on the board: take the gradient again.";
  }
}

const lengthOf = (vector) => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

const reach = (network) => LENGTH * lengthOf(network.parameters);

function scaledTo(vector, length) {
  const factor = length / Math.max(lengthOf(vector), 1e-300);
  return vector.map((value) => value * factor);
}

// Every number from the same normal distribution: no direction is preferred.
function randomDirection(network) {
  const random = new Generator([RANDOM_SEED]);
  return scaledTo(
    Float64Array.from(network.parameters, () => random.normal()),
    reach(network),
  );
}

// The valley along -∇C, and how little happens along the other line.
function slopeInWords([steepest, random], network) {
  const low = steepest.reduce((best, one) => (one.cost < best.cost ? one : best));
  const here = steepest.find(({ t }) => Math.abs(t) < 1e-6);
  const end = steepest[steepest.length - 1];
  const spread = Math.max(...random.map(({ cost }) => Math.abs(cost - here.cost)));
  const rises =
    end.cost > here.cost
      ? " Farther on it rises again, above where it began: so a step can be too long, which is what a learning rate that is too large does."
      : "";
  const length = `t = 1 is ${percent(LENGTH, 0)} of the length of all ${grouped(network.parameters.length)} parameters.`;
  return `Along −∇C the average cost is lowest at t = ${plain(low.t)}: ${plain(low.cost, 4)}, against ${plain(here.cost, 4)} at t = 0.${rises} Along the random direction it changes by ${spread < 1e-4 ? "less than 0.0001" : `at most ${plain(spread, 4)}`}. ${length}`;
}

SECTIONS.downhill = (state, section) => {
  if (!learns(state, section)) return;
  section.classList.add("untried");
  const downhill = new Downhill(state, elementsOf("downhill"));
  state.onNetwork(() => downhill.followNetwork());
  whileSeen(section, () => downhill.measure())();
};
