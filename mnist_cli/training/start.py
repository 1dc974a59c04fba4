"""The weights that a run starts from, where another network gives them: fine-tuning."""

import hashlib
import io
from pathlib import Path
from typing import Any, NamedTuple

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.errors import InputError
from mnist_cli.network.network import Network
from mnist_cli.training.checkpoint import Checkpoint, load_checkpoint, write_checkpoint
from mnist_cli.training.metadata import LONGEST_NAME, Origin

KEPT = ("hidden_sizes", "activation", "preprocessing")  # without them the weights mean nothing
USUAL = ("output_activation", "loss")  # taken over, but others may be given


class Start(NamedTuple):
    """A network to start from.

    Attributes
    ----------
    network : its layers with their weights and biases
    config : the settings that it was trained with
    origin : its name and the SHA-256 of its file, for the checkpoint of the new run
    """

    network: Network
    config: TrainingConfig
    origin: Origin

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that a new run takes over, unless others are given."""
        values = self.config.to_dict()
        return {name: values[name] for name in (*KEPT, *USUAL)}


def start_from_file(path: Path) -> Start:
    """Read a network to start from. Raises CheckpointError."""
    checkpoint = load_checkpoint(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return _start(checkpoint, path.name, digest)


def start_from_memory(checkpoint: Checkpoint, name: str) -> Start:
    """Take a network to start from; its SHA-256 is that of the file that it would be saved to."""
    file = io.BytesIO()
    write_checkpoint(file, checkpoint.run, checkpoint.provenance, checkpoint.calibration)
    return _start(checkpoint, Path(name).name, hashlib.sha256(file.getvalue()).hexdigest())


def _start(checkpoint: Checkpoint, name: str, digest: str) -> Start:
    shown = "".join(letter if letter.isprintable() else "?" for letter in name)[:LONGEST_NAME]
    return Start(checkpoint.network, checkpoint.run.config, Origin(shown, digest))


def check_start(start: Start, config: TrainingConfig, outputs: int) -> None:
    """Check that a run with these settings can start so. Raises InputError."""
    wanted = _described(config, outputs)
    known = _described(start.config, start.network.layer_sizes[-1])
    if wanted != known:
        raise InputError(
            f"start from {start.origin.name}: the layers and the preprocessing must be {known}, "
            f"got {wanted}; leave these settings out, and give images of as many classes"
        )


def _described(config: TrainingConfig, outputs: int) -> str:
    sizes = "-".join(map(str, (*config.hidden_sizes, outputs)))
    return f"784-{sizes}, {config.activation}, {config.preprocessing}"
