"""Train, measure and look inside the handwritten-digit network of the lectures.

::

    import mnist_cli as mnist

    data = mnist.load("mnist")
    model = mnist.train(data, epochs=5)
    model.evaluate(data.test).accuracy

docs/python.md shows the rest. The modules are the chapters; CONTRIBUTING.md shows which imports
which. Start with `network`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mnist_cli.classifier import Classifier
    from mnist_cli.config.settings import TrainingConfig
    from mnist_cli.data.datasets import Split
    from mnist_cli.data.loading import Dataset, load
    from mnist_cli.errors import MnistError
    from mnist_cli.learning import train
    from mnist_cli.model import Model, load_model
    from mnist_cli.prediction import Reading
    from mnist_cli.training.evaluation import Measurement
    from mnist_cli.training.run import EpochResult

    __version__: str

__all__ = [
    "Classifier",
    "Dataset",
    "EpochResult",
    "Measurement",
    "MnistError",
    "Model",
    "Reading",
    "Split",
    "TrainingConfig",
    "__version__",
    "load",
    "load_model",
    "train",
]

_HOMES = {
    "Classifier": "classifier",
    "Dataset": "data.loading",
    "EpochResult": "training.run",
    "Measurement": "training.evaluation",
    "MnistError": "errors",
    "Model": "model",
    "Reading": "prediction",
    "Split": "data.datasets",
    "TrainingConfig": "config.settings",
    "load": "data.loading",
    "load_model": "model",
    "train": "learning",
}

if not TYPE_CHECKING:  # NumPy is imported when something is used, so that `mnist --help` is instant

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first asked for (PEP 562)."""
        if name == "__version__":
            from importlib.metadata import version

            value = version("mnist-cli")
        elif name in _HOMES:
            from importlib import import_module

            value = getattr(import_module(f"mnist_cli.{_HOMES[name]}"), name)
        else:
            raise AttributeError(f"module 'mnist_cli' has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
