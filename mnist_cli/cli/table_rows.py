"""`mnist predict test.csv`: an answer to every row of a table, or Kaggle's form of a submission."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnist_cli.cli.options import OUTPUT, Function, given_option, network_path
from mnist_cli.cli.output import FAILED, Output, tell
from mnist_cli.cli.pages import Answered, Describe
from mnist_cli.cli.targets import check_output, existing_folder
from mnist_cli.data.registry import DATASETS
from mnist_cli.errors import DataError, InputError
from mnist_cli.wording import counted

if TYPE_CHECKING:
    from mnist_cli.data.tables import Rows
    from mnist_cli.model import Model
    from mnist_cli.prediction import Reading

HEADER = b"ImageId,Label\n"


def csv_option(function: Function) -> Function:
    """Add --csv."""
    return click.option(
        "--csv",
        "submission",
        type=OUTPUT,
        help="For one table: write the answers to this file, as Kaggle wants them.",
    )(function)


def tables_among(names: Sequence[str], *, pictures_only: bool) -> list[str]:
    """Return the tables, by their names.

    `pictures_only`: whether an option is given that tables do not have. Raises click.UsageError for
    tables with that, or with pictures beside them.
    """
    from mnist_cli.data.rows import is_table

    tables = [name for name in names if is_table(name)]
    if tables and len(tables) < len(names):
        other = next(name for name in names if name not in tables)
        raise click.UsageError(
            f"tables and pictures need a command each, got {tables[0]}, {other}."
        )
    if tables and pictures_only:
        raise click.UsageError("--many, --show and --save-steps are for pictures; leave them out.")
    return tables


def answered_rows(
    model: "Model",
    tables: Sequence[str],
    describe: Describe,
    level: float | None,
    out: Output,
) -> Iterator[Answered]:
    """Answer row by row, with answer sets if there is a `level`.

    A row or table that cannot be read does not stop the others.
    """
    for name in tables:
        errors: list[DataError | OSError] = []
        for rows in _parts(name, errors):
            yield from _told(name, errors)
            for number, reading in zip(rows.numbers, _readings(model, rows, level), strict=True):
                values = reading._asdict()
                del values["box"]  # there is no picture
                if not out.as_json:
                    tell(describe(f"{name}:{number}", values))
                yield Answered([{"file": name, "row": number, **values}], [])
        yield from _told(name, errors)


def _parts(name: str, errors: list[DataError | OSError]) -> "Iterator[Rows]":
    """Read a table; what cannot be read is added to the errors."""
    from mnist_cli.data.rows import read_rows

    try:
        yield from read_rows(Path(name), errors.append)
    except (DataError, OSError) as error:
        errors.append(error)


def _readings(model: "Model", rows: "Rows", level: float | None) -> "list[Reading]":
    from mnist_cli.images import SIDE
    from mnist_cli.pictures.reader import Picture

    pictures = [Picture(image, (), (0, 0, SIDE, SIDE), {}) for image in rows.images]
    return model.read(pictures, level)


def _told(name: str, errors: list[DataError | OSError]) -> Iterator[Answered]:
    """Tell what cannot be read, once."""
    for error in errors:
        text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        text = text.removeprefix(f"{name}: ")
        tell(f"mnist predict: {name}: {text}", err=True)
        yield Answered([{"file": name, "error": text}], [])
    errors.clear()


def check_submission(
    tables: Sequence[str], output: Path, checkpoint: Path | None, *, lines: bool
) -> None:
    """Check before the work that the answers can be written. Raises UsageError and OSError.

    `lines`: JSON lines are asked for, too.
    """
    from mnist_cli.data.loading import usual_data_dir

    if len(tables) != 1 or lines:
        raise click.UsageError(
            "--csv is for the answers to one table, without --json-lines; name a .csv, .npz or IDX "
            "file."
        )
    if option := given_option("level", "top"):
        raise click.UsageError(f"--csv has one answer for each row; leave out {option}.")
    if output.suffix.lower() != ".csv":  # so that it is never a checkpoint or a picture
        raise click.UsageError(f"--csv must be the name of a .csv file, got {output}.")
    existing_folder(output, "--csv")
    check_output(output, usual_data_dir(), [Path(tables[0]), network_path(checkpoint)], "--csv")


def write_submission(model: "Model", table: Path, output: Path, out: Output) -> None:
    """Write one answer for each row of a table, all or none; bad rows are left out and named."""
    from mnist_cli.data.rows import read_rows
    from mnist_cli.storage.atomic import atomic_write

    bad: list[DataError] = []
    labels, count = _labels(model), 0
    with atomic_write(output) as file:
        file.write(HEADER)
        for rows in read_rows(table, bad.append):
            answers = model.scores(rows.images).argmax(axis=1)
            pairs = zip(rows.numbers, answers, strict=True)
            file.write("".join(f"{row},{labels[answer]}\n" for row, answer in pairs).encode())
            count += len(rows.numbers)
        if count == 0:
            raise InputError(f"{table}: no row can be read; {output} is not written")
    for error in bad:
        tell(f"mnist predict: {error}", err=True)
    out.result(
        f"Wrote {output} ({counted(count, 'row')}).",
        csv=str(output),
        rows=count,
        bad_rows=len(bad),
    )
    if bad:
        click.get_current_context().exit(FAILED)


def _labels(model: "Model") -> list[str]:
    """Return how the files of the data set call each class.

    The sets that we know by name have numbers there, one's own have the names.
    """
    if model.dataset in DATASETS:
        return [str(number) for number in range(len(model.classes))]
    return [_cell(name) for name in model.classes]


def _cell(text: str) -> str:
    """Return a text for a cell of CSV, in quotes where it needs them."""
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"') else text
