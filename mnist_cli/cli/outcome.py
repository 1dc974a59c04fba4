"""The end of a training: what was done, the result, and the next step."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from mnist_cli.cli.options import DEFAULT_CHECKPOINT, resume_command
from mnist_cli.cli.output import Output
from mnist_cli.config.doubts import doubts
from mnist_cli.data.registry import in_data_dir
from mnist_cli.wording import counted

if TYPE_CHECKING:
    from mnist_cli.training.session import Session


def say_result(
    session: "Session", stopped: bool, gradient_error: float | None, data_dir: Path, out: Output
) -> None:
    """Say what was done, print the result, and say what to do next."""
    from mnist_cli.training.diagnosis import advice

    run, data, origin = session.run, session.data, session.provenance.origin
    network = run.result()
    warnings = advice(run, data.training, data.validation)
    for warning in warnings:
        out.say(f"Note      {warning}")
    if session.set_aside:
        out.say(f"The older file of that name is now {session.set_aside}.")
    out.say(_summary(session, stopped))
    out.result(
        *_result_lines(session),
        dataset=data.name,
        parameters=network.parameters.size,
        config=run.config.to_dict(),
        origin=None if origin is None else origin._asdict(),
        checkpoint=str(session.path),
        history=[result._asdict() for result in run.history],
        finished=run.finished,
        stopped_early=run.stopped_early,
        warnings=[*doubts(run.config, run.outputs), *warnings],
        **({} if gradient_error is None else {"gradient_error": gradient_error}),
    )
    out.say(_next_step(session, data_dir))


def _summary(session: "Session", stopped: bool) -> str:
    """Return what was done."""
    run = session.run
    if stopped and not run.finished:
        return f"Stopped after {run.progress}."
    if not run.epoch:
        return "Trained nothing: with 0 epochs the network is as it started."
    seconds = [result.seconds for result in run.history if result.seconds is not None]
    text = f"Trained {counted(len(seconds), 'epoch')} in {sum(seconds):.1f} s."
    if not seconds:
        further = "" if run.stopped_early else "; a larger --epochs continues it"
        text = f"The run had already finished after {counted(run.epoch, 'epoch')}{further}."
    if run.stopped_early:
        text += f" No improvement since epoch {run.best_epoch}, whose network is saved."
    return text


def _result_lines(session: "Session") -> list[str]:
    saved = f"Saved {session.path}" if session.saved else f"Unchanged: {session.path}"
    accuracy = session.run.validation_accuracy
    if accuracy is None or not session.data.validation or not session.run.finished:
        return [saved]
    count = counted(len(session.data.validation.labels), "image")
    return [f"Validation accuracy {accuracy:.2%} ({count})", saved]


def _next_step(session: "Session", data_dir: Path) -> str:
    if not session.run.finished:
        return f"Continue with: {resume_command(session.path, data_dir)}"
    is_usual = session.path == DEFAULT_CHECKPOINT
    option = "" if is_usual else f" --checkpoint {quote(str(session.path))}"
    return f"Next: {in_data_dir(f'mnist evaluate{option}', data_dir)}"
