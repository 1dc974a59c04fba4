// ---- elements: making, finding and moving between parts of the page

const byId = (id) => document.getElementById(id);

// Text becomes text, never markup: what the page shows can hold no code.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// However often it is called, the work is done once, before the next picture is shown.
function oncePerFrame(work) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      work();
    });
  };
}

// A section that is not on the screen is brought up to date when it comes near, and for the printer.
function lazily(section, update) {
  let [isNear, isBehind] = [false, false];
  const catchUp = () => {
    if (isBehind) update();
    isBehind = false;
  };
  const watch = (entries) => {
    isNear = entries[entries.length - 1].isIntersecting;
    if (isNear) catchUp();
  };
  new IntersectionObserver(watch, { rootMargin: "50%" }).observe(section);
  addEventListener("beforeprint", catchUp);
  return () => {
    isBehind = true;
    if (isNear) catchUp();
  };
}

const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// One tab stop for a whole widget; `move(item, key)` returns the item that an arrow key leads to.
function rove(container, move) {
  const items = () => [...container.querySelectorAll("[data-item]")];
  const settle = (chosen) => {
    for (const item of items()) item.tabIndex = item === chosen ? 0 : -1;
  };
  container.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-item]");
    const next = item && move(item, event.key, items());
    if (!next) return;
    event.preventDefault();
    settle(next);
    next.focus();
  });
  container.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-item]");
    if (item) settle(item);
  });
  if (items().length) settle(items()[0]);
}

// Arrow keys in rows of `columns` items; a function, where their number depends on the width.
function gridMove(columns) {
  return (item, key, items) => {
    const width = typeof columns === "function" ? columns(items) : columns;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width };
    if (key === "Home") return items[0];
    if (key === "End") return items[items.length - 1];
    return key in steps ? items[items.indexOf(item) + steps[key]] : null;
  };
}

// Number of items that stand beside each other in the first row.
function itemsPerRow(items) {
  const top = items[0].offsetTop;
  const next = items.findIndex((item) => item.offsetTop > top);
  return next < 0 ? items.length : next;
}

const percent = (share, digits = 2) => `${(100 * share).toFixed(digits)}%`;
const grouped = (count) => count.toLocaleString("en-US");
const counted = (count, noun) => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

// A number with its sign, a real minus, and no more digits than one can read.
function signed(value, digits = 2) {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : (value < 0 ? "−" : "+") + text;
}

function plain(value, digits = 2) {
  return value < 0 && Number(value.toFixed(digits)) !== 0
    ? signed(value, digits)
    : Math.abs(value).toFixed(digits);
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

// The elements whose ids begin with a prefix, by the rest: "film-play" is `play`, and
// "break-nonsense-text" is `nonsenseText`.
function elementsOf(prefix) {
  const found = document.querySelectorAll(`[id^="${prefix}-"]`);
  const key = (id) =>
    id.slice(prefix.length + 1).replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  return Object.fromEntries([...found].map((element) => [key(element.id), element]));
}

const goTo = (id) => byId(id).scrollIntoView({ behavior: reducedMotion() ? "auto" : "smooth" });
