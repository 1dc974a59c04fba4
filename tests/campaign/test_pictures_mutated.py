"""Pictures changed at random, and bombs: read, or refused in one line, in 2 s and 300 MB."""

import io
from pathlib import Path

import numpy as np
import pytest

from campaign.bombs import bombs, drawn
from campaign.bounds import (
    check_bounds,
    check_message,
    check_refused,
    command,
    faults,
    generator,
    in_parts,
    many,
)
from campaign.mutations import mutated
from mnist_cli.errors import MnistError
from mnist_cli.pictures.reader import Picture, read_picture, read_sheets, read_whole

FORMATS = {
    "PNG": {"side": 40},
    "JPEG": {"side": 48, "quality": 60},
    "progressive JPEG": {"form": "JPEG", "side": 48, "progressive": True},
    "BMP": {"side": 24},
    "GIF": {"side": 40},
    "WEBP": {"side": 40},
    "TIFF": {"side": 24},
    "packed TIFF": {"form": "TIFF", "side": 40, "compression": "tiff_lzw"},
    "PPM": {"side": 24},
}
SEEDS = {name: drawn(**{"form": name} | options) for name, options in FORMATS.items()}
READERS = (read_picture, read_sheets, read_whole)


def check_picture(source, read=read_picture):
    """Check that a picture, a path or an open file, is read, or refused in one line."""
    try:
        found = read(source)
    except MnistError as error:
        check_message(error)
        return
    for picture in pictures_of(found):
        assert picture.image.shape == (784,)
        assert picture.image.dtype == np.uint8
        left, top, right, bottom = picture.box
        assert 0 <= left <= right and 0 <= top <= bottom


def pictures_of(found):
    """Return what a reader found; of each row of a page, some of the pieces."""
    if isinstance(found, Picture):
        return [found]
    rows = [(sheet, row) for sheet in found for row in sheet.rows]
    return [sheet.picture(piece.found) for sheet, row in rows for piece in row.pieces[:5]]


def mutate(case):
    form, seed = case
    rng = generator(form, seed)
    content = mutated(SEEDS[form], rng, list(SEEDS.values()))
    check_picture(io.BytesIO(content), READERS[rng.choice(3, p=(0.8, 0.1, 0.1))])


@pytest.mark.parametrize("form", SEEDS)
def test_mutated_pictures(form):
    count = many(11_200, 150)
    cases = [(f"{form}, seed {seed}", (form, seed)) for seed in range(count)]
    assert faults(mutate, cases) == []


def explode(case):
    path, read = case
    check_picture(path, read)


@in_parts(many(4, 1))
@pytest.mark.parametrize("read", [read_picture, read_sheets])
def test_bombs(tmp_path, read, part):
    """Each in a process of its own: the memory that one takes is not counted for the next."""
    made = bombs()
    assert len(made) >= 60
    cases = []
    for number, name in enumerate(many(list(made), list(made)[::10])[part]):
        path = tmp_path / f"{number}"
        path.write_bytes(made[name]())
        cases.append((name, (path, read)))
    assert faults(explode, cases, 1) == []


CROWDED = {
    name: make
    for name, make in bombs().items()
    if name.endswith(("dots", "apart")) or name.startswith(("a net", "dashes", "noise, PNG"))
}


@pytest.mark.parametrize("name", many(CROWDED, ["2000 dots", "2,025 discs, 36 apart"]))
def test_a_crowded_page_with_the_networks_answers(tmp_path, name):
    (tmp_path / "page.png").write_bytes(CROWDED[name]())
    done = command("predict", "-q", "--many", "page.png", cwd=tmp_path)
    print(f"{name}: {done.seconds:.2f} s with the start, {done.peak / 1e6:.0f} MB")  # noqa: T201
    assert (done.code, done.err) == (0, "")
    check_bounds(done)


COMMANDS = {
    "predict": ["predict", "-q", "a.png"],
    "many": ["predict", "-q", "--many", "a.png"],
    "show": ["predict", "-q", "--show", "a.png"],
    "json": ["predict", "-q", "--json", "a.png"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_broken_picture_is_one_line(tmp_path, name):
    whole = SEEDS["PNG"]
    cases = [
        b"",
        whole[:60],
        b"\x89PNG\r\n\x1a\n\x1b[2J\n",
        bytes(100),
        bombs()["PNG claims the most"](),
    ]
    for content in many(cases, cases[1:2]):
        Path(tmp_path, "a.png").write_bytes(content)
        check_refused(command(*COMMANDS[name], cwd=tmp_path))
        assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
