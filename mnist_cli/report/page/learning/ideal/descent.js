// ---- descent: gradient descent on a picture, until the network reads a certain digit
// A step that makes the cost larger is too long: it is not taken, and the next one is half as long.

const MOST_PICTURE_STEPS = 300;
const PICTURE_STEP = 8; // of 255: how far the pixel moves that moves most, at first
const SHORTEST_STEP = 1;
const GOOD_SCORE = 0.95;

const isGood = (scores, digit) => reading(scores).digit === digit && scores[digit] >= GOOD_SCORE;

class Descent {
  constructor(network, picture, digit) {
    Object.assign(this, { network, picture, digit, length: PICTURE_STEP, steps: 0 });
    this.layers = network.layers(toBytes(picture));
  }

  get isOver() {
    const isRead = isGood(this.layers.a[this.network.depth], this.digit);
    return isRead || this.length < SHORTEST_STEP || this.steps === MOST_PICTURE_STEPS;
  }

  step() {
    const { network, digit } = this;
    const picture = this.moved();
    const layers = network.layers(toBytes(picture));
    this.steps++;
    if (costAt(network, layers, digit) < costAt(network, this.layers, digit))
      Object.assign(this, { picture, layers });
    else this.length /= 2;
  }

  // The gradient with respect to the inputs is one product further than the first layer's δ.
  moved() {
    const { network, layers, digit, length } = this;
    const slope = errorsBefore(network, 0, deltasOf(network, layers, digit)[0]);
    const factor = length / Math.max(...slope.map(Math.abs), 1e-300);
    return this.picture.map((value, i) => clamp(value - factor * slope[i], 0, 255));
  }
}
