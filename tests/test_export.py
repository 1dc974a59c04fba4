"""Exported networks, read by programs that are not ours: ONNX Runtime, safetensors, torch, cc."""

import importlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from mnist_cli.config.settings import make_config
from mnist_cli.data.preprocessing import PREPROCESSINGS, preprocess
from mnist_cli.export.c_header import quantized
from mnist_cli.export.formats import FORMATS
from mnist_cli.export.graph import Graph
from mnist_cli.export.onnx_preprocessing import preprocessed
from mnist_cli.export.protobuf import message
from mnist_cli.export.safetensors import safetensors_bytes
from mnist_cli.model import Model, load_model
from mnist_cli.network.activations import ACTIVATIONS
from mnist_cli.network.losses import OUTPUT_ACTIVATIONS
from mnist_cli.network.network import to_inputs
from mnist_cli.training.checkpoint import Checkpoint
from mnist_cli.training.confidence import confidences
from mnist_cli.training.metadata import Provenance
from mnist_cli.training.run import Run

PAGE = (Path(__file__).parents[1] / "docs" / "export.md").read_text("utf-8")
COMPILE = ["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O2"]
PROGRAM = """
#include <stdio.h>
#include "model.h"

int main(void) {
    unsigned char image[784];
    float scores[10], digit;
    while (fread(image, 1, 784, stdin) == 784) {
        digit = (float)mnist_predict(image, scores);
        fwrite(&digit, sizeof(float), 1, stdout);
        fwrite(scores, sizeof(float), 10, stdout);
    }
    return 0;
}
"""


def needed(name):
    """Import a package of the extra `export`, or skip; CI must have it."""
    if os.environ.get("CI") != "true":
        return pytest.importorskip(name, reason="the extra `export` is not installed")
    return importlib.import_module(name)


@pytest.fixture(scope="module")
def images(digits):
    """Digits, noise of several strengths, nothing, everything, and single pixels at the edges."""
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, high, (10, 784)) for high in (2, 30, 256)]
    corners = np.zeros((4, 784))
    corners[range(4), [0, 27, 756, 783]] = 255
    plain = [np.zeros((1, 784)), np.full((1, 784), 255)]
    return np.concatenate([digits.images[:300], *noise, corners, *plain]).astype(np.uint8)


def model_of(**settings):
    """Return a network with random parameters, large enough for clear answers."""
    config = make_config({"hidden_sizes": [12, 9], "seed": 3, **settings})
    run = Run.start(config)
    run.network.parameters *= 2
    return Model(Checkpoint(run.result(), run, Provenance("builtin", 1, "", {}), None))


def run_onnx(content, images):
    onnx, runtime = needed("onnx"), needed("onnxruntime")
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    session = runtime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(None, {"images": images.reshape(-1, 28, 28)})


def compiled(folder, program, *more):
    """Compile a program beside its header; return what runs it, from its input to its output."""
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    (folder / "main.c").write_text(program)
    call = [*COMPILE, "main.c", *more, "-o", "main", "-lm"]
    subprocess.run(call, cwd=folder, check=True)
    return lambda data: subprocess.check_output([folder / "main"], input=data)


def run_c(folder, images):
    output = compiled(folder, PROGRAM)(images.tobytes())
    answers = np.frombuffer(output, np.float32).reshape(len(images), 11)
    return answers[:, 0].astype(int), answers[:, 1:]


def outputs_of(activation):
    """Return settings for an output activation; linear outputs have one loss only."""
    return {"output_activation": activation, "loss": "mse"}


NETWORKS = [
    *({"activation": name} for name in ACTIVATIONS),
    *(outputs_of(name) for name in OUTPUT_ACTIVATIONS),
    *({"preprocessing": name} for name in PREPROCESSINGS),
    {"hidden_sizes": []},
]


@pytest.fixture(params=NETWORKS, ids=lambda settings: "-".join(map(str, settings.values())))
def model(request):
    return model_of(**request.param)


def check_scores(model, digits, scores, images, close):
    """Answers may differ only where two scores are as good as equal."""
    own = model.scores(images)
    np.testing.assert_allclose(scores, own, atol=close * max(1, np.abs(own).max()))
    ranked = np.sort(own, axis=1)
    clear = ranked[:, -1] - ranked[:, -2] > 2 * close
    assert clear.mean() > 0.8
    np.testing.assert_array_equal(digits[clear], own.argmax(axis=1)[clear])


def calibrated(model, images):
    """The calibrated probabilities, before any doubt whether these are digits."""
    calibration = model.checkpoint.calibration
    seen = to_inputs(preprocess(images, model.config.preprocessing))
    return confidences(model.network.logits(seen), calibration.logit_scale if calibration else 1)


def tolerance(model):
    return 1e-5 if model.config.preprocessing == "none" else 5e-3  # a byte rounded the other way


