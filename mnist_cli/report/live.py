"""What the page needs to train a network from random weights: images, labels and settings."""

from typing import Any

import numpy as np

from mnist_cli.config.settings import TrainingConfig, make_config
from mnist_cli.network.activations import ACTIVATIONS
from mnist_cli.network.parameters import INITIALIZATIONS
from mnist_cli.report.selection import Material
from mnist_cli.report.twins import page_activations

BATCH_SIZE = 32  # for which the rates are told


def live_training(material: Material) -> dict[str, Any] | None:
    """Embed the first training images, in 16 greys; None where the page has none or no room."""
    subject, count = material.subjects[0], material.amounts.training
    if subject.training is None or count == 0:
        return None
    images, labels = subject.training[:count]
    material.block.add_greys("training_images", np.asarray(images))
    material.block.add("training_labels", np.asarray(labels), "u1")
    config, network = subject.checkpoint.run.config, subject.checkpoint.network
    return {"rates": usual_rates(config), "start": first_spreads(config, network.layer_sizes)}


def first_spreads(config: TrainingConfig, layer_sizes: tuple[int, ...]) -> dict[str, Any]:
    """Return how the first parameters are drawn: the seed, and how far they spread per layer."""
    spread, bias_spread = INITIALIZATIONS[config.initialization]
    spreads = [spread(inputs) for inputs in layer_sizes[:-1]]
    return {"seed": config.seed, "spreads": spreads, "bias_spread": bias_spread}


def usual_rates(config: TrainingConfig) -> dict[str, float]:
    """Return the usual learning rate of plain gradient descent for each hidden activation."""
    plain = {"optimizer": "sgd", "momentum": 0.0, "nesterov": False, "batch_size": BATCH_SIZE}
    settings = {**config.to_dict(), **plain}
    del settings["learning_rate"]
    names = [name for name in ACTIVATIONS if name in page_activations()]
    return {name: make_config({**settings, "activation": name}).learning_rate for name in names}
