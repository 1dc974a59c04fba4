"""The arguments of `mnist predict`, and names of files in the output of all commands."""

import json
import os
import socket
import subprocess
import sys
import threading
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from conftest import clean_environment, uncounted_environment
from PIL import Image
from test_pictures import HOSTILE

from mnist_cli.cli.steps import Stems
from mnist_cli.errors import PictureError, one_line, shown
from mnist_cli.pictures import pipes
from mnist_cli.pictures.reader import read_picture

LONG_NAME = "a" * 300 + ".png"
posix = pytest.mark.skipif(sys.platform == "win32", reason="no such files")


def drawn_seven():
    """A seven drawn with a thick pen, black on white, as a PNG."""
    image = np.full((100, 100), 255, np.uint8)
    image[20:28, 25:75] = 0
    for row in range(28, 85):
        middle = 72 - (row - 28) // 2
        image[row, middle - 4 : middle + 4] = 0
    file = BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def seven():
    return drawn_seven()


# ---- one bad name stops no other


REASONS = {
    LONG_NAME: "File name too long",
    "loop": "Too many levels of symbolic links",
    "folder/loop.png": "Too many levels of symbolic links",
    "gone.png": "No such file or directory",
    "empty": "no picture in this folder; give one, or a folder that has some",
    "seven.png/x.png": "Not a directory",
}
IN_FOLDER = {
    "folder/loop.png": "Too many levels of symbolic links",
    "folder/pipe.png": "is a pipe; to wait for what comes out of it, name it by itself",
}


@posix
def test_a_bad_name_is_one_line_and_stops_no_other(mnist, tmp_path, seven):
    (tmp_path / "seven.png").write_bytes(seven)
    (tmp_path / "loop").symlink_to("pool")
    (tmp_path / "pool").symlink_to("loop")
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "loop.png").symlink_to("loop.png")
    os.mkfifo(tmp_path / "folder" / "pipe.png")
    result = mnist("predict", "-q", *REASONS, "folder", "seven.png")
    assert result.code == 1
    reasons = [*REASONS.items(), *IN_FOLDER.items()]
    told = [one_line(f"mnist predict: {name}: {reason}") for name, reason in reasons]
    assert result.err.splitlines() == told
    assert result.out.startswith("seven.png: 7   ")
    assert len(result.out.splitlines()) == 1


AS_NOBODY = """
import os, shutil, sys
from pathlib import Path
from mnist_cli import bundled
shutil.copy(bundled.BUNDLED, "network.npz")
shutil.copytree(bundled.MODELS, "models")  # the program's own folder may be closed to others
bundled.MODELS = Path("models")
bundled.BUNDLED = bundled.MODELS / "best.npz"
from mnist_cli.cli import cli
try:  # import all that is needed while everything may be read
    cli(["predict", "--checkpoint", "network.npz", "-q", "seven.png"])
except SystemExit:
    pass
if os.geteuid() == 0:
    os.chmod(".", 0o755)
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
cli(["predict", "--checkpoint", "network.npz", "--json", "hidden", "hidden/a.png", "seven.png"])
"""


@posix
def test_a_folder_that_may_not_be_read_stops_no_other(tmp_path, seven):
    (tmp_path / "hidden").mkdir()
    for path in (tmp_path / "seven.png", tmp_path / "hidden" / "a.png"):
        path.write_bytes(seven)
    (tmp_path / "hidden").chmod(0)
    try:
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY],
            cwd=tmp_path,
            env=uncounted_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        (tmp_path / "hidden").chmod(0o700)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "mnist predict: hidden: Permission denied",
        "mnist predict: hidden/a.png: Permission denied",
    ]
    answers = json.loads(done.stdout.splitlines()[-1])["predictions"]
    assert [answer.get("digit", answer.get("error")) for answer in answers] == [
        "Permission denied",
        "Permission denied",
        7,
    ]


def test_a_broken_picture_stops_no_other(mnist, tmp_path, seven):
    (tmp_path / "bad.png").write_bytes(HOSTILE["png without its palette"]())
    (tmp_path / "seven.png").write_bytes(seven)
    result = mnist("predict", "-q", "bad.png", "seven.png")
    assert result.code == 1
    assert result.err.startswith("mnist predict: bad.png: the picture is broken, got '")
    assert len(result.err.splitlines()) == 1
    assert result.out.startswith("seven.png: 7   ")


# ---- pipes and devices


