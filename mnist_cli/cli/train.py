"""`mnist train`: show the plan, train, show the result and what to do next."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from mnist_cli.cli.epochs import is_live, show_epochs
from mnist_cli.cli.help import GroupedCommand, examples
from mnist_cli.cli.options import (
    DEFAULT_CHECKPOINT,
    FILE,
    OUTPUT,
    output_options,
    setting_options,
)
from mnist_cli.cli.outcome import say_result
from mnist_cli.cli.output import INTERRUPTED, Output
from mnist_cli.cli.signals import stop_on_signals
from mnist_cli.cli.targets import check_output, claim_output, claim_resumed
from mnist_cli.cli.training_options import (
    chosen_start,
    config_option,
    start_option,
    training_data_options,
)
from mnist_cli.config.doubts import doubts
from mnist_cli.config.settings import SETTINGS, TrainingConfig, make_config
from mnist_cli.data.registry import OWN, find_dataset
from mnist_cli.errors import InputError
from mnist_cli.wording import counted

if TYPE_CHECKING:
    from mnist_cli.training.data import TrainingData
    from mnist_cli.training.session import Session
    from mnist_cli.training.start import Start

MAY_CHANGE = {"resume", "epochs", "output", "dataset", "data_dir", "threads", "check_gradients"}
MAY_CHANGE |= {"verbose", "quiet", "as_json"}


@click.command(
    cls=GroupedCommand,
    epilog=examples(
        "mnist train",
        "mnist train --config relu --epochs 10 --seed 1",
        "mnist train --hidden-sizes 100,50 --activation relu -o wide.npz",
        "mnist train --start-from best --epochs 5 --learning-rate 0.3",
        "mnist train --resume checkpoints/mnist.npz --epochs 60",
    ),
)
@config_option
@training_data_options("train")
@setting_options
@click.option(
    "-o",
    "--output",
    type=OUTPUT,
    help="File for the trained network; a missing folder is made.  [default: "
    f"{DEFAULT_CHECKPOINT.as_posix()}]",
)
@click.option(
    "--resume",
    type=FILE,
    help="Continue an interrupted run; only --epochs, --output and --threads may change.",
)
@start_option
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Threads for matrix products; more than 1 only help wide networks.",
)
@click.option(
    "--check-gradients",
    is_flag=True,
    help="First compare the gradient of backpropagation with central differences.",
)
@click.option(
    "--print-config",
    is_flag=True,
    help="Print the settings as JSON, which --config takes, and do nothing else.",
)
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="In a terminal, print a line for each epoch instead of one line that changes.",
)
@output_options
@click.pass_context
def train(
    context: click.Context, /, verbose: bool, quiet: bool, as_json: bool, **options: Any
) -> None:
    """Train a network and save it in a checkpoint.

    Without options: the network of the lectures, 784-16-16-10, on 50,000 images of MNIST. The last
    10,000 training images only measure its progress; the test images are for 'mnist evaluate'
    alone. Ctrl-C stops after the current mini-batch and saves all that was learned.
    """
    out = Output(quiet, as_json)
    if options["print_config"]:
        _print_config(options)
        return
    threads = options["threads"]
    session = (_resumed if options["resume"] else _started)(context, options, out)
    session.say = out.say
    _say_plan(session, out)
    error = _check_gradients(session, out) if options["check_gradients"] else None
    with stop_on_signals() as stop:
        show_epochs(session, stop, threads, out, live=is_live(out, verbose=verbose))
    say_result(session, stop(), error, options["data_dir"], out)
    if stop() and not session.run.finished:
        context.exit(INTERRUPTED)


def _print_config(options: dict[str, Any]) -> None:
    if options["resume"]:
        raise click.UsageError(
            "--print-config is for a new run, got --resume; "
            f"--config {options['resume']} takes the settings of that one."
        )
    config = _chosen_config(options, chosen_start(options)).to_dict()
    click.echo(json.dumps(config, indent=2, allow_nan=False))


def _started(context: click.Context, options: dict[str, Any], out: Output) -> "Session":
    from mnist_cli.data.loading import load
    from mnist_cli.training.data import load_training_data
    from mnist_cli.training.session import Session

    start = chosen_start(options)
    config = _chosen_config(options, start)
    output = options["output"] or DEFAULT_CHECKPOINT
    inputs = [_config_file(options), Path(options["dataset"])]
    check_output(output, options["data_dir"], inputs)
    found = load(options["dataset"], options["data_dir"], say=out.say, progress=out.progress)
    if "validation_size" not in _chosen_values(options):
        config = replace(config, validation_size=found.validation_size)
    if options["drawn"] is None:
        config = _suited(config, found.name, out)
    data = load_training_data(found.name, found.data_dir, config, out.say)
    path = claim_output(context, output, out)
    return Session.start(config, data, path, options["threads"], start)


def _suited(config: TrainingConfig, dataset: str, out: Output) -> TrainingConfig:
    """Return a configuration without drawn images where the data set has other classes."""
    from mnist_cli.training.data import NOT_DRAWN, without_drawn

    suited = without_drawn(config, find_dataset(dataset).classes)
    if suited != config:
        out.say(NOT_DRAWN)
    return suited


def _config_file(options: dict[str, Any]) -> Path | None:
    """Return the file that the output must not replace; an older checkpoint keeps another name."""
    from mnist_cli.config.files import find_config, is_archive

    found = None if options["config"] is None else find_config(options["config"])
    return None if found is None or is_archive(found) else found


def _chosen_config(options: dict[str, Any], start: "Start | None") -> TrainingConfig:
    """Return the settings; what is not chosen is as in `start`, or usual."""
    taken_over = start.settings if start else {}
    return make_config({**taken_over, **_chosen_values(options)}, "mnist train")


def _chosen_values(options: dict[str, Any]) -> dict[str, Any]:
    """Option beats environment (both are in `options`) beats file."""
    from mnist_cli.config.files import config_values

    given = {name: options[name] for name in SETTINGS if options[name] is not None}
    return {**config_values(options["config"]), **given}


def _resumed(context: click.Context, options: dict[str, Any], out: Output) -> "Session":
    from mnist_cli.data.loading import load
    from mnist_cli.training.checkpoint import load_checkpoint
    from mnist_cli.training.data import load_training_data
    from mnist_cli.training.environment import describe_environment
    from mnist_cli.training.session import Session

    names = _names_given(context, options["resume"])
    path, own = claim_resumed(context, options, out)
    checkpoint = load_checkpoint(options["resume"])
    run, provenance = checkpoint.run, checkpoint.provenance
    if provenance.dataset == OWN:
        raise InputError(
            f"{options['resume']}: was trained on images given in Python and cannot be resumed; "
            "train again from Python"
        )
    if "epochs" in names:
        if options["epochs"] < run.epoch:
            raise click.UsageError(
                f"--epochs must be at least {run.epoch}, the epochs that are done, got "
                f"{options['epochs']}."
            )
        run.config = replace(run.config, epochs=options["epochs"])
    dataset = options["dataset"] if "dataset" in names else provenance.dataset
    found = load(dataset, options["data_dir"], say=out.say, progress=out.progress)
    if found.name != provenance.dataset:
        raise InputError(
            f"{options['resume']}: was trained on {provenance.dataset}, not on {found.name}; leave "
            f"out --dataset, got {dataset}"
        )
    data = load_training_data(found.name, options["data_dir"], run.config, out.say)
    here = describe_environment(options["threads"])
    pairs = [(name, was, here.get(name, "unknown")) for name, was in provenance.environment.items()]
    changed = [f"{name} was {was}, is {now}" for name, was, now in pairs if was != now]
    if changed:
        out.say(f"The last bits may differ from a run without interruption: {'; '.join(changed)}.")
    return Session.resume(checkpoint, data, path, own)


def _names_given(context: click.Context, resume: Path) -> set[str]:
    """Return the names of what stands on the command line, and is not from the environment.

    Raises click.UsageError if it is a setting, which --resume continues with.
    """
    given = {
        parameter.name: parameter.opts[0]
        for parameter in context.command.params
        if parameter.name
        and context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE
    }
    for name, option in given.items():
        if name not in MAY_CHANGE:
            raise click.UsageError(
                f"--resume continues with the settings of {resume}; only --epochs, "
                f"--output and --threads may change, got {option}."
            )
    return set(given)


def _say_plan(session: "Session", out: Output) -> None:
    from mnist_cli.cli.display import network_line, settings_line

    run = session.run
    out.say(f"Data      {_data_line(session.data, run.config.drawn)}")
    out.say(f"Network   {network_line(run.network)}")
    out.say(f"Settings  {settings_line(run.config)}")
    for doubt in doubts(run.config, run.outputs):
        out.say(f"Note      {doubt}")
    if session.provenance.origin and not run.epoch:
        out.say(f"Start     the weights of {session.provenance.origin.name}")
    if run.epoch or run.step:
        out.say(f"Resuming  after {run.progress}.")


def _data_line(data: "TrainingData", drawn: int) -> str:
    held = len(data.validation.labels) if data.validation else 0
    validation = f"{held:,} for validation" if held else "none for validation"
    title = find_dataset(data.name).title
    images = counted(len(data.training) - drawn, "image")
    added = f" and {counted(drawn, 'drawn image')}" if drawn else ""
    return f"{title}: {images}{added} to train on, {validation}"


def _check_gradients(session: "Session", out: Output) -> float:
    from mnist_cli.network.backpropagation import wanted_outputs
    from mnist_cli.network.gradient_check import gradient_error

    images, labels = (array[:8] for array in session.data.training)
    network = session.run.network
    error = gradient_error(network, images, wanted_outputs(network).T[labels])
    if not out.as_json:
        text = (
            f"Backpropagation differs from central differences by {error:.1e}, relatively, at most."
        )
        click.echo(text)
    return error
