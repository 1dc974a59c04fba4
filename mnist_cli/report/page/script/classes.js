// ---- classes: the names of the outputs, and the words for what an image shows
// A digit is written as it is; any other name in quotes, so that one sees where it ends.

const isOfDigits = ({ classes }) => classes.every((name) => /^[0-9]$/.test(name));

const nameOf = ({ classes }, number) => classes[number];

// As a noun: "a 7", or “Ankle boot”.
function aClass(facts, number) {
  const name = nameOf(facts, number);
  return isOfDigits(facts) ? `a ${name}` : `“${name}”`;
}

// Inside a sentence: 7, or “Ankle boot”.
function quoted(facts, number) {
  return isOfDigits(facts) ? nameOf(facts, number) : `“${nameOf(facts, number)}”`;
}

const classWord = (facts) => (isOfDigits(facts) ? "digit" : "class");

const imageWord = (facts) => (isOfDigits(facts) ? "digit" : "image");
