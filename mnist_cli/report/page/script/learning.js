// ---- learning: what the sections about learning share

const CANNOT_LEARN = "This page cannot compute the loss of this training, so it cannot learn.";

// Can the page learn? If it does not know the loss of the training, the section says so.
function learns(state, section) {
  if (state.own.every(lossOf)) return true;
  section.replaceChildren(section.querySelector("h2"), make("p", {}, CANNOT_LEARN));
  return false;
}

// What `update` shows is brought up to date once nothing has changed for a moment, and only while
// the section is on the screen: nothing is computed that nobody sees.
function whileSeen(section, update) {
  let [isSeen, isDue, timer] = [false, false, 0];
  const work = () => {
    if (!isSeen || !isDue) return;
    isDue = false;
    update();
  };
  new IntersectionObserver((entries) => {
    isSeen = entries[entries.length - 1].isIntersecting;
    work();
  }).observe(section);
  return () => {
    isDue = true;
    clearTimeout(timer);
    timer = setTimeout(work, 100);
  };
}

// Numbers a later call of which makes the earlier ones stale: `const isStale = begin()`.
function latest() {
  let run = 0;
  return () => {
    const own = ++run;
    return () => own !== run;
  };
}

const testShare = ({ accuracy, right }, sample) =>
  `${percent(accuracy, 1)} (${right} of ${sample.name})`;

// The name of the quantity that the network's training makes smaller.
const costName = ({ facts }) => (facts.loss_name === "mse" ? "cost" : "cost (cross-entropy)");