def test_onnx_gives_the_same_answers(model, images, tmp_path):
    model.export(tmp_path / "model.onnx")
    digits, confidence, scores = run_onnx((tmp_path / "model.onnx").read_bytes(), images)
    assert (digits.dtype, confidence.dtype, scores.dtype) == (np.int64, np.float32, np.float32)
    check_scores(model, digits, scores, images, tolerance(model))
    own = calibrated(model, images)[np.arange(len(images)), digits]
    np.testing.assert_allclose(confidence, own, atol=tolerance(model))


def test_the_header_gives_the_same_answers(model, images, tmp_path):
    model.export(tmp_path / "model.h")
    check_scores(model, *run_c(tmp_path, images), images, tolerance(model))


def test_the_bundled_network_is_calibrated_in_onnx(images, tmp_path):
    model = load_model()
    model.export(tmp_path / "model.onnx")
    digits, confidence, _ = run_onnx((tmp_path / "model.onnx").read_bytes(), images)
    np.testing.assert_array_equal(digits[:300], model.predict(images[:300]))
    assert model.calibrated
    own = calibrated(model, images)[:300].max(axis=1)
    np.testing.assert_allclose(confidence[:300], own, atol=5e-3)


@pytest.mark.parametrize("name", PREPROCESSINGS)
def test_preprocessing_in_onnx_differs_by_rounding_only(images, name):
    graph = Graph()
    seen = preprocessed(graph, "images", name)
    graph.node("Identity", seen, name="seen")
    content = graph.model({"images": ("uint8", ["n", 28, 28])}, {"seen": ("float32", ["n", 784])})
    [found] = run_onnx(content, images[:300])
    differences = np.abs(found - preprocess(images[:300], name).astype(np.float32))
    # the root of `directions` makes an error of an edge that is nearly 0 larger
    assert differences.max() <= (3 if name == "directions" else 1)
    assert (differences > 0).mean() < 1e-4


NAMES = ('a "b"', "??/*/", "옷\\", "1")
NAMES_PROGRAM = """
#include <stdio.h>
#include "model.h"

int main(void) {
    int i;
    for (i = 0; i < 4; i++) puts(mnist_classes[i]);
    return 0;
}
"""


def test_the_names_of_the_classes_travel(images, tmp_path):
    run = Run.start(make_config({}), outputs=4)
    known = Provenance("own", 1, "", {}, classes=NAMES, handwriting=False)
    model = Model(Checkpoint(run.result(), run, known, None))
    model.export(tmp_path / "model.h")
    assert compiled(tmp_path, NAMES_PROGRAM)(b"").decode().splitlines() == list(NAMES)
    content = FORMATS[".onnx"].content(model.checkpoint)
    np.testing.assert_allclose(run_onnx(content, images)[2], model.scores(images), atol=1e-5)
    session = needed("onnxruntime").InferenceSession(content)
    found = session.get_modelmeta().custom_metadata_map["classes"]
    assert tuple(json.loads(found)) == NAMES


def test_no_images_have_no_answers(images):
    digits, confidence, scores = run_onnx(
        FORMATS[".onnx"].content(model_of(preprocessing="directions").checkpoint), images[:0]
    )
    assert (digits.shape, confidence.shape, scores.shape) == ((0,), (0,), (0, 10))


def test_int8_weights_are_the_network_with_rounded_weights(images, tmp_path):
    model = model_of()
    model.export(tmp_path / "model.int8.h")
    (tmp_path / "model.int8.h").rename(tmp_path / "model.h")
    for matrix in model.network.matrices:
        integers, scales = quantized(matrix[:, :-1])
        assert np.abs(integers).max(axis=1).tolist() == [127] * len(matrix)
        gaps = np.abs(integers * scales[:, None] - matrix[:, :-1])
        assert (gaps <= scales[:, None] * 0.51).all()
        matrix[:, :-1] = integers * scales[:, None]
    check_scores(model, *run_c(tmp_path, images), images, 1e-5)


def test_a_neuron_without_weights_is_no_division_by_zero():
    integers, scales = quantized(np.zeros((2, 3), np.float32))
    assert not integers.any() and scales.tolist() == [1, 1]


def test_two_files_of_a_program_may_include_the_header(tmp_path):
    model_of(preprocessing="directions").export(tmp_path / "model.h")
    (tmp_path / "other.c").write_text('#include "model.h"\n#include "model.h"\nint other;\n')
    assert len(compiled(tmp_path, PROGRAM, "other.c")(bytes(784))) == 44


def test_safetensors_by_its_own_package(tmp_path):
    read = needed("safetensors.numpy")
    model = model_of(preprocessing="deskew")
    model.export(tmp_path / "model.safetensors")
    tensors = read.load_file(tmp_path / "model.safetensors")
    assert sorted(tensors) == [f"{n}.{kind}" for n in (0, 2, 4) for kind in ("bias", "weight")]
    for layer, matrix in enumerate(model.network.matrices):
        np.testing.assert_array_equal(tensors[f"{2 * layer}.weight"], matrix[:, :-1])
        np.testing.assert_array_equal(tensors[f"{2 * layer}.bias"], matrix[:, -1])
    with needed("safetensors").safe_open(tmp_path / "model.safetensors", "numpy") as file:
        assert file.metadata()["preprocessing"] == "deskew"


