// ---- arrays: the numbers and images that the page carries

const KINDS = {
  f4: Float32Array,
  i2: Int16Array,
  i1: Int8Array,
  u4: Uint32Array,
  u1: Uint8Array,
};

// The data of the page: facts as they stand in its JSON, and `array(name)` for the rest.
async function readData() {
  const facts = JSON.parse(byId("facts").textContent);
  const bytes = await window.mnist.inflate("arrays");
  const array = (name) => {
    const [kind, offset, count] = facts.arrays[name];
    return new KINDS[kind](bytes, offset, count);
  };
  return { ...facts, array };
}

// What a network knows of its limits, or null if nobody measured them.
function readCalibration(data, facts) {
  if (!facts.calibration) return null;
  return new Calibration(
    facts.calibration,
    data.array(`${facts.calibration.array}_means`),
    data.array(`${facts.calibration.array}_components`),
  );
}

// Parameters of a network as one vector; rounded ones are multiplied by the scale of their neuron.
function readParameters(data, name, sizes) {
  const values = data.array(name);
  if (!(`${name}_scales` in data.arrays)) return values;
  const scales = data.array(`${name}_scales`);
  const low = `${name}_low` in data.arrays ? data.array(`${name}_low`) : null;
  const whole = (i) => (low ? values[i] * 16 + ((low[i >> 1] >> (4 * (i & 1))) & 15) : values[i]);
  const result = new Float32Array(values.length);
  let place = 0;
  let first = 0;
  for (let layer = 1; layer < sizes.length; layer++) {
    const width = sizes[layer];
    for (let row = 0; row <= sizes[layer - 1]; row++) {
      const scale = row === sizes[layer - 1] ? first + width : first;
      for (let j = 0; j < width; j++, place++) result[place] = whole(place) * scales[scale + j];
    }
    first += 2 * width;
  }
  return result;
}
