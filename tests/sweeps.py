"""Small sweeps for the tests: real trainings on built-in digits, in the form of their files."""

import json

from mnist_cli.errors import TrainingError
from mnist_cli.sweep.axes import axis_of_text
from mnist_cli.sweep.planning import make_plan
from mnist_cli.training.data import load_training_data
from mnist_cli.training.loop import train
from mnist_cli.training.run import Run

SMALL = {"epochs": 2, "validation_size": 500, "snapshots": 0}


def axis(name, text):
    """One axis, as `mnist sweep` reads it: axis("batch-size", "16,64")."""
    return axis_of_text(name.replace("-", "_").split("+"), text, "test")


def small_plan(*axes, seeds=(0, 1, 2), **fixed):
    """The plan of a small sweep on the built-in digits."""
    names = {name for one in axes for name in one.names}
    small = {name: value for name, value in SMALL.items() if name not in names}
    plan = make_plan({}, {**small, **fixed}, axes, seeds, "test")
    varied = " ".join(f"{one.title}={','.join(one.shown)}" for one in axes)
    command = f"mnist sweep {varied} --dataset builtin"
    return plan._replace(
        dataset="builtin", images=3000, data_sha256="0" * 64, name="small", command=command
    )


def row(trial, accuracy, history=(), status="finished"):
    """One line of results.jsonl."""
    return {
        "schema": 1,
        "key": trial.key,
        "settings": trial.config.to_dict(),
        "dataset": "builtin",
        "images": 3000,
        "status": status,
        "validation_accuracy": accuracy,
        "validation_loss": None if accuracy is None else 1 - accuracy,
        "history": list(history),
        "steps": 158,
        "seconds": 0.1,
        "parameters_sha256": None if accuracy is None else trial.key,
        "warnings": [],
        "environment": {"numpy": "2"},
        "worker": "local-1",
        "attempt": 1,
    }


def trained_row(trial, builtin_dir):
    """The line of a real training."""
    data = load_training_data("builtin", builtin_dir, trial.config)
    run, status = Run.start(trial.config), "finished"
    try:
        list(train(run, data.training, data.validation))
    except TrainingError:
        status = "diverged"
    history = [json.loads(json.dumps(result._asdict())) for result in run.history]
    return row(trial, run.validation_accuracy if status == "finished" else None, history, status)


def trained_rows(plan, builtin_dir):
    """The lines of all runs of a plan."""
    return [trained_row(trial, builtin_dir) for trial in plan.trials()]


def made_up_rows(plan, accuracy):
    """Lines without a training: `accuracy(point, seed)`, None for a run that diverged."""
    return [made_up_row(trial, accuracy(trial.point.index, trial.seed)) for trial in plan.trials()]


def made_up_row(trial, share):
    """The line of a run whose accuracy is known before."""
    if share is None:
        return row(trial, None, [epoch_of(1, 0.1)], "diverged")
    epochs = range(1, trial.config.epochs + 1)
    return row(trial, share, [epoch_of(epoch, share * (1 - 0.4**epoch)) for epoch in epochs])


def epoch_of(epoch, share):
    """The results of an epoch after which this share is read right."""
    return {
        "epoch": epoch,
        "loss": 0.4 - 0.3 * share,
        "validation_accuracy": share,
        "seconds": 0.1,
        "validation_loss": 0.41 - 0.3 * share,
        "training_accuracy": share,
        "gradient_norms": [1.0],
    }
