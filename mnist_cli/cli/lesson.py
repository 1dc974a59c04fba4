"""`mnist lesson`: the ideas of the lectures, seen on the user's own network."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from mnist_cli.bundled import PLAIN
from mnist_cli.cli.help import examples
from mnist_cli.cli.options import (
    DEFAULT_CHECKPOINT,
    NETWORK,
    PathType,
    completions,
    data_dir_option,
    dataset_option,
    given_option,
    language_option,
    load_network,
    output_options,
)
from mnist_cli.cli.output import Output
from mnist_cli.config.settings import nearest
from mnist_cli.data.registry import or_builtin
from mnist_cli.language import chosen_language
from mnist_cli.lesson.course import COURSE, SLOW, WITHOUT_IMAGE
from mnist_cli.storage.paths import exists

if TYPE_CHECKING:
    from mnist_cli.lesson.material import Material


class LessonType(click.ParamType):  # type: ignore[type-arg]  # generic since Click 8.4 only
    """The name of a lesson."""

    name = "lesson"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Check that there is such a lesson."""
        name = str(value).lower().replace("_", "-")
        if name not in COURSE:
            self.fail(f"no such lesson, got {value!r}{nearest(name, COURSE)}", param, ctx)
        return name

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Offer the names."""
        return completions(COURSE, incomplete)


class ImageType(PathType):
    """The number of a test image, or a picture; a file whose name is a number is `./17`."""

    name = "image"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """Show both."""
        return "N|FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Tell a number from a path."""
        if re.fullmatch(r"[+-]?[0-9]{1,18}", str(value)):
            return int(value)
        return super().convert(value, param, ctx)


@click.command(
    epilog=examples(
        "mnist lesson",
        "mnist lesson cost",
        "mnist lesson backprop --image my-digit.png --lang ko",
    )
)
@click.argument("name", type=LessonType(), required=False)
@click.option(
    "--image",
    type=ImageType(path_type=Path, dir_okay=False),
    help="Test image by its number, from 0, or a picture.  [default: what the lesson needs]",
)
@click.option(
    "--checkpoint",
    type=NETWORK,
    help="The trained network: a file, or best or default, which come with the program.  "
    f"[default: {DEFAULT_CHECKPOINT.as_posix()}, else default]",
)
@language_option
@dataset_option
@data_dir_option("lesson")
@output_options
def lesson(
    name: str | None,
    checkpoint: Path | None,
    lang: str | None,
    quiet: bool,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Show one idea of the lectures on your own network; without a NAME, list them.

    Every lesson is one screen: a question, a picture or table that is computed now from the network
    and its images, a few sentences, and a command that goes on from there.
    """
    from mnist_cli.lesson.page import contents, find_facts, lesson_lines
    from mnist_cli.lesson.texts import load_words

    out, words = Output(quiet, as_json), load_words(chosen_language(lang))
    if name is None:
        if option := given_option("image", "checkpoint", "dataset", "data_dir"):
            raise click.UsageError(
                f"{option} needs the NAME of a lesson; 'mnist lesson' lists them."
            )
        return out.result(*contents(words), lessons=[_row(each, words) for each in COURSE])
    if chosen["image"] is not None and name in WITHOUT_IMAGE:
        raise click.UsageError(
            f"--image: lesson {name} shows no single image, got {chosen['image']}; leave it out."
        )
    material = _material(checkpoint, out, **chosen)
    if name in SLOW:
        out.say(words("wait"))
    facts = find_facts(name, material)
    lines = lesson_lines(name, facts, material, words)
    return out.result(*map(_fitting, lines), **_row(name, words), **_source(material), facts=facts)


def _row(name: str, words: Any) -> dict[str, str]:
    return {"lesson": name, "question": words.of(name)("question"), "try": COURSE[name]}


def _source(material: "Material") -> dict[str, Any]:
    model = material.model
    return {"checkpoint": model.name, "finished": model.finished, "dataset": material.data.name}


def _material(
    checkpoint: Path | None, out: Output, image: Any, dataset: str | None, data_dir: Path
) -> "Material":
    """Open the user's own network, else the plain one that comes with the program."""
    from mnist_cli.data.loading import load
    from mnist_cli.lesson.material import Material

    own = DEFAULT_CHECKPOINT if exists(DEFAULT_CHECKPOINT) else PLAIN
    model = load_network(checkpoint or own, out, data_dir)
    name = dataset or or_builtin(model.dataset)
    return Material(model, load(name, data_dir, say=out.say, progress=out.progress), image)


def _fitting(line: str) -> str:
    """Return a line in the signs that the terminal has: shades become plain ones."""
    from mnist_cli.cli.display import fitting

    return fitting(line, getattr(sys.stdout, "encoding", None) or "utf-8")
