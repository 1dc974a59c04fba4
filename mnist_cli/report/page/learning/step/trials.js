// ---- trials: the same experiment with every mistake that the page carries

const MOST_STEPS = 50;

// For each mistake, from the same network: steps of its gradient alone until it is read right.
async function tryMistakes(state, network, learningRate) {
  const [sample, rest, found] = [testSample(state), restNowAndThen(), []];
  for (const { image } of state.data.sections.mistakes) {
    const { steps, after } = stepUntilRight(network, state, image, learningRate);
    if (steps !== null) found.push({ steps, accuracy: (await sample.measure(after)).accuracy });
    await rest();
  }
  return found;
}

function stepUntilRight(network, state, place, learningRate) {
  const [seen, label] = [network.seen(state.testImage(place)), state.labels[place]];
  let after = network;
  for (let steps = 0; steps <= MOST_STEPS; steps++) {
    if (reading(after.scores(seen)).digit === label) return { steps, after };
    const { gradient } = backpropagate(after, [seen], [label]);
    after = moved(after, gradient.vector, -learningRate);
  }
  return { steps: null, after };
}

function trialsInWords(found, count, learningRate, before) {
  if (!found.length)
    return `None of ${counted(count, "mistake")} became right in ${MOST_STEPS} steps of η ${learningRate}.`;
  const steps = counted(median(found.map((one) => one.steps)), "step");
  const accuracy = percent(median(found.map((one) => one.accuracy)), 1);
  return `${found.length} of ${counted(count, "mistake")} became right, each from the same network, with steps of η ${learningRate} on its image alone. The median: ${steps}, and an accuracy of ${accuracy} afterwards, ${percent(before, 1)} before.`;
}
