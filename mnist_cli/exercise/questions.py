"""What is asked of a pupil's functions, and the right answers, from `oracle`."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from mnist_cli.exercise import oracle
from mnist_cli.exercise.oracle import Array
from mnist_cli.exercise.runner import Call

SIZES = (784, 16, 16, 10)
EXTREMES = [-1e300, -1000.0, -800.0, 0.0, 800.0, 1000.0, 1e300]


class Question(NamedTuple):
    """One call and its answer.

    Attributes
    ----------
    call : the function and its arguments
    wanted : the right values by name, in the order in which they are returned
    mistakes : by the key of the words, the values that a well-known mistake gives
    """

    call: Call
    wanted: dict[str, Array]
    mistakes: dict[str, list[Array]]


class Task(NamedTuple):
    """A numbered part of an exercise; `name` is a key of the words."""

    name: str
    questions: list[Question]


def _question(
    function: str, arguments: list[Any], wanted: dict[str, Any], **mistakes: list[Any]
) -> Question:
    plain = [np.asarray(argument).tolist() for argument in arguments]
    arrays = {name: np.asarray(value, float) for name, value in wanted.items()}
    known = {key: list(map(np.asarray, values)) for key, values in mistakes.items()}
    return Question(Call(function, plain), arrays, known)


def sigmoid_tasks() -> list[Task]:
    """σ in the usual range, far outside it, and its slope."""
    usual, extreme = np.linspace(-20, 20, 41), np.array(EXTREMES)

    def values(z: Array) -> Array:
        return np.array([oracle.sigmoid(value) for value in z])

    rises = (values(usual + oracle.STEP) - values(usual - oracle.STEP)) / (2 * oracle.STEP)
    return [
        Task("sigmoid", [_question("sigmoid", [usual], {"sigmoid": values(usual)})]),
        Task("large z", [_question("sigmoid", [extreme], {"sigmoid": values(extreme)})]),
        Task("slope", [_question("slope", [usual], {"slope": rises})]),
    ]


def gradient_descent_tasks() -> list[Task]:
    """The loss of a line, its slopes, and a step."""
    rng = np.random.default_rng(1)
    x, y, line = rng.random(20), rng.random(20), np.array([0.7, -0.4])
    slopes = oracle.slopes_of(lambda: oracle.line_loss(line, x, y), line)
    w, b = line.tolist()
    moves = [0.1 * slope for slope in slopes.tolist()]
    step = _question(
        "step",
        [w, b, *slopes, 0.1],
        {"w": w - moves[0], "b": b - moves[1]},
        uphill=[w + moves[0], b + moves[1]],
    )
    return [
        Task("loss", [_question("loss", [w, b, x, y], {"loss": oracle.line_loss(line, x, y)})]),
        Task(
            "slopes",
            [
                _question(
                    "slopes", [w, b, x, y], dict(zip(("w_slope", "b_slope"), slopes, strict=True))
                )
            ],
        ),
        Task("step", [step]),
    ]


def backprop_tasks() -> list[Task]:
    """The cost of one image, the gradient of the last layer, and those of the layers before."""
    net = oracle.network(np.random.default_rng(2), SIZES)
    y, weights, biases = net["y"], net["weights"], net["biases"]
    a = oracle.layers(net["image"], weights, biases)

    def cost() -> float:
        return oracle.squared_error(oracle.layers(net["image"], weights, biases)[-1], y)

    w_slopes, b_slopes = ([oracle.slopes_of(cost, p) for p in ps] for ps in (weights, biases))

    def layer(n: int, function: str, arguments: list[Any]) -> Question:
        """Ask for the slopes of layer n, counted from 1; δ is the slope of the biases."""
        delta = b_slopes[n - 1]
        flat = delta / (a[n] * (1 - a[n]))
        wanted = {f"weights_{n}": w_slopes[n - 1], f"biases_{n}": delta}
        return _question(
            function,
            [a[n - 1], *arguments],
            wanted,
            **{"no slope": [np.outer(a[n - 1], flat), flat]},
        )

    def before(n: int) -> Question:
        return layer(n, "layer_before", [a[n], weights[n], b_slopes[n]])

    return [
        Task("cost", [_question("cost", [a[3], y], {"cost": cost()})]),
        Task("last layer", [layer(3, "last_layer", [a[3], y])]),
        Task("layers before", [before(1), before(2)]),
    ]


TASKS: dict[str, Callable[[], list[Task]]] = {
    "sigmoid": sigmoid_tasks,
    "gradient-descent": gradient_descent_tasks,
    "backprop": backprop_tasks,
}
