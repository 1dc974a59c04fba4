"""Sixty plans that cannot be: each gets one line and exit code 2, and leaves nothing behind."""

import json
import sys

import pytest

from mnist_cli.cli import cli

ARGUMENTS = {
    "nothing varies": ([], "nothing varies"),
    "no sign": (["batch-size"], "without spaces: batch-size=16,64"),
    "no values": (["batch-size="], "got none"),
    "no name": (["=16,64"], "without spaces: batch-size=16,64"),
    "only a sign": (["="], "without spaces: batch-size=16,64"),
    "unknown setting": (["batchsize=1,2"], "did you mean 'batch_size'?"),
    "nonsense": (["x=1"], "unknown setting 'x'"),
    "value missing in between": (["batch-size=1,,4"], "before and after each comma"),
    "comma at the end": (["batch-size=1,"], "before and after each comma"),
    "a word for a number": (["batch-size=1,many"], "got 'many'"),
    "a fraction of an image": (["batch-size=1.5"], "got '1.5'"),
    "no image": (["batch-size=0,1"], "got '0'"),
    "negative": (["learning-rate=-1,1"], "got '-1'"),
    "not a number": (["learning-rate=nan"], "got 'nan'"),
    "infinite": (["learning-rate=inf"], "got 'inf'"),
    "overflow": (["learning-rate=1e999"], "got '1e999'"),
    "too large": (["learning-rate=1e6"], "got '1e6'"),
    "unknown choice": (["activation=relu,rellu"], "got 'rellu'"),
    "not a switch": (["nesterov=maybe", "--momentum", "0.9"], "got 'maybe'"),
    "layers that are none": (["hidden-sizes=16-,8"], "got '16,'"),
    "layer of no neuron": (["hidden-sizes=16-0"], "got '16,0'"),
    "too many layers": (["hidden-sizes=1-1-1-1-1-1-1-1-1"], "up to 8"),
    "a value twice": (["batch-size=4,16,4"], "got 4 twice; leave one out\n"),
    "two layers": (["hidden-sizes=16,16"], "two layers as 16-16"),
    "no layers twice": (["hidden-sizes=none,none"], "got none twice; leave one out\n"),
    "a file's name that is no text": (["config=a\udcff.json"], "in UTF-8, got 'a\\udcff.json'"),
    "as an option": (["--batch-size", "1,4"], "what varies has no --"),
    "spaces between the values": (["batch-size=1,", "4"], "write no spaces"),
    "spaces in the place of the sign": (["batch-size", "1", "4"], "without spaces"),
    "twice": (["batch-size=1", "batch-size=2"], "varies twice"),
    "twice in other spelling": (["batch_size=1", "batch=2"], "varies twice"),
    "twice in one": (["batch-size+batch-size=1+2"], "each setting once"),
    "twice across": (["batch-size=1", "batch-size+epochs=1+2"], "varies twice"),
    "varied and fixed": (["batch-size=1,2", "--batch-size", "3"], "also fixed"),
    "seed varies": (["seed=1,2"], "give them with --seeds"),
    "together: too few": (["batch-size+epochs=16,64+4"], "joined by +"),
    "together: too many": (["batch-size+epochs=16+1+2"], "joined by +"),
    "together: one empty": (["batch-size+epochs=16+"], "got none"),
    "together: name missing": (["batch-size+=16+1"], "unknown setting ''"),
    "together with config": (["config+epochs=relu+1"], "config stands alone"),
    "range without a count": (["learning-rate=0.1..10"], "low..high:count"),
    "range without an end": (["learning-rate=0.1..:3"], "low..high:count"),
    "range that falls": (["learning-rate=10..1:3"], "must rise"),
    "range from zero": (["learning-rate=0..1:3"], "more than 0"),
    "range of one": (["learning-rate=1..10:1"], "2 to 1000"),
    "range of too many": (["learning-rate=1..10:1001"], "2 to 1000"),
    "range of words": (["learning-rate=low..high:3"], "low..high:count"),
    "range to infinity": (["learning-rate=1..inf:3"], "must rise"),
    "range past the limit": (["learning-rate=1..1e5:3"], "at most 1000"),
    "range without so many whole numbers": (["batch-size=1..4:9"], "fewer than 9"),
    "range too narrow": (["learning-rate=3..3.000000000000001:5"], "fewer than 5"),
    "range too wide": (["learning-rate=1e-320..1e308:5"], "fewer than 5"),
    "range of names": (["activation=relu..tanh:2"], "got 'relu..tanh:2'"),
    "unknown configuration": (["config=default,rellu"], "rellu"),
    "missing file of a configuration": (["config=my.json"], "no such configuration"),
    "config varied and given": (["config=relu,tanh", "--config", "best"], "also given"),
    "combination": (["loss=cross_entropy,mse", "output-activation=linear"], "loss cross_entropy"),
    "combination with what is fixed": (["momentum=0,0.9", "--optimizer", "adam"], "momentum 0.9"),
    "no validation images": (["validation-size=0,500"], "validation-size 0"),
    "nothing to train on": (["validation-size=1500"], "got 1500 of 1500"),
    "too many runs": (["learning-rate=1..100:1000", "momentum=0.01..0.9:101"], "100,000 runs"),
    "no seed": (["batch-size=1", "--seeds", "0"], "--seeds"),
    "negative seed": (["batch-size=1", "--seeds", "-1"], "--seeds"),
    "seed twice": (["batch-size=1", "--seeds", "1,1"], "different"),
    "seeds in words": (["batch-size=1", "--seeds", "five"], "got 'five'"),
    "seeds with a hole": (["batch-size=1", "--seeds", "1,,2"], "got '1,,2'"),
    "empty seeds": (["batch-size=1", "--seeds", ""], "must not be empty"),
    "--seed": (["batch-size=1", "--seed", "3"], "--seeds"),
    "empty argument": ([""], "must not be empty"),
    "no worker": (["batch-size=1", "--workers", "0"], "--workers"),
    "a cluster and workers": (["epochs=1", "--dask", "tcp://x:1", "--workers=2"], "--workers."),
    "a cluster and checkpoints": (
        ["epochs=1", "--dask", "tcp://x:1", "--keep"],
        "leave out --keep.",
    ),
    "file that is not there": (["--file", "no.json"], "no.json"),
}
FILES = {
    "empty": ("", "not JSON"),
    "not JSON": ("{", "not JSON"),
    "a list": ("[]", "must be a JSON object"),
    "nothing varies": ("{}", "nothing varies"),
    "unknown key": ('{"overs": {}}', "did you mean 'over'?"),
    "duplicate key": ('{"over": {}, "over": {}}', "duplicate key"),
    "over is a list": ('{"over": [1]}', "over must be an object"),
    "a value alone": ('{"over": {"batch_size": 16}}', "must be a list"),
    "no values": ('{"over": {"batch_size": []}}', "must be a list"),
    "wrong type": ('{"over": {"batch_size": [16, "64"]}}', "got '64'"),
    "true for a number": ('{"over": {"epochs": [true]}}', "got True"),
    "hyphen": ('{"over": {"batch-size": [16]}}', "did you mean 'batch_size'?"),
    "together of unequal length": (
        '{"together": [{"batch_size": [1, 2], "epochs": [1]}]}',
        "2 for batch_size, 1 for epochs",
    ),
    "together is an object": ('{"together": {"epochs": [1]}}', "together must be a list"),
    "together of nothing": ('{"together": [{}]}', "got {}"),
    "base of a wrong type": ('{"base": 3, "over": {"epochs": [1]}}', "base must be"),
    "unknown base": ('{"base": "rellu", "over": {"epochs": [1]}}', "rellu"),
    "wrong base": ('{"base": {"epochs": -1}, "over": {"batch_size": [1]}}', "epochs must be"),
    "seeds of a wrong type": ('{"seeds": 1.5, "over": {"epochs": [1]}}', "how many seeds"),
    "seeds true": ('{"seeds": true, "over": {"epochs": [1]}}', "how many seeds"),
    "no seeds": ('{"seeds": [], "over": {"epochs": [1]}}', "how many seeds"),
    "seeds in a list of lists": (
        '{"seeds": [[1]], "over": {"epochs": [1]}}',
        "how many seeds",
    ),
    "config varied, base named": ('{"base": "relu", "over": {"config": ["tanh"]}}', "also given"),
    "config is a number": ('{"over": {"config": [1]}}', "names of configurations"),
    "endless nesting": ('{"over": ' * 50 + "1" + "}" * 50, "nested too deeply"),
}


