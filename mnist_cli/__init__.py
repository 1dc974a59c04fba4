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
    from mnist_cli.classifier import Classifier as Classifier
    from mnist_cli.config.settings import TrainingConfig as TrainingConfig
    from mnist_cli.data.datasets import Split as Split
    from mnist_cli.data.loading import Dataset as Dataset
    from mnist_cli.data.loading import load as load
    from mnist_cli.errors import MnistError as MnistError
    from mnist_cli.learning import train as train
    from mnist_cli.model import Model as Model
    from mnist_cli.model import load_model as load_model
    from mnist_cli.prediction import Reading as Reading
    from mnist_cli.training.evaluation import Measurement as Measurement
    from mnist_cli.training.run import EpochResult as EpochResult

    __version__: str

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

__all__ = ["__version__", *_HOMES]

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
    return sorted(__all__)
