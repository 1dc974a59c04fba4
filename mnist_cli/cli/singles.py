"""`mnist predict`: the answer to each single picture, and how an answer is said."""

import sys
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from mnist_cli.classes import image_word
from mnist_cli.cli.inputs import Input, loaded
from mnist_cli.cli.output import tell
from mnist_cli.cli.pages import Answered, Task, failure
from mnist_cli.cli.steps import Stems
from mnist_cli.wording import sureness

if TYPE_CHECKING:
    from mnist_cli.model import Model
    from mnist_cli.pictures.reader import Picture
    from mnist_cli.prediction import Reading

AT_ONCE = 64  # pictures answered together


def answered_pictures(task: Task, inputs: list[Input]) -> Iterator[Answered]:
    """Answer in small groups; a picture that cannot be read does not stop the others."""
    from mnist_cli.cli.display import draw_steps
    from mnist_cli.pictures.steps import save_steps

    model, other, chosen, out, done, describe = task
    keep = chosen.show or chosen.steps_folder is not None
    todo, stems = iter(inputs), Stems()
    while group := list(islice(todo, AT_ONCE)):
        opened = [loaded(one, keep_steps=keep, handwriting=model.handwriting) for one in group]
        pictures = model.settled([picture for found in opened for picture in found.pictures])
        readings = _readings(model, other, pictures, chosen.level) if pictures else []
        answered = zip(pictures, readings, strict=True)
        for found in opened:
            done(1)
            if found.skipped:
                out.say(f"mnist predict: {found.skipped}")
            if found.error:
                yield failure(found)
            for picture, answer in islice(answered, len(found.pictures)):
                if chosen.steps_folder is not None:
                    save_steps(picture.steps, chosen.steps_folder, stems.of(found.title))
                reading = answer._asdict()
                if not out.as_json:
                    tell(describe(found.name, reading))
                if chosen.show:
                    stream = sys.stderr if out.as_json else sys.stdout
                    draw_steps(picture, model.config.preprocessing, stream)
                yield Answered([{"file": found.name, **reading}], [])


def _readings(
    model: "Model", other: "Model | None", pictures: "list[Picture]", level: float | None
) -> "list[Reading]":
    """Return the answers, with a warning where `other`, which comes with the program, differs."""
    from mnist_cli.prediction import with_second_opinion

    readings = model.read(pictures, level)
    if other is None:
        return readings
    return list(map(with_second_opinion, readings, other.read(pictures)))


def described(name: str, reading: dict[str, Any], top: int, model: "Model") -> str:
    """Say in one line what was read, and how sure it is."""
    classes = model.classes
    warnings = f"   ({'; '.join(reading['warnings'])})" if reading["warnings"] else ""
    if reading["label"] is None:
        return f"{name}: no {image_word(classes)}{warnings}"
    ranked = sorted(range(len(classes)), key=lambda number: -reading["scores"][number])[:top]
    scores = ", ".join(f"{classes[number]}: {reading['scores'][number]:.3f}" for number in ranked)
    sure = _sure(reading, model.calibrated)
    answer = " or ".join(reading["set"] or [reading["label"]])
    return f"{name}: {answer}   {sure}   (scores {scores}){warnings}"


def _sure(reading: dict[str, Any], calibrated: bool) -> str:
    """Say how sure the answer is; that to a picture like none that was learned is not."""
    from mnist_cli.prediction import UNLIKE, UNLIKE_OTHERS

    if not calibrated:
        return "not calibrated"
    if {UNLIKE, UNLIKE_OTHERS}.intersection(reading["warnings"]):
        return "not sure"
    of_which = f" of {reading['label']}" if len(reading["set"] or []) > 1 else ""
    return f"{sureness(reading['confidence'])} sure{of_which}"