@posix
@pytest.mark.parametrize("many", [(), ("--many",)])
def test_pipes_are_read_as_files_are(tmp_path, seven, many):
    (tmp_path / "seven.png").write_bytes(seven)
    Image.new("L", (50, 50), 255).save(tmp_path / "blank.png")
    call = f"{sys.executable} -m mnist_cli predict -q --json-lines {' '.join(many)}"
    command = f"cat seven.png | {call} <(cat seven.png) <(cat blank.png) /dev/stdin"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert [json.loads(line)["digit"] for line in done.stdout.splitlines()] == [7, None, 7]


@posix
def test_a_blank_page_through_standard_input_with_many(mnist):
    file = BytesIO()
    Image.new("L", (50, 50), 255).save(file, "PNG")
    result = mnist("predict", "-", "-q", "--many", stdin=file.getvalue())
    assert (result.code, result.out) == (0, "-: no digit   (no ink found)\n")


@posix
def test_a_slow_pipe_is_read_to_its_end(tmp_path, seven):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(seven,))
    threading.Timer(0.2, writer.start).start()
    assert read_picture(tmp_path / "pipe").warnings == ()
    writer.join()


@posix
def test_a_socket_is_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as door:
        door.bind("door")
        with pytest.raises(PictureError, match=r"^door: must be .*, got a socket; save it in a"):
            read_picture(Path("door"))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere such a pipe is empty")
def test_a_pipe_into_which_nobody_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(pipes, "PATIENCE", 0.1)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PictureError, match=r"the pipe must end within 0\.1 seconds, got no end"):
        read_picture(tmp_path / "pipe")


