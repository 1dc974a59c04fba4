"""The real command, as a person or a script calls it."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter

import numpy as np
import pytest
from conftest import clean_environment
from PIL import Image

import mnist_cli.cli
from mnist_cli.config.files import config_names
from mnist_cli.config.settings import SETTINGS, TrainingConfig
from mnist_cli.data.builtin import manifest
from mnist_cli.data.builtin.files import write_builtin
from mnist_cli.training.checkpoint import load_checkpoint

CHECKPOINT = os.path.join("checkpoints", "mnist.npz")  # noqa: PTH118
TRAIN = ("train", "--dataset", "builtin", "--validation-size", "500", "--seed", "1")


@pytest.fixture
def data(builtin_dir):
    return {"MNIST_DATA_DIR": str(builtin_dir)}


@pytest.fixture(scope="module")
def made_once(commands, builtin_dir, tmp_path_factory):
    """Train in a folder of its own, with these arguments, and return that folder."""

    def train(*arguments):
        folder = tmp_path_factory.mktemp("made")
        env = clean_environment() | {"PYTHONUTF8": "1", "MNIST_DATA_DIR": str(builtin_dir)}
        code, _, err = commands.run([*TRAIN, *arguments, "-q"], folder, env)
        assert code == 0, err
        return folder

    return train


@pytest.fixture(scope="module")
def small(made_once):
    return made_once("--epochs", "8", "--batch-size", "10")


@pytest.fixture
def trained(small, tmp_path):
    """A folder with `checkpoints/mnist.npz` of a small run."""
    shutil.copytree(small / "checkpoints", tmp_path / "checkpoints")
    return tmp_path


def test_train_shows_plan_progress_result_and_the_next_command(mnist, data, tmp_path):
    result = mnist(*TRAIN, "--epochs", "2", "--check-gradients", env=data)
    assert result.code == 0
    assert "built-in digits (not MNIST): 1,000 images to train on, 500 for validation" in result.err
    assert "784-16-16-10, sigmoid hidden layers, sigmoid outputs, 13,002 parameters" in result.err
    assert "epochs 2" in result.err
    assert "Backpropagation differs from central differences by" in result.out
    assert "epoch 1/2   loss" in result.err
    assert result.out.splitlines()[-1] == f"Saved {CHECKPOINT}"
    assert result.err.splitlines()[-1] == "Next: mnist evaluate"
    assert (tmp_path / "checkpoints" / "mnist.npz").is_file()
    assert "\r" not in result.err  # no bar where nobody watches


def test_train_as_json(mnist, data):
    result = mnist(*TRAIN, "--epochs", "2", "--json", "-q", env=data)
    assert result.err == ""
    answer = result.json
    assert answer["schema"] == 1
    assert answer["dataset"] == "builtin"
    assert answer["parameters"] == 13_002
    assert answer["config"] == TrainingConfig(epochs=2, validation_size=500, seed=1).to_dict()
    assert answer["checkpoint"] == CHECKPOINT
    assert len(answer["history"]) == 2
    for entry in answer["history"]:
        assert {"epoch", "loss", "validation_accuracy", "seconds"} <= set(entry)


def test_evaluate(mnist, data, trained):
    result = mnist("evaluate", env=data)
    assert result.code == 0
    assert "checkpoints/mnist.npz on built-in digits (not MNIST), test images: 1,000" in result.out
    assert "95% interval" in result.out
    assert "Commonest confusions" in result.out


def test_evaluate_as_json(mnist, data, trained):
    answer = mnist("evaluate", "--json", env=data).json
    matrix = np.array(answer["confusion_matrix"])
    assert matrix.shape == (10, 10)
    assert matrix.sum() == answer["count"] == 1000
    assert answer["accuracy"] == matrix.trace() / 1000
    low, high = answer["accuracy_interval"]
    assert low < answer["accuracy"] < high
    assert (answer["dataset"], answer["split"]) == ("builtin", "test")
    assert len(answer["per_digit"]) == 10
    assert mnist("evaluate", "--split", "validation", "--json", env=data).json["count"] == 500


def test_evaluate_refuses_a_validation_part_that_was_trained_on(mnist, data):
    mnist("train", "--dataset", "builtin", "--validation-size", "0", "--epochs", "1", env=data)
    result = mnist("evaluate", "--split", "validation", env=data)
    assert result.code == 1
    assert "validation_size 0" in result.err


@pytest.fixture
def seven(tmp_path):
    """A seven drawn with a thick pen, black on white."""
    image = np.full((100, 100), 255, np.uint8)
    image[20:28, 25:75] = 0
    for row in range(28, 85):
        middle = 72 - (row - 28) // 2
        image[row, middle - 4 : middle + 4] = 0
    Image.fromarray(image).save(tmp_path / "seven.png")
    return tmp_path / "seven.png"


def test_predict(mnist, data, trained, seven):
    result = mnist("predict", "seven.png", "--show")
    assert result.code == 0
    assert result.out.startswith("seven.png: 7   ")
    assert "% sure   (scores 7: " in result.out
    assert "came in" in result.out
    assert "28x28" in result.out


def test_predict_as_json(mnist, data, trained, seven):
    (trained / "bad.png").write_bytes(b"nonsense")
    Image.new("L", (50, 50), 255).save(trained / "blank.png")
    result = mnist("predict", "bad.png", "seven.png", "blank.png", "gone.png", "--json")
    assert result.code == 1
    bad, good, blank, gone = result.json["predictions"]
    assert set(bad) == set(gone) == {"file", "error"}
    assert (good["file"], good["digit"], len(good["scores"])) == ("seven.png", 7, 10)
    assert 0 < good["confidence"] <= 1
    assert blank["digit"] is None
    assert "no ink" in blank["warnings"][0]
    assert len(result.err.splitlines()) == 2  # the two that could not be read


def test_predict_from_standard_input(mnist, data, trained, seven):
    result = mnist("predict", "-", "--json", stdin=seven.read_bytes())
    assert result.json["predictions"][0]["digit"] == 7


def test_without_a_checkpoint_the_network_of_the_program_answers(mnist, data, seven):
    result = mnist("predict", "seven.png", "--json")
    assert result.json["checkpoint"] == "bundled"
    assert result.json["predictions"][0]["digit"] == 7
    assert "the network that comes with the program; 'mnist train' trains your own" in result.err
    answer = mnist("evaluate", "--dataset", "builtin", "--json", env=data).json
    assert (answer["checkpoint"], answer["trained_on"]) == ("bundled", "mnist")
    assert answer["accuracy"] > 0.9


def test_a_checkpoint_that_was_named_must_be_there(mnist):
    result = mnist("evaluate", "--checkpoint", "gone.npz")
    assert result.code == 1
    assert result.err == "mnist: gone.npz: no such checkpoint; 'mnist train' makes one\n"


def test_predict_many_reads_line_by_line(mnist, seven):
    page = Image.new("L", (400, 300), 255)
    for x, y in ((30, 20), (250, 30), (140, 170)):
        page.paste(Image.open(seven), (x, y))
    page.save(seven.with_name("page.png"))
    read = mnist("predict", "page.png", "--many", "--json").json["predictions"]
    assert [r["digit"] for r in read] == [7, 7, 7]
    lefts = [r["box"][0] for r in read]
    assert lefts[0] < lefts[1] > lefts[2] > lefts[0]


def test_predict_a_folder_in_json_lines(mnist, seven):
    folder = seven.parent / "folder"
    folder.mkdir()
    for name in ("b.png", "a.png"):
        Image.open(seven).save(folder / name)
    (folder / "notes.txt").write_text("no picture")
    lines = mnist("predict", "folder", "--json-lines", "-q").out.splitlines()
    answers = [json.loads(line) for line in lines]
    assert [(a["schema"], a["digit"]) for a in answers] == [(1, 7)] * 2
    assert [os.path.basename(a["file"]) for a in answers] == ["a.png", "b.png"]  # noqa: PTH119


def test_predict_keeps_the_steps(mnist, seven):
    assert mnist("predict", "seven.png", "--save-steps", "steps", "-q").code == 0
    names = sorted(path.name for path in (seven.parent / "steps").iterdir())
    assert names == [
        "seven.png-1-came-in.png",
        "seven.png-2-background-removed.png",
        "seven.png-3-ink-found.png",
        "seven.png-4-28x28.png",
    ]


def test_option_beats_environment_beats_file_beats_default(mnist, data, tmp_path):
    (tmp_path / "own.json").write_text('{"epochs": 1, "batch_size": 64, "seed": 5}')
    env = {**data, "MNIST_TRAIN_BATCH_SIZE": "20", "MNIST_TRAIN_SEED": "6"}
    arguments = ("--dataset", "builtin", "--validation-size", "500", "--seed", "7", "--json")
    used = mnist("train", "--config", "own.json", *arguments, env=env).json["config"]
    assert (used["epochs"], used["batch_size"], used["seed"]) == (1, 20, 7)
    assert used["learning_rate"] == 3.0


def test_sizes_of_all_layers_are_doubted(mnist, data, tmp_path):
    (tmp_path / "book.json").write_text('{"hidden_sizes": [784, 16, 10], "epochs": 1}')
    arguments = ("train", "--config", "book.json", "--dataset", "builtin")
    result = mnist(*arguments, "--validation-size", "500", "--json", env=data)
    assert (
        "this network is 784-784-16-10-10. Is --hidden-sizes 16 meant?"
        in result.json["warnings"][0]
    )


BAD_CALLS = {
    ("train", "--batch-size", "0"): "must be a whole number from 1 to 10000000, got '0'",
    ("train", "--learning-rate", "nan"): "greater than 0",
    ("train", "--config", "sofmax"): "did you mean 'softmax'?",
    ("train", "--config", "own.json"): "unknown key 'lerning_rate'; did you mean 'learning_rate'?",
    ("train", "--optimizer", "adam", "--momentum", "0.5"): "belong to optimizer sgd",
    (
        "train",
        "--no-such-option",
    ): "--no-such-option",
    ("train", "-o", "."): "is a directory",
    ("nonsense",): "nonsense",
    ("predict",): "IMAGE...",
    ("download", "--from", "nowhere"): "no such folder or file, got nowhere",
    (
        "download",
        "--dataset",
        "minst",
    ): "'--dataset': must be one of mnist, fashion, kmnist, qmnist, builtin, got 'minst'",
    (
        "train",
        "--dataset",
        "minst",
    ): "qmnist, builtin, or a folder or file that exists, got 'minst'",
    ("download", "--from"): "'--from' requires an argument. See 'mnist download --help'.",
    (
        "train",
        "--seed",
    ): "mnist train: Option '--seed' requires an argument. See 'mnist train --help'.",
    ("download", "--seed", "1"): "--images and --seed are for --dataset builtin, got mnist",
    (
        "download",
        "--dataset",
        "builtin",
        "--mirror",
        "http://x",
    ): "that are downloaded, got builtin",
}


@pytest.mark.parametrize("call", BAD_CALLS)
def test_a_bad_call_is_one_line_and_exit_code_2(mnist, tmp_path, call):
    (tmp_path / "own.json").write_text('{"lerning_rate": 1}')
    result = mnist(*call)
    assert result.code == 2
    assert BAD_CALLS[call] in result.err
    assert len(result.err.splitlines()) == 1
    assert result.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["own.json"]


def test_every_option_has_its_variable(mnist, data):
    env = {"MNIST_TRAIN_CONFIG": "softmax", "MNIST_TRAIN_JSON": "1", "MNIST_TRAIN_EPOCHS": "1"}
    answer = mnist(*TRAIN, env={**data, **env}).json
    assert answer["config"]["output_activation"] == "softmax"
    for command in commands():
        for option in command.params:
            if option.param_type_name == "option" and option.name not in ("help", "version"):
                flag = max(option.opts, key=len)[2:].replace("-", "_").upper()
                assert f"MNIST_{command.name.upper()}_{flag}" in str(option.envvar)


def test_the_bytes_do_not_depend_on_the_threads_of_the_environment(mnist, data, tmp_path):
    for count in ("1", "2"):
        env = {**data, "OPENBLAS_NUM_THREADS": count, "OMP_NUM_THREADS": count}
        assert mnist(*TRAIN, "--epochs", "2", "-o", f"{count}.npz", env=env).code == 0
    assert (tmp_path / "1.npz").read_bytes() == (tmp_path / "2.npz").read_bytes()


def test_two_runs_into_one_file_lose_nothing(mnist, data, tmp_path):
    long = (*TRAIN, "--epochs", "25", "--batch-size", "10", "-o", "one.npz")
    with start(tmp_path, data, *long, "--seed", "5") as first:
        wait_for_epoch(first, 3)
        assert mnist(*TRAIN, "--epochs", "1", "--seed", "6", "-o", "one.npz", env=data).code == 0
        assert first.communicate() is not None
    seeds = [load_checkpoint(path).run.config.seed for path in tmp_path.glob("one*.npz")]
    assert {5, 6} <= set(seeds)


def test_a_fifo_is_not_moved_out_of_the_way(mnist, data, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    result = mnist(*TRAIN, "-o", "pipe", env=data)
    assert result.code == 1
    assert "not a regular file" in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_missing_mnist_is_not_replaced_when_it_was_asked_for(mnist, tmp_path):
    env = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}  # nothing listens there
    result = mnist("train", "--dataset", "mnist", env=env)
    assert result.code == 1
    lines = result.err.splitlines()
    assert len([line for line in lines if line.startswith("  https://")]) == 4
    assert "mnist download --from FOLDER" in lines[-1]
    assert "Traceback" not in result.err


def test_an_older_checkpoint_is_renamed_not_lost(mnist, data, trained):
    old = (trained / "checkpoints" / "mnist.npz").read_bytes()
    result = mnist(*TRAIN, "--epochs", "1", env=data)
    assert "is now" in result.err
    assert (trained / "checkpoints" / "mnist.1.npz").read_bytes() == old


def test_a_run_that_fails_costs_nothing_that_was_there(mnist, data, trained):
    old = (trained / "checkpoints" / "mnist.npz").read_bytes()
    settings = ("--activation", "linear", "--output-activation", "linear", "--learning-rate", "99")
    result = mnist(*TRAIN, *settings, env=data)
    assert result.code == 1
    assert "the steps are too long" in result.err
    assert "Warning" not in result.err
    assert (trained / "checkpoints" / "mnist.npz").read_bytes() == old


def start(folder, data, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "mnist_cli", *map(str, arguments)],
        cwd=folder,
        env=clean_environment() | data,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


# More than a second of training, in which a signal comes after the first epochs.
THIRTY = ("--epochs", "30", "--batch-size", "10", "--momentum", "0.5")
LONG = (*TRAIN, *THIRTY)


@pytest.fixture(scope="module")
def unbroken(made_once):
    return (made_once(*THIRTY) / "checkpoints" / "mnist.npz").read_bytes()


def wait_for_epoch(process, epoch):
    while not process.stderr.readline().startswith(f"epoch {epoch:>2}/"):
        assert process.poll() is None


def wait_for_any_epoch(process):
    """Wait for the first epoch of a run, or for its end."""
    while (line := process.stderr.readline()) and not line.startswith("epoch "):
        pass


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_saves_and_says_how_to_continue(mnist, data, tmp_path, unbroken, interrupt):
    with start(tmp_path, data, *LONG, "-o", "part.npz") as process:
        wait_for_epoch(process, 2)
        process.send_signal(interrupt)
        out, err = process.communicate()
    assert process.returncode == 130
    assert out == "Saved part.npz\n"
    assert err.splitlines()[-1] == "Continue with: mnist train --resume part.npz"
    assert "Traceback" not in err
    result = mnist("train", "--resume", "part.npz", env=data)
    assert result.code == 0
    assert "Resuming" in result.err
    assert (tmp_path / "part.npz").read_bytes() == unbroken


def test_the_suggested_commands_name_the_data_directory(mnist, data, tmp_path):
    """It continues where it is pasted, also with blanks in the names."""
    (tmp_path / "my data").symlink_to(data["MNIST_DATA_DIR"])
    chosen = ("--data-dir", "my data")
    with start(tmp_path, {}, *LONG, *chosen, "-o", "my net.npz") as process:
        wait_for_epoch(process, 2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    command = "mnist train --resume 'my net.npz' --data-dir 'my data'"
    assert err.splitlines()[-1] == f"Continue with: {command}"
    told = mnist("evaluate", "my net.npz", *chosen)
    assert f"; continue it with: {command}\n" in told.err
    done = mnist(*shlex.split(command)[1:])
    assert (done.code, "Resuming" in done.err) == (0, True), done.err
    next_step = "mnist evaluate --checkpoint 'my net.npz' --data-dir 'my data'"
    assert done.err.splitlines()[-1] == f"Next: {next_step}"
    assert mnist(*shlex.split(next_step)[1:]).code == 0


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
def test_a_hangup_that_nohup_ignores_stops_nothing(tmp_path, data, unbroken):
    ignored = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)}
    with start(tmp_path, data, *LONG, "-o", "part.npz", **ignored) as process:
        wait_for_epoch(process, 2)
        process.send_signal(signal.SIGHUP)
        process.communicate()
    assert process.returncode == 0
    assert (tmp_path / "part.npz").read_bytes() == unbroken


def test_a_data_file_that_is_cut_short_ends_no_training(tmp_path, data, unbroken):
    copy = shutil.copytree(data["MNIST_DATA_DIR"], tmp_path / "copy")
    with start(tmp_path, {**data, "MNIST_DATA_DIR": str(copy)}, *LONG, "-o", "part.npz") as process:
        wait_for_epoch(process, 2)
        for file in copy.rglob("*-ubyte"):
            os.truncate(file, 100)
        process.communicate()
    assert process.returncode == 0
    assert (tmp_path / "part.npz").read_bytes() == unbroken


def test_a_run_killed_five_times_ends_with_the_same_bytes(mnist, data, tmp_path, unbroken):
    rng = np.random.default_rng()
    arguments = (*LONG, "-o", "part.npz")
    for number in range(5):
        with start(tmp_path, data, *arguments) as process:
            if number % 2 == 0:  # it is killed while it trains; the others perhaps while they start
                wait_for_any_epoch(process)
            time.sleep(rng.uniform(0, 0.2) if number % 2 == 0 else rng.uniform(0.1, 0.7))
            process.kill()
        arguments = ("train", "--resume", "part.npz")
    assert mnist("train", "--resume", "part.npz", env=data).code == 0
    assert (tmp_path / "part.npz").read_bytes() == unbroken


def test_resume_refuses_other_settings_and_other_data(mnist, data, trained):
    resume = ("train", "--resume", "checkpoints/mnist.npz")
    before = (trained / "checkpoints" / "mnist.npz").read_bytes()
    for option in (("--seed", "2"), ("--config", "3b1b"), ("--nesterov",)):
        result = mnist(*resume, *option, env=data)
        assert result.code == 2
        assert f"only --epochs, --output and --threads may change, got {option[0]}." in result.err
    write_builtin(trained / "other", counts={"train": 1500, "t10k": 100}, seed=9)
    result = mnist(*resume, "--epochs", "9", "--data-dir", "other")
    assert result.code == 1
    assert "are not those that the run started with" in result.err
    result = mnist(*resume, "--epochs", "3", env=data)
    assert result.code == 2
    assert "at least 8, the epochs that are done, got 3" in result.err
    assert (trained / "checkpoints" / "mnist.npz").read_bytes() == before


def test_resume_with_more_epochs(mnist, data, trained):
    resume = ("train", "--resume", "checkpoints/mnist.npz", "--epochs", "10", "--json")
    result = mnist(*resume, "-o", "more.npz", env=data)
    history = result.json["history"]
    assert [entry["epoch"] for entry in history] == list(range(1, 11))
    assert [entry["seconds"] is None for entry in history] == [True] * 8 + [False] * 2
    assert (trained / "more.npz").is_file()


def test_resuming_a_finished_run_says_so(mnist, data, trained):
    result = mnist("train", "--resume", "checkpoints/mnist.npz", env=data)
    assert result.code == 0
    assert "had already finished after 8 epochs; a larger --epochs continues it" in result.err
    assert "Unchanged" in result.out
    copied = mnist("train", "--resume", "checkpoints/mnist.npz", "-o", "copy.npz", env=data)
    assert "Saved copy.npz" in copied.out
    assert (trained / "copy.npz").read_bytes() == (trained / "checkpoints/mnist.npz").read_bytes()


def test_download_from_a_folder_as_json(mnist, real_mnist, tmp_path):
    result = mnist("download", "--from", real_mnist, "--json")
    assert result.code == 0
    assert {file["source"] for file in result.json["files"]} == {
        str(real_mnist / f"{name}.gz") for name in manifest.FILES
    }
    assert {file["source"] for file in mnist("download", "--json").json["files"]} == {"kept"}


def test_version(mnist):
    assert mnist("--version").out.startswith("mnist 0.")
    assert "NumPy" in mnist("--version").out


HEAVY = {"numpy", "requests", "PIL", "tqdm", "mnist_cli.sweep"}


@pytest.mark.parametrize(
    ("command", "needs"),
    [
        (["train", "--help"], set()),
        (["--help"], set()),
        (["sweep", "--help"], set()),
        (["predict", "seven.png"], {"numpy", "PIL"}),
        ([*TRAIN, "--epochs", "1"], {"numpy"}),
    ],
    ids=lambda part: part[0] if isinstance(part, list) else "",
)
def test_commands_import_only_what_they_need(command, needs, data, seven, tmp_path):
    check = f"""
