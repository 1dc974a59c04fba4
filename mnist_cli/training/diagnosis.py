"""Advice at the end of training: what most likely went wrong, if anything did, and what to try.

A cause is a function that looks at the evidence, and returns its sentence, or "" if it is not that.
Only the first one that applies is printed: two remedies at once can contradict each other.
"""

from collections.abc import Callable
from math import ceil, isfinite
from typing import NamedTuple

import numpy as np

from mnist_cli.classes import are_digits
from mnist_cli.config.settings import TrainingConfig, usual_learning_rate
from mnist_cli.data.datasets import Split
from mnist_cli.network.activations import ACTIVATIONS
from mnist_cli.training.evaluation import gradient_rms, measure
from mnist_cli.training.run import Run
from mnist_cli.training.stuck import stuck_neurons, stuck_outputs

SAMPLE = 2000  # images; enough to find neurons whose activation never changes
LOW = 0.85  # accuracy on digits that each of these networks exceeds with its usual learning rate
LOW_ELSEWHERE = 0.5  # the same on other images, of which nobody knows how hard they are
NARROW = 8  # neurons of a hidden layer that let the classes through
MANY = 0.25  # share of a layer's neurons whose loss is worth a word
FEWEST_STEPS = 500  # with fewer, no network has learned what it can
FEW_STEPS = 5000  # with fewer, deep sigmoid networks may still be at the start
VANISHED = 400  # times that the first layer's gradient is smaller than the last one's
MUCH_DECAY = 1e-4  # weight decay that can hold a network at the start


class Evidence(NamedTuple):
    """What is known about a run at its end.

    Attributes
    ----------
    classes : names of what the network can answer
    accuracy, missing : share of the images read right; classes that are never answered
    others : share read right of the images of all other classes
    stuck : number of stuck neurons in each hidden layer, and last of stuck outputs
    steps : all steps of the run
    losses : mean loss of each epoch
    vanishing : how many times smaller the first layer's gradient per parameter (see
        `evaluation.gradient_rms`) was than the last one's, at most
    """

    config: TrainingConfig
    classes: tuple[str, ...]
    accuracy: float
    missing: list[str]
    others: float
    stuck: list[int]
    steps: int
    losses: list[float]
    vanishing: float

    @property
    def sizes(self) -> list[int]:
        """Neurons of each layer that `stuck` counts."""
        return [*self.config.hidden_sizes, len(self.classes)]

    @property
    def low(self) -> float:
        """Accuracy below which something went wrong."""
        return LOW if are_digits(self.classes) else LOW_ELSEWHERE

    @property
    def rate(self) -> float:
        """The learning rate, as a multiple of the usual one."""
        return self.config.learning_rate / usual_learning_rate(self.config)

    @property
    def rising(self) -> bool:
        """Whether the loss rose, or did not move at all, since the first epoch."""
        return len(self.losses) > 1 and self.losses[-1] > self.losses[0]


def advice(run: Run, training: Split, validation: Split | None = None) -> list[str]:
    """Return one sentence about what went wrong in a run, or none after a good one."""
    return diagnose(run, len(training.labels), validation or training)


def diagnose(run: Run, images: int, measured: Split) -> list[str]:
    """Return the same about a run on so many `images`, judged by its answers to `measured`.

    A run that is not finished, or has no epoch, is not judged: there is no sentence.
    """
    if not (run.finished and run.epoch):
        return []
    evidence = _evidence(run, images, measured)
    poor = evidence.accuracy < evidence.low or bool(evidence.missing)
    sentences = (cause(evidence) for cause in (CAUSES if poor else LOST_NEURONS))
    found = next(filter(None, sentences), "")
    return [f"{_symptom(evidence)}{found}"] if found else []


def _evidence(run: Run, images: int, measured: Split) -> Evidence:
    some, network = measured[:SAMPLE], run.result()
    measurement = measure(network, some)
    matrix = measurement.matrix
    missing = (matrix.sum(axis=0) == 0) & (matrix.sum(axis=1) > 0)
    return Evidence(
        config=run.config,
        classes=measured.classes,
        accuracy=measurement.accuracy,
        missing=[measured.classes[i] for i in np.flatnonzero(missing)],
        others=float(matrix.trace() / max(1, matrix[~missing].sum())),
        stuck=[
            *(int(layer.sum()) for layer in stuck_neurons(network, some)),
            stuck_outputs(network, measurement.outputs),
        ],
        steps=run.epoch * ceil(images / run.config.batch_size),
        losses=[result.loss for result in run.history],
        vanishing=max(_ratio(result.gradient_norms, network.layer_sizes) for result in run.history),
    )


def _ratio(norms: tuple[float, ...], layer_sizes: tuple[int, ...]) -> float:
    sizes = gradient_rms(norms, layer_sizes)
    return sizes[-1] / sizes[0] if sizes and sizes[0] else 1.0


def _symptom(evidence: Evidence) -> str:
    missing, classes, told = evidence.missing, evidence.classes, []
    if evidence.accuracy < evidence.low:
        told.append(f"reads only {evidence.accuracy:.0%} of the images right")
    if len(missing) > len(classes) / 2:
        told.append(f"answers only {', '.join(name for name in classes if name not in missing)}")
    elif missing:
        told.append(f"never answers {', '.join(missing)}")
    return f"The network {' and '.join(told)}: " if told else ""


