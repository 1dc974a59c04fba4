"""A trained network with its answers to the test images, and the facts that the page shows."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.datasets import Split
from mnist_cli.data.preprocessing import preprocess
from mnist_cli.network.activations import Array
from mnist_cli.network.metrics import per_digit
from mnist_cli.network.network import to_inputs
from mnist_cli.report.command import training_command
from mnist_cli.training.checkpoint import Checkpoint
from mnist_cli.training.confidence import confidences
from mnist_cli.training.diagnosis import diagnose
from mnist_cli.training.evaluation import Measurement, measure
from mnist_cli.training.outliers import is_outlier
from mnist_cli.training.stuck import stuck_neurons

STUCK_SAMPLE = 2000  # images on which stuck neurons are searched
MOST_NEURONS = 64  # of the first layer, for which favourite images are searched
WORST = 24  # mistakes that the page shows


class Subject(NamedTuple):
    """A network on its test images.

    Attributes
    ----------
    name : name of the checkpoint's file
    checkpoint : the network, and the run that trained it
    dataset : name of the data set with the test images
    split : the n test images as they are in the data set, and their labels
    inputs : (n, 784) uint8, the images after preprocessing
    measured : the network's answers
    training : images to train on, as they are in the data set; None where there are no others
    """

    name: str
    checkpoint: Checkpoint
    dataset: str
    split: Split
    inputs: NDArray[np.uint8]
    measured: Measurement
    training: Split | None = None

    @property
    def confidence(self) -> Array:
        """The probability that each answer is right, (n,); see `training.confidence`."""
        calibration = self.checkpoint.calibration
        logit_scale = calibration.logit_scale if calibration else 1.0
        chances = confidences(self.measured.logits.astype(float), logit_scale)
        return np.asarray(chances[np.arange(len(chances)), self.answers])

    @property
    def answers(self) -> NDArray[np.intp]:
        """The digit that each image is read as, (n,)."""
        answers: NDArray[np.intp] = self.measured.outputs.argmax(axis=1)
        return answers

    @property
    def is_unlike(self) -> NDArray[np.bool_]:
        """Whether each image is like no digit, (n,); see `training.outliers`."""
        calibration = self.checkpoint.calibration
        if calibration is None:
            return np.zeros(len(self.inputs), bool)
        outputs = self.measured.outputs
        return is_outlier(calibration.spaces, calibration.limits, self.inputs, outputs)

    @property
    def mistakes(self) -> NDArray[np.intp]:
        """The rows of the images that are read wrong, the most confident answer first."""
        wrong = np.flatnonzero(self.answers != self.split.labels)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]

    @property
    def worst(self) -> NDArray[np.intp]:
        """The first of the `mistakes`, as many as the page shows."""
        return self.mistakes[:WORST]


def look_at(
    name: str, checkpoint: Checkpoint, dataset: str, split: Split, training: Split | None = None
) -> Subject:
    """Preprocess the test images as in training, and let the network answer them."""
    inputs = preprocess(np.asarray(split.images), preprocessing_name(checkpoint))
    measured = measure(checkpoint.network, Split(inputs, split.labels))
    return Subject(name, checkpoint, dataset, split, inputs, measured, training)


def preprocessing_name(checkpoint: Checkpoint) -> str:
    """Return the preprocessing of the images that this network was trained on."""
    return checkpoint.run.config.preprocessing


def facts(subject: Subject) -> dict[str, Any]:
    """Return everything about a network except its parameters and images, as JSON values."""
    checkpoint, measured = subject.checkpoint, subject.measured
    network, run = checkpoint.network, checkpoint.run
    return {
        "name": subject.name,
        "dataset": subject.dataset,
        "trained_on": checkpoint.provenance.dataset,
        "images": checkpoint.provenance.images,
        "layer_sizes": list(network.layer_sizes),
        "activation": network.activation,
        "output_activation": network.output_activation,
        "preprocessing": preprocessing_name(checkpoint),
        "parameters": int(network.parameters.size),
        "accuracy": measured.accuracy,
        "accuracy_interval": list(measured.accuracy_interval),
        "count": int(measured.matrix.sum()),
        "loss": measured.loss,
        "loss_name": run.config.loss,
        "config": run.config.to_dict(),
        "command": training_command(run.config, checkpoint.provenance.dataset),
        "environment": checkpoint.provenance.environment,
        "diagnosis": diagnosis(subject),
        "matrix": measured.matrix.tolist(),
        "per_digit": [scores._asdict() for scores in per_digit(measured.matrix)],
        "stuck": _stuck(subject),
    }


def diagnosis(subject: Subject) -> list[str]:
    """Return what `mnist train` says at its end, judged by the test images; most often nothing."""
    checkpoint, seen = subject.checkpoint, Split(subject.inputs, subject.split.labels)
    return diagnose(checkpoint.run, checkpoint.provenance.images, seen)


def best_epoch(subject: Subject) -> int:
    """Return the first epoch with the highest validation accuracy, 0 if there is none."""
    shares = [result.validation_accuracy for result in subject.checkpoint.run.history]
    known = [share for share in shares if share is not None]
    return shares.index(max(known)) + 1 if known else 0


def _stuck(subject: Subject) -> list[list[int]]:
    """Return for each hidden layer the neurons whose activation never changes."""
    some = Split(subject.inputs[:STUCK_SAMPLE], subject.split.labels[:STUCK_SAMPLE])
    found = stuck_neurons(subject.checkpoint.network, some)
    return [np.flatnonzero(layer).tolist() for layer in found]


def favourite_rows(subject: Subject, count: int) -> NDArray[np.intp]:
    """Return the rows of the images that activate each neuron of the first layer most.

    The shape is (neurons, count).
    """
    network = subject.checkpoint.network
    # [n, 784] @ [784, neurons]; z, because the activation may be exactly 1 for many images
    z = to_inputs(subject.inputs) @ network.weights[0][:, :MOST_NEURONS]
    return np.argsort(-z, axis=0, kind="stable")[:count].T
