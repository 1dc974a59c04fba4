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
    (w, b), (w_slope, b_slope), rate = line.tolist(), slopes.tolist(), 0.1
    loss = {"loss": oracle.line_loss(line, x, y)}
    down = {"w": w - rate * w_slope, "b": b - rate * b_slope}
    up = [w + rate * w_slope, b + rate * b_slope]
    pair = {"w_slope": w_slope, "b_slope": b_slope}
    return [
        Task("loss", [_question("loss", [w, b, x, y], loss)]),
        Task("slopes", [_question("slopes", [w, b, x, y], pair)]),
        Task("step", [_question("step", [w, b, w_slope, b_slope, rate], down, uphill=up)]),
    ]


class _Sample(NamedTuple):
    """A network with one image, and the slopes of its cost by central differences.

    Attributes
    ----------
    y : the wanted output, (10,)
    a : the activations of each layer, the image first
    weights, w_slopes, b_slopes : one array per layer, counted from 0; b_slopes are also ∂C/∂z
    cost : of the image
    """

    y: Array
    a: list[Array]
    weights: list[Array]
    w_slopes: list[Array]
    b_slopes: list[Array]
    cost: float


def _sample() -> _Sample:
    image, y, weights, biases = oracle.network(np.random.default_rng(2), SIZES)
    lit = image > 0  # the cost does not depend on the weights of black pixels: their slopes are 0
    lit_weights = [weights[0][lit], *weights[1:]]

    def cost() -> float:
        return oracle.squared_error(oracle.layers(image[lit], lit_weights, biases)[-1], y)

    w_slopes, b_slopes = ([oracle.slopes_of(cost, p) for p in ps] for ps in (lit_weights, biases))
    first = np.zeros_like(weights[0])
    first[lit] = w_slopes[0]
    w_slopes[0] = first
    a = oracle.layers(image, weights, biases)
    return _Sample(y, a, weights, w_slopes, b_slopes, cost())


def backprop_tasks() -> list[Task]:
    """The cost of one image, the gradient of the last layer, and those of the layers before."""
    s = _sample()
    first, second = ([s.a[n], s.weights[n], s.b_slopes[n]] for n in (1, 2))
    turned = (s.weights[1].T @ s.b_slopes[1]) * _sigma_slope(s.a[1])
    return [
        Task("cost", [_question("cost", [s.a[3], s.y], {"cost": s.cost})]),
        Task("last layer", [_layer(s, 3, "last_layer", [s.a[3], s.y])]),
        Task(
            "layers before",
            [
                _layer(s, 1, "layer_before", first, turned_weights=turned),
                _layer(s, 2, "layer_before", second),
            ],
        ),
    ]


def _layer(s: _Sample, n: int, function: str, arguments: list[Any], **mistakes: Array) -> Question:
    """Ask for the slopes of layer n, counted from 1; the mistakes are wrong values of ∂C/∂z."""
    before, delta = s.a[n - 1], s.b_slopes[n - 1]
    wrong = {"no_slope": delta / _sigma_slope(s.a[n]), **mistakes}
    known = {key: [np.outer(before, value), value] for key, value in wrong.items()}
    wanted = {f"weights_{n}": s.w_slopes[n - 1], f"biases_{n}": delta}
    return _question(function, [before, *arguments], wanted, **known)


def _sigma_slope(a: Array) -> Array:
    return a * (1 - a)


TASKS: dict[str, Callable[[], list[Task]]] = {
    "sigmoid": sigmoid_tasks,
    "gradient-descent": gradient_descent_tasks,
    "backprop": backprop_tasks,
}