def test_safetensors_values_begin_at_a_multiple_of_8():
    content = safetensors_bytes(model_of().checkpoint)
    assert int.from_bytes(content[:8], "little") % 8 == 0


def test_the_lines_for_pytorch_in_the_docs(images, tmp_path, monkeypatch):
    torch = pytest.importorskip("torch", reason="the extra `bench` is not installed")
    needed("safetensors")
    monkeypatch.chdir(tmp_path)
    model = load_model("default")
    model.export("model.safetensors")
    [lines] = re.findall(r"```python\n(import torch\n.*?)```", PAGE, re.DOTALL)
    names = {"images": images}
    exec(lines, names)
    np.testing.assert_allclose(names["scores"].detach().numpy(), model.scores(images), atol=1e-5)
    assert isinstance(names["network"], torch.nn.Sequential)


def test_the_program_in_the_docs(images, tmp_path):
    model = model_of()
    model.export(tmp_path / "model.h")
    [program] = re.findall(r"```c\n(.*?)```", PAGE, re.DOTALL)
    output = compiled(tmp_path, program)(images[:50].tobytes())
    assert list(map(int, output.split())) == model.predict(images[:50]).tolist()


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_network_gives_the_same_bytes(ending):
    first, second = (FORMATS[ending].content(model_of().checkpoint) for _ in range(2))
    assert first == second


def test_messages_by_the_examples_of_the_specification():
    # https://protobuf.dev/programming-guides/encoding/: a: 150; b: "testing"; -2 as int64
    assert message({1: 150}).hex() == "089601"
    assert message({2: "testing"}).hex() == "120774657374696e67"
    assert message({1: -2}).hex() == "08" + "fe" + "ff" * 8 + "01"
    assert message({4: "x", 5: [1, 2], 1: 0.5}).hex() == "220178" + "28012802" + "0d0000003f"


# -- the command -----------------------------------------------------------------------------------


def test_the_command_writes_every_form(mnist, tmp_path):
    for ending, form in FORMATS.items():
        done = mnist("export", f"model{ending}", "--checkpoint", "default")
        content = form.content(load_model("default").checkpoint)
        assert (tmp_path / f"model{ending}").read_bytes() == content
        assert done.out == f"Wrote model{ending} ({len(content):,} bytes).\n"


def test_a_note_where_the_preprocessing_is_left_to_the_reader(mnist):
    note = "it takes images after the preprocessing directions; .onnx and .h do that."
    assert note in mnist("export", "model.safetensors").err
    assert "Note" not in mnist("export", "model.safetensors", "--checkpoint", "default").err


@pytest.mark.parametrize("name", ["model.pt", "model", "onnx", "model.npz"])
def test_another_ending_is_one_line(mnist, tmp_path, name):
    done = mnist("export", name)
    assert done.code == 2 and done.err == (
        f"mnist export: {name}: the ending chooses the form; it must be .onnx, .safetensors, "
        ".int8.h or .h. See 'mnist export --help'.\n"
    )
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("name", [".onnx", "models/.INT8.h"])
def test_an_ending_alone_is_no_name(mnist, tmp_path, name):
    """As a script writes it whose variable is empty: "$name.onnx"."""
    (tmp_path / "models").mkdir()
    done = mnist("export", name)
    assert done.code == 2 and "must have a name before the ending; give model." in done.err
    assert not any((tmp_path / name).parent.glob(".*"))


def test_nothing_else_is_overwritten(mnist, tmp_path):
    shutil.copy(Path(load_model.__code__.co_filename).parent / "models/default.npz", tmp_path)
    (tmp_path / "default.npz").rename(tmp_path / "mine.onnx")
    before = (tmp_path / "mine.onnx").read_bytes()
    done = mnist("export", "mine.onnx", "--checkpoint", "mine.onnx")
    assert done.code == 2 and "FILE must not be a file that is read" in done.err
    assert (tmp_path / "mine.onnx").read_bytes() == before
    (tmp_path / "pipe.onnx").mkdir()
    assert mnist("export", "pipe.onnx").code == 2
    done = mnist("export", "no/model.onnx")
    assert done.code == 2 and "FILE: no such folder, got no; make it first." in done.err
    assert not (tmp_path / "no").exists()


def test_a_link_leads_to_the_file_and_an_old_file_is_replaced(mnist, tmp_path):
    (tmp_path / "real.h").write_text("old")
    (tmp_path / "link.h").symlink_to("real.h")
    assert mnist("export", "link.h").code == 0
    assert (tmp_path / "link.h").is_symlink()
    assert (tmp_path / "real.h").read_text().startswith("/* A network")


def test_an_activation_without_a_row_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setitem(ACTIVATIONS, "swish", ACTIVATIONS["tanh"])
    with pytest.raises(ValueError, match="activation swish: onnx has no row for it"):
        model_of(activation="swish").export(tmp_path / "model.onnx")
