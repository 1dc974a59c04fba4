// ---- random: NumPy's default_rng, so that a seed draws here what it draws in Python
// The same algorithms: SeedSequence and PCG64 XSL-RR (O'Neill), the ziggurat of the normal
// distribution (Marsaglia and Tsang 2000; Doornik 2005). A normal number may differ in its last bits
// of 53, because the layers' edges are computed here; in float32 it is the same.

const PCG_MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const bits64 = (value) => BigInt.asUintN(64, value);

class Generator {
  // `seeds` are whole numbers below 2**32: default_rng([5, 0]) is new Generator([5, 0]).
  constructor(seeds) {
    const [high, low, highStep, lowStep] = seedWords(seeds);
    this.increment = BigInt.asUintN(128, (((highStep << 64n) | lowStep) << 1n) | 1n);
    this.state = this.increment + ((high << 64n) | low);
    this.step();
    this.half = null; // the upper half of 64 bits, kept for the next 32
  }

  step() {
    this.state = BigInt.asUintN(128, this.state * PCG_MULTIPLIER + this.increment);
  }

  next64() {
    this.step();
    const mixed = bits64((this.state >> 64n) ^ this.state);
    const turn = this.state >> 122n;
    return bits64((mixed >> turn) | (mixed << (64n - turn)));
  }

  next32() {
    if (this.half !== null) {
      const kept = this.half;
      this.half = null;
      return kept;
    }
    const both = this.next64();
    this.half = Number(both >> 32n);
    return Number(both & 0xffffffffn);
  }

  // From 0 to 1, without 1.
  uniform() {
    return Number(this.next64() >> 11n) / 2 ** 53;
  }

  // From 0 to `most`, all equally often: as many bits as `most` has, again where they are too large.
  below(most) {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const value = (this.next32() & mask) >>> 0;
      if (value <= most) return value;
    }
  }

  // 0 to count - 1 in random order.
  permutation(count) {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.below(i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  // Of the normal distribution with mean 0 and variance 1. Nearly always the point lies in the part
  // of its layer that is below the curve as a whole.
  normal() {
    for (;;) {
      const drawn = this.next64();
      const layer = Number(drawn & 0xffn);
      const share = Number((drawn >> 9n) & 0xfffffffffffffn);
      const sign = drawn & 0x100n ? -1 : 1;
      const x = share * LAYERS.width[layer];
      if (share < LAYERS.inside[layer]) return sign * x;
      if (layer === 0) return (drawn & (1n << 17n) ? -1 : 1) * this.tail();
      const [high, low] = [LAYERS.height[layer - 1], LAYERS.height[layer]];
      if ((high - low) * this.uniform() + low < bell(x)) return sign * x;
    }
  }

  // Beyond the last layer.
  tail() {
    for (;;) {
      const x = -Math.log1p(-this.uniform()) / FARTHEST;
      const y = -Math.log1p(-this.uniform());
      if (y + y > x * x) return FARTHEST + x;
    }
  }
}

// -- 256 layers of the same area under exp(-x²/2), the first one with the tail

const FARTHEST = 3.654152885361009;
const AREA = 0.004928673233974655;
const bell = (x) => Math.exp(-0.5 * x * x);
const LAYERS = ziggurat();

function ziggurat() {
  const [width, inside, height] = [[], [], []];
  let x = FARTHEST;
  for (let layer = 255; layer > 0; layer--) {
    const above = layer > 1 ? Math.sqrt(-2 * Math.log(AREA / x + bell(x))) : 0;
    width[layer] = x / 2 ** 52;
    inside[layer] = (above / x) * 2 ** 52;
    height[layer] = bell(x);
    x = above;
  }
  const base = AREA / bell(FARTHEST);
  [width[0], inside[0], height[0]] = [base / 2 ** 52, (FARTHEST / base) * 2 ** 52, 1];
  return { width, inside, height };
}

// -- seeds become four numbers of 64 bits

function seedWords(seeds) {
  const hash = hasher(0x43b0d7e5, 0x931e8875);
  const pool = Array.from({ length: 4 }, (_, i) => hash(seeds[i] ?? 0));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from !== to) pool[to] = mixed(pool[to], hash(pool[from]));
    }
  }
  const last = hasher(0x8b51f9dd, 0x58f38ded);
  const words = Array.from({ length: 8 }, (_, i) => BigInt(last(pool[i % 4])));
  return [0, 2, 4, 6].map((i) => words[i] | (words[i + 1] << 32n));
}

// A hash of 32 bits that differs from call to call.
function hasher(factor, multiplier) {
  return (value) => {
    const flipped = value ^ factor;
    factor = Math.imul(factor, multiplier);
    return folded(Math.imul(flipped, factor));
  };
}

const mixed = (x, y) => folded(Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y));
const folded = (value) => (value ^ (value >>> 16)) >>> 0;