# -- causes ----------------------------------------------------------------------------------------


def _small_rate(evidence: Evidence) -> str:
    if evidence.rate >= 1 / 3 or evidence.rising:
        return ""
    config = evidence.config
    return (
        f"the learning rate {config.learning_rate:g} is small, so that the loss falls slowly; "
        f"try --learning-rate {usual_learning_rate(config):.3g}, the usual one."
    )


def _dead_neurons(evidence: Evidence) -> str:
    if isfinite(ACTIVATIONS[evidence.config.activation].high):
        return ""
    lost = _lost(evidence)
    remedy = _shorter_steps(evidence) if evidence.rate > 1.5 else "--activation leaky_relu"
    return lost and f"{lost} dead (never active); try {remedy}."


def _saturated_neurons(evidence: Evidence) -> str:
    lost = _lost(evidence)
    return lost and (
        f"{lost} saturated (the same output for nearly all images); try {_shorter_steps(evidence)}."
    )


def _lost(evidence: Evidence) -> str:
    """Return the beginning of a sentence about the hidden layer that lost most neurons."""
    layers = zip(evidence.stuck[:-1], evidence.config.hidden_sizes, strict=True)
    shares = [count / size for count, size in layers]
    if max(shares, default=0.0) < MANY:
        return ""
    worst = shares.index(max(shares))
    count, size = evidence.stuck[worst], evidence.sizes[worst]
    return f"{count} of {size} neurons in hidden layer {worst + 1} are"


def _large_rate(evidence: Evidence) -> str:
    """The loss rises, the outputs are saturated, or the rate alone is reason enough."""
    config, outputs, count = evidence.config, evidence.stuck[-1], len(evidence.classes)
    if outputs >= count / 2:
        seen = f"{outputs} of {count} outputs are saturated"
    elif evidence.rising:
        seen = f"the loss rose from {evidence.losses[0]:.3g} to {evidence.losses[-1]:.3g}"
    elif evidence.rate > 3:
        seen = f"the learning rate {config.learning_rate:g} is large"
    else:
        return ""
    return f"{seen}: the steps are too long; try {_shorter_steps(evidence)}."


def _shorter_steps(evidence: Evidence) -> str:
    config = evidence.config
    if evidence.rate > 1.5:
        return f"--learning-rate {usual_learning_rate(config):.3g}, the usual one"
    if config.initialization == "normal":  # its sums grow with the width, and saturate
        return "--initialization scaled"
    return f"--learning-rate {config.learning_rate / 3:.2g}"


def _narrow_layer(evidence: Evidence) -> str:
    narrowest = min(evidence.config.hidden_sizes, default=NARROW)
    if narrowest >= NARROW:
        return ""
    return f"a hidden layer of {narrowest} lets little through; try --hidden-sizes 16,16."


def _large_weights(evidence: Evidence) -> str:
    if evidence.config.initialization != "normal":
        return ""
    return "the first weights were too large, or unlucky; try --initialization scaled."


def _large_decay(evidence: Evidence) -> str:
    decay = evidence.config.weight_decay
    return f"weight decay {decay:g} is large; try --weight-decay 1e-5." * (decay > MUCH_DECAY)


def _vanishing_gradients(evidence: Evidence) -> str:
    if len(evidence.sizes) < 4 or evidence.vanishing < VANISHED:
        return ""
    return (
        "in the first epochs the gradient of a first-layer weight was "
        f"{evidence.vanishing:,.0f} times smaller than that of a last-layer weight: it vanishes "
        "on its way back; "
        "try --activation relu --initialization he."
    )


def _unlucky_start(evidence: Evidence) -> str:
    """Where a few classes are missing, and the others are read well."""
    missing = len(evidence.missing)
    if evidence.steps < FEWEST_STEPS or not missing or missing > len(evidence.classes) / 2:
        return ""
    if evidence.others < evidence.low:
        return ""
    return f"the first weights were unlucky; try --seed {evidence.config.seed + 1}."


def _few_steps(evidence: Evidence) -> str:
    if evidence.steps >= FEW_STEPS:
        return ""
    config, more = evidence.config, ceil(FEW_STEPS / max(1, evidence.steps))
    remedy = "--batch-size 32" if config.batch_size > 128 else f"--epochs {more * config.epochs}"
    return f"{evidence.steps:,} steps are few; try {remedy}."


def _other_cause(evidence: Evidence) -> str:
    return f"no cause is known; try --seed {evidence.config.seed + 1}."


CAUSES: list[Callable[[Evidence], str]] = [
    _small_rate,
    _large_decay,
    _dead_neurons,
    _large_rate,
    _narrow_layer,
    _large_weights,
    _saturated_neurons,
    _vanishing_gradients,
    _unlucky_start,
    _few_steps,
    _other_cause,
]  # the most likely first
LOST_NEURONS: list[Callable[[Evidence], str]] = [_dead_neurons, _saturated_neurons]