import atexit, sys
atexit.register(lambda: print(*sorted(set(sys.modules) & {HEAVY})))
from mnist_cli.cli import cli
cli({command}, standalone_mode=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", check],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=clean_environment() | data,
    )
    assert set(done.stdout.splitlines()[-1].split()) == needs


@pytest.mark.parametrize(
    ("option", "start", "names"),
    [
        ("--dataset", "", "auto mnist fashion kmnist qmnist builtin"),
        ("--dataset", "b", "builtin"),
        ("--optimizer", "a", "adam"),
    ],
)
def test_the_shell_completes_names_without_importing_numpy(option, start, names):
    words = {"COMP_WORDS": f"mnist train {option} {start}", "COMP_CWORD": "3"}
    check = f"""
import atexit, sys
atexit.register(lambda: print(*set(sys.modules) & {HEAVY}))
from mnist_cli.cli import cli
cli(prog_name="mnist")
"""
    done = subprocess.run(
        [sys.executable, "-c", check],
        capture_output=True,
        text=True,
        check=True,
        env=clean_environment() | words | {"_MNIST_COMPLETE": "bash_complete"},
    )
    assert done.stdout == "".join(f"plain,{name}\n" for name in names.split()) + "\n"


def commands():
    return list(mnist_cli.cli.cli.commands.values())


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.name)
def test_every_option_has_help_and_a_name_of_its_own(command):
    options = [p for p in command.params if p.param_type_name == "option"]
    assert command.help
    assert all(option.help for option in options if option.name != "help")
    assert max(Counter(o for p in options for o in p.opts).values()) == 1


def test_train_has_an_option_for_every_setting():
    names = {parameter.name for parameter in mnist_cli.cli.cli.commands["train"].params}
    assert set(SETTINGS) <= names


def test_help_of_config_names_every_config():
    option = next(p for p in mnist_cli.cli.cli.commands["train"].params if p.name == "config")
    assert all(name in option.help for name in config_names())


@pytest.mark.parametrize("name", [c.name for c in commands()])
def test_json_option_everywhere(name):
    options = {parameter.name for parameter in mnist_cli.cli.cli.commands[name].params}
    assert {"as_json", "quiet"} <= options


def test_a_reader_that_stops_early_is_no_error(mnist, data, trained):
    command = f"{sys.executable} -m mnist_cli evaluate | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=trained,
        env=clean_environment() | data,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert "test images" in done.stdout


def test_json_of_every_command_is_one_object(mnist, data, trained):
    for call in (("evaluate", "--json"), ("train", "--resume", "checkpoints/mnist.npz", "--json")):
        assert json.loads(mnist(*call, env=data).out)["schema"] == 1