@posix
@pytest.mark.parametrize("name", ["/dev/zero", "-"])
def test_a_source_that_never_ends_is_refused(name):
    with Path("/dev/zero").open("rb") as source:
        endless = subprocess.Popen(["cat"], stdin=source, stdout=subprocess.PIPE)
    with endless:
        done = subprocess.run(
            [sys.executable, "-m", "mnist_cli", "predict", "-q", name],
            stdin=endless.stdout,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        endless.kill()
    assert done.returncode == 1
    assert done.stderr == (
        f"mnist predict: {name}: the picture must have at most 100,000,000 bytes, got more; "
        "save it smaller\n"
    )


@posix
def test_a_gigantic_file_is_not_read(tmp_path):
    with (tmp_path / "huge.jpg").open("wb") as file:
        Image.new("L", (50, 50), 255).save(file, "JPEG")
        file.truncate(2**40)
    with pytest.raises(PictureError, match=r"at most 1,000,000,000 bytes, got 1,099,511,627,776"):
        read_picture(tmp_path / "huge.jpg")


@posix
def test_standard_input_may_be_a_file(tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    with (tmp_path / "notes.txt").open("rb") as notes:
        call = [sys.executable, "-m", "mnist_cli", "predict", "-q", "-"]
        done = subprocess.run(call, stdin=notes, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("mnist predict: -: not a picture in a known format, got ")


@posix
def test_standard_input_may_be_closed():
    command = f"{sys.executable} -m mnist_cli predict -q - <&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "mnist predict: -: standard input is closed; name a file\n"


# ---- names of the steps


def test_the_steps_stay_in_their_folder_and_overwrite_nothing(mnist, tmp_path, seven):
    names = [Path("a/x/1.png"), Path("b/x/1.png"), Path("x/1.PNG"), Path(LONG_NAME[-250:])]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(seven)
    result = mnist("predict", "-q", *names, "--save-steps", "steps")
    assert (result.code, result.err) == (0, "")
    assert sorted(path.name for path in (tmp_path / "steps").glob("*-4-28x28.png")) == [
        "a" * 196 + ".png-4-28x28.png",
        "x-1.PNG~3-4-28x28.png",
        "x-1.png-4-28x28.png",
        "x-1.png~2-4-28x28.png",
    ]


def test_stems_are_safe_and_unique():
    stems = Stems()
    assert stems.of("/1.png") == "1.png"
    assert stems.of("1.png") == "1.png~2"
    assert stems.of("../1.png") == "..-1.png"
    assert stems.of("a/b/c.png") == "b-c.png"
    assert stems.of("B/C.PNG") == "B-C.PNG~2"
    assert stems.of('x<>:"|?*\\\n\x1b\udcffy.png') == "x_y.png"
    assert stems.of("nul.png") == "_nul.png"
    assert stems.of("äé७.png") == "äé७.png"
    assert len(stems.of("語" * 90).encode()) <= 200


# ---- names that a terminal would obey

FORGED = "x.png: 7   99% sure\n\x1b[31m\udcff.png"
SHOWN = "x.png: 7   99% sure\\n\\x1b[31m\\udcff.png"


def test_what_is_shown():
    assert shown(FORGED) == SHOWN
    assert shown("Zürich 語 😀 \\ ' a\u00a0b") == "Zürich 語 😀 \\ ' a\u00a0b"
    assert shown("\x00\t\r\x7f\x9b\u2028\u202egpj.exe") == (
        "\\x00\\t\\r\\x7f\\x9b\\u2028\\u202egpj.exe"
    )


@posix
def test_forged_names_in_answers_and_errors(mnist, tmp_path, seven):
    (tmp_path / FORGED).write_bytes(seven)
    result = mnist("predict", FORGED, f"gone{FORGED}", "-q")
    assert result.out.startswith(f"{SHOWN}: 7   ")
    assert len(result.out.splitlines()) == 1
    assert result.err == f"mnist predict: gone{SHOWN}: No such file or directory\n"
    answers = mnist("predict", FORGED, f"gone{FORGED}", "-q", "--json").json["predictions"]
    assert [answer["file"] for answer in answers] == [FORGED, f"gone{FORGED}"]


@posix
@pytest.mark.parametrize(
    "call",
    [
        ("evaluate", "--checkpoint", FORGED),
        ("report", "--compare", FORGED),
        ("train", "--resume", FORGED),
        ("train", "--config", FORGED),
        ("download", "--from", FORGED),
        ("predict", f"--{FORGED}"),
        ("predict", "x", "--checkpoint", FORGED),
        (FORGED,),
    ],
)
def test_forged_names_in_the_errors_of_every_command(mnist, call):
    result = mnist(*call)
    assert result.code in (1, 2)
    assert SHOWN in result.err
    errors = [line for line in result.err.splitlines() if not line.startswith("Using the network")]
    assert len(errors) == 1
    assert result.out == ""


@posix
def test_forged_names_in_results(mnist, builtin_dir, tmp_path):
    name = FORGED + ".npz"
    train = ("train", "--dataset", "builtin", "--epochs", "1", "-o", name)
    env = {"MNIST_DATA_DIR": str(builtin_dir)}
    trained = mnist(*train, "--validation-size", "500", env=env)
    assert f"Saved {SHOWN}.npz\n" in trained.out
    assert mnist("evaluate", "--checkpoint", name, env=env).out.startswith(f"{SHOWN}.npz on ")
    answer = mnist("evaluate", "--checkpoint", name, "--json", env=env).json
    assert answer["checkpoint"] == name


def test_an_encoding_without_the_letters_of_a_name(mnist, tmp_path, seven):
    (tmp_path / "日本.png").write_bytes(seven)
    result = mnist("predict", "-q", "日本.png", env={"PYTHONIOENCODING": "latin-1"})
    assert result.code == 0
    assert result.out.startswith("\\u65e5\\u672c.png: 7   ")


# ---- empty values

PATH_OPTIONS = [
    ("train", "--config"),
    ("train", "--output"),
    ("train", "--resume"),
    ("train", "--data-dir"),
    ("evaluate", "--checkpoint"),
    ("evaluate", "--data-dir"),
    ("predict", "--checkpoint"),
    ("predict", "--save-steps"),
    ("report", "--checkpoint"),
    ("report", "--compare"),
    ("report", "--output"),
    ("download", "--from"),
    ("download", "--mirror"),
    ("download", "--data-dir"),
]


@pytest.mark.parametrize(("command", "option"), PATH_OPTIONS)
def test_an_empty_value_is_an_error(mnist, tmp_path, command, option):
    image = ["x.png"] if command == "predict" else []
    variable = f"MNIST_{command}_{option[2:]}".replace("-", "_").upper()
    for result in (
        mnist(command, *image, option, ""),
        mnist(command, *image, env={variable: ""}),
    ):
        assert result.code == 2
        assert len(result.err.splitlines()) == 1
        assert "must not be empty, got ''; give a value or leave it out." in result.err
        assert option in result.err or variable in result.err
    assert list(tmp_path.iterdir()) == []


def test_other_empty_values(mnist):
    assert mnist("predict", "").code == 2
    assert "IMAGE" in mnist("predict", "x.png", "").err
    assert "MNIST_DATA_DIR: must not be empty" in mnist("evaluate", env={"MNIST_DATA_DIR": ""}).err
    assert mnist("evaluate", "--checkpoint", "x", env={"MNIST_EVALUATE_QUIET": ""}).code == 1
