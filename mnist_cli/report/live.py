"""What the page needs to train a network from random weights: images, labels and settings."""

from dataclasses import replace
from typing import Any

import numpy as np

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.network.activations import ACTIVATIONS
from mnist_cli.report.selection import Material
from mnist_cli.report.twins import page_activations


def live_training(material: Material) -> dict[str, Any] | None:
    """Embed the first training images, in 16 greys; None where the page has none or no room."""
    subject, count = material.subjects[0], material.amounts.training
    if subject.training is None or count == 0:
        return None
    images, labels = subject.training[:count]
    material.block.add_greys("training_images", np.asarray(images))
    material.block.add("training_labels", np.asarray(labels), "u1")
    config = subject.checkpoint.run.config
    return {"initialization": config.initialization, "rates": usual_rates(config)}


def usual_rates(config: TrainingConfig) -> dict[str, float]:
    """Return the usual learning rate of plain gradient descent for each hidden activation."""
    plain = replace(
        config, optimizer="sgd", momentum=0.0, nesterov=False, batch_size=32, learning_rate=None
    )
    names = [name for name in ACTIVATIONS if name in page_activations()]
    return {name: replace(plain, activation=name, learning_rate=None).learning_rate for name in names}