@pytest.fixture
def refused(builtin_dir, tmp_path, monkeypatch, capsys):
    """Call with arguments that must be refused; return the line. In this process: they are many."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        before = sorted(tmp_path.rglob("*"))
        data = ("--dataset", "builtin", "--data-dir", str(builtin_dir))
        with pytest.raises(SystemExit) as ended:
            cli.main(["sweep", *arguments, *data], prog_name="mnist")
        told = capsys.readouterr()
        assert (ended.value.code, told.out) == (2, "")
        assert len(told.err.splitlines()) == 1
        assert sorted(tmp_path.rglob("*")) == before
        return told.err

    return call


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments(refused, name):
    arguments, words = ARGUMENTS[name]
    assert words in refused(*arguments)


@pytest.mark.parametrize("name", FILES)
def test_files(refused, tmp_path, name):
    content, words = FILES[name]
    (tmp_path / "sweep.json").write_text(content, "utf-8")
    line = refused("--file", "sweep.json")
    assert words in line


def test_a_file_and_an_argument_may_not_vary_the_same(refused, tmp_path):
    (tmp_path / "sweep.json").write_text(json.dumps({"over": {"epochs": [1, 2]}}), "utf-8")
    assert "epochs varies twice" in refused("--file", "sweep.json", "epochs=3")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_is_in_the_plan_as_it_is_shown(mnist, builtin_dir):
    """Its plan had half a surrogate pair, which the strict reader refused after all runs."""
    data = ("--dataset", "builtin", "--data-dir", builtin_dir)
    done = mnist("sweep", "batch-size=100", "--seeds", 1, "--epochs", 1, *data, "-o", "s\udcff")
    assert done.code == 0, done.err


@pytest.mark.parametrize("name", ["results.csv", "best.json", "chart.svg"])
def test_a_file_that_no_sweep_made_is_not_replaced(mnist, tmp_path, name):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text('{"batch_size": 7}')
    done = mnist("sweep", "batch-size=4,8", "--dataset", "builtin", "-o", "mine")
    assert (done.code, done.out) == (2, "")
    assert f"has a {name} that is not of a sweep" in done.err
    assert [one.name for one in (tmp_path / "mine").iterdir()] == [name]
    assert (tmp_path / "mine" / name).read_text() == '{"batch_size": 7}'


@pytest.mark.parametrize("folder", ["file", "file/in/it", "plans", "charts", "closed/new"])
def test_a_folder_that_cannot_be_made_costs_no_work(mnist, tmp_path, folder):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "plans/plan.json").mkdir(parents=True)
    (tmp_path / "charts/chart.svg").mkdir(parents=True)
    (tmp_path / "closed").symlink_to("/proc/self")
    done = mnist("sweep", "batch-size=4,8", "--dataset", "builtin", "-o", folder)
    assert done.code in (1, 2) and done.out == ""
    assert done.err.count("\n") == 1 and folder.split("/")[-1] in done.err
    assert not (tmp_path / "data").exists()
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_is_not_made_for_a_sweep_that_is_refused(mnist, tmp_path):
    assert mnist("sweep", "batch-size=0,1", "-o", "new/one").code == 2
    assert not any(tmp_path.iterdir())
