"""One run of a sweep: trained exactly as `mnist train` does. JSON text in, JSON text out.

So a task can be sent to any process or machine; it names no object of this package.
"""

import gc
import hashlib
import json
import os
import platform
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from mnist_cli.config.doubts import doubts
from mnist_cli.config.settings import TrainingConfig, make_config
from mnist_cli.data.datasets import load_file
from mnist_cli.data.loading import load, usual_data_dir
from mnist_cli.data.prepared import load_prepared
from mnist_cli.data.registry import is_own
from mnist_cli.errors import DataError, TrainingError
from mnist_cli.network.network import Network
from mnist_cli.sweep.plan import DIVERGED, FINISHED, steps_of
from mnist_cli.training.checkpoint import save_checkpoint
from mnist_cli.training.data import TrainingData, load_training_data, provenance_of
from mnist_cli.training.diagnosis import advice
from mnist_cli.training.environment import describe_environment, one_thread
from mnist_cli.training.evaluation import measure
from mnist_cli.training.loop import train
from mnist_cli.training.run import Run
from mnist_cli.training.session import calibrated


def task_of(
    config: TrainingConfig,
    dataset: str,
    data_sha256: str,
    *,
    data_dir: Path | None = None,
    keep: Path | None = None,
    test: bool = False,
) -> str:
    """Return the JSON text of a run.

    `data_dir` None is the usual one of the process that trains. `keep` is the checkpoint to write.
    With `test`, the network is also measured on the test images.
    """
    places = {
        "data_dir": data_dir and str(data_dir.absolute()),
        "keep": keep and str(keep.absolute()),
    }
    task = {"config": config.to_dict(), "dataset": dataset, "data_sha256": data_sha256}
    return json.dumps({**task, **places, "test": test})


def run_task(text: str) -> str:
    """Train what a task says, and return the results as JSON text.

    Raises DataError if the images are not those of the task, and OSError.
    """
    task = json.loads(text)
    began = time.perf_counter()
    with one_thread():
        result = _trained(task, make_config(task["config"]))
    gc.collect()  # the arrays of a run refer to each other, and would stay for hundreds of runs
    return json.dumps({**result, "seconds": time.perf_counter() - began}, allow_nan=False)


def _trained(task: Mapping[str, Any], config: TrainingConfig) -> dict[str, Any]:
    data_dir = folder_here(task["data_dir"])
    data = _data(
        task["dataset"],
        data_dir,
        task["data_sha256"],
        (config.validation_size, config.preprocessing, config.augmentation, config.drawn),
    )
    run, status = Run.start(config, len(data.training.classes)), FINISHED
    try:
        for _ in train(run, data.training, data.validation, copies=data.copies):
            pass
    except TrainingError:
        status = DIVERGED
    result = _result(run, data, status)
    if status == FINISHED and task["keep"] is not None:
        provenance = provenance_of(data, describe_environment())
        save_checkpoint(Path(task["keep"]), run, provenance, calibrated(run, data))
    if status == FINISHED and task["test"]:
        test = load_prepared(task["dataset"], "test", data_dir, preprocessing=config.preprocessing)
        result["test_accuracy"] = measure(run.result(), test).accuracy
    return result


def folder_here(data_dir: str | None) -> Path:
    """Return the folder of the data sets: the one that is named if it is here, else the usual one.

    A worker on another machine may have its data elsewhere.
    """
    named = None if data_dir is None else Path(data_dir)
    return named if named is not None and named.is_dir() else usual_data_dir()


def digest_here(dataset: str, data_dir: Path) -> str:
    """Return the SHA-256 of the training images. Raises DataError if they are not here."""
    if is_own(dataset):
        load(dataset, data_dir)  # another process converted it; this one does not know it yet
    return load_file(dataset, "train", data_dir)[1]


@lru_cache(maxsize=1)  # most plans have one form of the images; kept, they need not be checked anew
def _data(
    dataset: str, data_dir: Path, data_sha256: str, form: tuple[int, str, int, int]
) -> TrainingData:
    """Map the images of a task. Raises DataError if they are other ones."""
    validation_size, preprocessing, augmentation, drawn = form
    config = TrainingConfig(
        validation_size=validation_size,
        preprocessing=preprocessing,
        augmentation=augmentation,
        drawn=drawn,
    )
    found = digest_here(dataset, data_dir)
    if found != data_sha256:
        raise DataError(
            f"{data_dir}: the images of {dataset} are not those of the plan, got SHA-256 {found}; "
            "put those back, or start a new sweep"
        )
    return load_training_data(dataset, data_dir, config)


def _result(run: Run, data: TrainingData, status: str) -> dict[str, Any]:
    """Return what a row of the results says about a run."""
    finished, config = status == FINISHED, run.config
    accuracy, loss = _validated(run, data) if finished else (None, None)
    images = len(data.training) - config.drawn + config.validation_size
    steps = run.epoch * steps_of(config, images) + run.step
    noticed = advice(run, data.training, data.validation) if finished and run.epoch else []
    return {
        "status": status,
        "validation_accuracy": accuracy,
        "validation_loss": loss,
        "history": [epoch._asdict() for epoch in run.history],
        "steps": steps,
        "parameters_sha256": digest_of(run.result()) if finished else None,
        "warnings": [*doubts(config, run.outputs), *noticed],
        "environment": describe_environment(),
        "worker": f"{platform.node()}:{os.getpid()}",
    }


def _validated(run: Run, data: TrainingData) -> tuple[float | None, float | None]:
    """Return accuracy and loss on the validation images, of the network that the run results in."""
    if data.validation is None:
        return None, None
    if not run.history:
        measured = measure(run.network, data.validation)
        return measured.accuracy, measured.loss
    kept = run.history[run.best_epoch - 1 if run.config.patience else -1]
    return kept.validation_accuracy, kept.validation_loss


def digest_of(network: Network) -> str:
    """Return the SHA-256 of all parameters, in hexadecimal.

    They are taken as a checkpoint has them: `weights_1` (fan_in, fan_out), `biases_1`, ..., row by
    row, as little-endian float32.
    """
    digest = hashlib.sha256()
    for weights, biases in zip(network.weights, network.biases, strict=True):
        digest.update(weights.astype("<f4").tobytes())
        digest.update(biases.astype("<f4").tobytes())
    return digest.hexdigest()
