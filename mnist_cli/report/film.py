"""The training film: the network as it was at some moments of its training."""

from typing import Any

import numpy as np

from mnist_cli.report.selection import Material
from mnist_cli.report.subject import Subject


def frames(material: Material) -> list[dict[str, Any]]:
    """Embed evenly spaced frames, in 8 bits; the last frame is the network itself."""
    subject, most = material.subjects[0], material.amounts.frames
    run, sizes = subject.checkpoint.run, subject.checkpoint.network.layer_sizes
    epochs = sorted(run.snapshots)
    chosen = {epochs[int(i)] for i in np.linspace(0, len(epochs) - 1, min(most, len(epochs)))}
    end = _end(subject)
    shown = []
    for epoch in sorted(chosen - {end}):
        values = run.snapshots[epoch].astype(np.float32)
        material.block.add_parameters(f"film_{epoch}", values, sizes, "i1")
        shown.append({"epoch": epoch, "array": f"film_{epoch}"})
    return [*shown, {"epoch": end, "array": "parameters_0"}]


def _end(subject: Subject) -> int:
    """Return the epoch of the network: with patience the best one, else the last one."""
    run = subject.checkpoint.run
    return run.best_epoch if run.config.patience and run.best_epoch else run.epoch
