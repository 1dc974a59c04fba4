// ---- elements: finding and making parts of the page; text becomes text, never markup

const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

function fillIn(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const make = (tag, attributes = {}, ...children) =>
  fillIn(document.createElement(tag), attributes, children);
const makeSvg = (tag, attributes = {}, ...children) =>
  fillIn(document.createElementNS(SVG, tag), attributes, children);

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const percent = (share, digits = 2) => `${(100 * share).toFixed(digits)}%`;
