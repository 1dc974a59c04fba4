// ---- colours: one scale for ink, one for signed numbers
// Blue is positive and pushes up, orange is negative and pushes down, as in the lectures. The two
// differ for every kind of colour vision, and a sign or dashes stand beside them. All pictures lie on the same dark board, in light and dark pages alike: chalk, as in the lectures.

const BOARD = ofStyle("--board");
const CHALK = ofStyle("--chalk");
const NEUTRAL = ofStyle("--neutral");
const NEGATIVE = ofStyle("--negative");
const POSITIVE = ofStyle("--positive");

// A colour that stands in style.css as rgb(red green blue).
function ofStyle(name) {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name);
  return text.match(/\d+/g).map(Number);
}

const blend = (from, to, share) =>
  from.map((value, i) => Math.round(value + (to[i] - value) * share));
const css = ([red, green, blue], alpha = 1) => `rgb(${red} ${green} ${blue} / ${alpha})`;

// 0 paper to 1 ink.
const inkColour = (share) => blend(BOARD, CHALK, clamp(share, 0, 1));

// -1 to 1; the root lets small weights still be seen.
function signedColour(value) {
  const share = Math.sqrt(clamp(Math.abs(value), 0, 1));
  return blend(NEUTRAL, value < 0 ? NEGATIVE : POSITIVE, share);
}

// Black or white, whichever reads better on a colour (WCAG relative luminance).
function textOn(colour) {
  const linear = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  return luminance > 0.179 ? [0, 0, 0] : [255, 255, 255];
}

// How bright a neuron is: its activation, as a share of the most in its layer where the range of
// the activation has no end.
function brightness(value, { low, high }, most) {
  return Number.isFinite(high - low) ? value : value / Math.max(most, 1e-9);
}

const neuronColour = (share) =>
  share < 0 ? blend(BOARD, NEGATIVE, Math.min(-share, 1)) : inkColour(share);
