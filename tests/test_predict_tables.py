"""`mnist predict test.csv`: an answer to every row."""

import csv
import gzip
import json
import os
import sys

import numpy as np
import pytest

import mnist_cli
from mnist_cli.data.idx import IMAGES_MAGIC, idx_header
from mnist_cli.model import load_model


@pytest.fixture
def images(digits):
    return np.array(digits.images[:600])


@pytest.fixture
def table(tmp_path, images):
    """600 rows in Kaggle's form."""
    path = tmp_path / "test.csv"
    rows = [[f"pixel{number}" for number in range(784)], *images.tolist()]
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
    return path


def spoil(table, row):
    lines = table.read_text().splitlines()
    lines[row] += ",0"
    table.write_text("\n".join(lines))


def test_a_line_for_each_row(mnist, table, images):
    done = mnist("predict", "test.csv")
    assert done.code == 0
    lines = done.out.splitlines()
    answers = load_model().predict(images)
    assert [line.split()[1] for line in lines] == list(map(str, answers))
    assert lines[599].startswith(f"test.csv:600: {answers[599]}   ")


def test_json_lines(mnist, table, images):
    lines = [
        json.loads(line) for line in mnist("predict", "test.csv", "--json-lines").out.splitlines()
    ]
    assert [line["row"] for line in lines] == list(range(1, 601))
    scores = load_model().scores(images)
    np.testing.assert_allclose([line["scores"] for line in lines], scores, atol=1e-6)


def test_a_submission_in_kaggles_form(mnist, table, images, tmp_path):
    done = mnist("predict", "test.csv", "--csv", "submission.csv")
    assert (done.code, done.out) == (0, "Wrote submission.csv (600 rows).\n")
    content = (tmp_path / "submission.csv").read_bytes()
    assert content.startswith(b"ImageId,Label\n1,") and b"\r" not in content
    rows = list(csv.DictReader(content.decode().splitlines()))
    assert [int(row["ImageId"]) for row in rows] == list(range(1, 601))
    assert [int(row["Label"]) for row in rows] == load_model().predict(images).tolist()


@pytest.mark.parametrize("name", ["a.npz", "t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz"])
def test_the_other_forms_give_the_same_submission(mnist, table, images, tmp_path, name):
    content = idx_header(IMAGES_MAGIC, len(images)) + images.tobytes()
    if name == "a.npz":
        np.savez_compressed(tmp_path / name, x_test=images.reshape(-1, 28, 28))
    else:
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert mnist("predict", name, "--csv", "one.csv").code == 0
    assert mnist("predict", "test.csv", "--csv", "other.csv").code == 0
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()


def test_a_bad_row_is_one_line_and_the_others_keep_their_numbers(mnist, table, tmp_path):
    spoil(table, 300)
    message = "test.csv: row 300: must have 784 pixels, got 785\n"
    done = mnist("predict", "test.csv", "-q")
    assert (done.code, done.err) == (1, f"mnist predict: {message}")
    assert len(done.out.splitlines()) == 599 and "test.csv:300:" not in done.out
    done = mnist("predict", "test.csv", "--csv", "out.csv", "-q")
    assert (done.code, done.err) == (1, f"mnist predict: {message}")
    numbers = [line.split(",")[0] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]]
    assert numbers == [str(number) for number in range(1, 601) if number != 300]


def test_a_whole_part_of_bad_rows(mnist, table, tmp_path):
    header, *rows = table.read_text().splitlines()
    table.write_text("\n".join([header, *(f"{row},0" for row in rows[:550]), *rows[550:]]))
    done = mnist("predict", "test.csv", "-q")
    assert (done.code, len(done.err.splitlines()), len(done.out.splitlines())) == (1, 550, 50)
    table.write_text("\n".join([header, *(f"{row},0" for row in rows)]))
    done = mnist("predict", "test.csv", "--csv", "a.csv", "-q")
    assert (
        done.code == 1 and done.err == "mnist: test.csv: no row can be read; a.csv is not written\n"
    )
    assert not (tmp_path / "a.csv").exists()


def test_a_table_that_cannot_be_read_leaves_the_old_submission(mnist, table, tmp_path):
    (tmp_path / "out.csv").write_text("mine")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(table.read_bytes())[:100_000])
    done = mnist("predict", "cut.csv.gz", "--csv", "out.csv", "-q")
    assert done.code == 1 and done.err.startswith("mnist: cut.csv.gz: damaged gzip data (")
    assert (tmp_path / "out.csv").read_text() == "mine"


def test_one_table_that_cannot_be_read_does_not_stop_the_next(mnist, table):
    done = mnist("predict", "missing.csv", "test.csv", "-q")
    assert (done.code, done.err) == (1, "mnist predict: missing.csv: No such file or directory\n")
    assert len(done.out.splitlines()) == 600


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["test.csv", "photo.png"], "tables and pictures need a command each"),
        (["test.csv", "--many"], "--many, --show and --save-steps are for pictures"),
        (["photo.png", "--csv", "a.csv"], "--csv is for the answers to one table"),
        (["test.csv", "--csv", "test.csv"], "--csv must not be a file that is read"),
        (["test.csv", "--csv", "mine.npz"], "--csv must be the name of a .csv file, got mine.npz."),
        (
            ["test.csv", "--csv", "a.csv", "--sets", "0.9"],
            "one answer for each row; leave out --se",
        ),
        (["test.csv", "--csv", "a.csv", "--top", "5"], "one answer for each row; leave out --top"),
        (["test.csv", "--csv", "no/a.csv"], "--csv: no such folder, got no; make it first"),
    ],
)
def test_calls_that_make_no_sense(mnist, table, arguments, message):
    before = table.read_bytes()
    done = mnist("predict", *arguments)
    assert done.code == 2 and message in done.err and len(done.err.splitlines()) == 1
    assert table.read_bytes() == before


def test_labels_are_those_of_the_data_set(mnist, table, images, tmp_path):
    """A network of one's own classes answers with their names, one of MNIST with digits."""
    named = mnist_cli.Split(images[:60], np.arange(60, dtype=np.uint8) % 3, ("7", 'a "b"', "c,d"))
    model = mnist_cli.train(named, epochs=1, validation_size=0)
    model.save(tmp_path / "own.npz")
    assert mnist("predict", "test.csv", "--csv", "a.csv", "--checkpoint", "own.npz").code == 0
    with (tmp_path / "a.csv").open(newline="") as file:
        found = [row["Label"] for row in csv.DictReader(file)]
    assert found == [named.classes[number] for number in model.predict(images)]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
@pytest.mark.parametrize("name", ["pipe.csv", "pipe.csv.gz", "pipe.npz", "t10k-images-idx3-ubyte"])
@pytest.mark.parametrize("options", [[], ["--csv", "out.csv"]])
def test_a_table_that_is_a_pipe_is_not_waited_for(mnist, tmp_path, name, options):
    os.mkfifo(tmp_path / name)
    done = mnist("predict", "-q", name, *options)
    assert done.code == 1
    assert "must be a file, got a pipe or a device; save the table first" in done.err
    assert len(done.err.splitlines()) == 1
    assert not (tmp_path / "out.csv").exists()
