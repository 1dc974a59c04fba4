"""What the exercises say in English."""

WORDS = {
    # the exercises
    "about sigmoid": "the sigmoid and its slope, without overflow",
    "about gradient-descent": "find a line through points by walking downhill",
    "about backprop": "the gradient of the cost, from the last layer to the first",
    # what is checked
    "cost": "cost",
    "last layer": "last layer",
    "layers before": "layers before",
    "sigmoid": "sigmoid",
    "large z": "large z",
    "slope": "slope",
    "loss": "loss",
    "slopes": "slopes",
    "step": "step",
    "result": "result: {right} of {total}",
    # around it
    "wrote": "Wrote {path}",
    "fill": "Fill the gaps.",
    "next": "Next: {command}",
    # the answers
    "open": "not done yet",
    "right": "right, differs by {difference}",
    "wrong": "{part} is wrong, differs by {difference}",
    "shape": "{part} must be {wanted}, got {got}",
    "a number": "a number",
    "count": "must return {wanted}, got {got}",
    "one value": "one value",
    "values": "{number} values",
    "no numbers": "{part} must be numbers, got {type}",
    "not finite": "{part} must be finite, got nan or infinity",
    "nothing": "returns nothing; write return before the result",
    # what may be the reason
    "turned": "a column times a row",
    "factor": "it is {factor} times what it must be",
    "no_slope": "σ'(z) = a (1 - a) is missing",
    "turned_weights": "rows and columns of w_after are exchanged; neuron i gets the sum of "
    "w_after[i, j] * delta_after[j]",
    "uphill": "this goes uphill",
    "overflow": "e^x is too large for a float; np.where computes both of its sides",
    "power": "a power is written **, not ^",
    # what went wrong while it ran
    "line": "line {line}: {text}",
    "missing": "no function {function} in the file; it must keep its name",
    "exit": "sys.exit ends the program; take it out",
    "input": "nobody can answer input() here; take it out",
    "memory": "asked for more than 2 GB of memory",
    "time": "ran longer than {seconds:g} s; is there a loop without an end?",
    "written": "wrote into the file in which its answers are kept; take out what does that",
    "ended": "ended Python itself, with exit code {code}; take out what ends or crashes it",
}
