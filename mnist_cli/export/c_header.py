"""A network with its preprocessing as one C99 header, which needs nothing but <math.h>.

The functions of the folder `c` are the twins of `data.preprocessing` and `network`. What depends on
the network is written here: its numbers, its activations and the call of layer after layer.
"""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.preprocessing import POOL_COLUMNS, POOL_ROWS
from mnist_cli.network.activations import GELU_CUBE, GELU_SCALE, LEAK
from mnist_cli.network.network import Network
from mnist_cli.training.checkpoint import Checkpoint

FOLDER = Path(__file__).parent / "c"
PER_LINE = 8  # numbers
LARGEST = 127  # of an int8
ACTIVATIONS = {
    "sigmoid": "1.0f / (1.0f + expf(-z))",
    "tanh": "tanhf(z)",
    "relu": "z > 0.0f ? z : 0.0f",
    "leaky_relu": f"z > 0.0f ? z : {LEAK}f * z",
    "gelu": f"0.5f * z * (1.0f + tanhf({GELU_SCALE:.9g}f * (z + {GELU_CUBE}f * z * z * z)))",
    "linear": "z",
}
OUTPUTS = {name: ACTIVATIONS[name] for name in ("sigmoid", "linear")}  # beside softmax
HEAD = """\
/* A network for handwritten digits, {sizes}, written by `mnist export`.

   int mnist_predict(const unsigned char image[784], float scores[{classes}]);

   returns the digit with the highest score. The image is 28x28, row by row; 0 is paper and 255 is
   ink. C99; link with -lm. */
#ifndef MNIST_MODEL_H
#define MNIST_MODEL_H

#include <math.h>
"""
TAIL = "#endif\n"


def header_bytes(checkpoint: Checkpoint) -> bytes:
    """Return the header with weights in float."""
    return _header(checkpoint, [_arrays(checkpoint.network), _part("float")], "")


def int8_header_bytes(checkpoint: Checkpoint) -> bytes:
    """Return the header with weights in one byte each, and a scale for every neuron."""
    return _header(checkpoint, [_int8_arrays(checkpoint.network), _part("int8")], "scales")


def _header(checkpoint: Checkpoint, layers: list[str], scales: str) -> bytes:
    network = checkpoint.network
    sizes = "-".join(map(str, network.layer_sizes))
    parts = [
        HEAD.format(sizes=sizes, classes=network.layer_sizes[-1]),
        *_preprocessing(checkpoint.run.config.preprocessing),
        *layers,
        _activation("mnist_hidden", ACTIVATIONS[network.activation]),
        _output(network.output_activation),
        _predict(network, scales),
        TAIL,
    ]
    return "\n".join(parts).encode()


def _part(name: str) -> str:
    return (FOLDER / f"{name}.h").read_text("utf-8")


def _preprocessing(name: str) -> list[str]:
    """Return the functions from an image to the inputs of the network."""
    if name == "none":
        return [_part("plain")]
    directions = [
        _array("float mnist_pool_rows", POOL_ROWS),
        _array("float mnist_pool_columns", POOL_COLUMNS),
        _part("directions"),
    ]
    steps = [f"mnist_straighten(image, {int(name != 'deskew')}, inputs);", "mnist_round(inputs);"]
    if name == "directions":
        steps.insert(1, "mnist_directions(inputs);")
    inputs = (
        "/* What the network sees. */\n"
        "static inline void mnist_inputs(const unsigned char image[784], float inputs[784]) {\n"
        f"{_indented(steps)}}}\n"
    )
    return [_part("straighten"), *directions * (name == "directions"), _part("rounded"), inputs]


def _arrays(network: Network) -> str:
    return "\n".join(
        _array(f"float mnist_weights_{layer}", matrix[:, :-1])
        + _array(f"float mnist_biases_{layer}", matrix[:, -1])
        for layer, matrix in enumerate(network.matrices, start=1)
    )


def _int8_arrays(network: Network) -> str:
    texts = []
    for layer, matrix in enumerate(network.matrices, start=1):
        integers, scales = quantized(matrix[:, :-1])
        texts += [
            _array(f"signed char mnist_weights_{layer}", integers),
            _array(f"float mnist_scales_{layer}", scales),
            _array(f"float mnist_biases_{layer}", matrix[:, -1]),
        ]
    return "\n".join(texts)


def quantized(weights: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return weights (neurons, inputs) as integers from -127 to 127, and a scale per neuron."""
    largest = np.abs(weights).max(axis=1)
    scales = np.where(largest > 0, largest / LARGEST, 1).astype(np.float32)
    return np.rint(weights / scales[:, None]).astype(np.int8), scales


def _array(declared: str, values: NDArray[Any]) -> str:
    """Return a constant array of C, with all digits that a float has."""
    end = "f" if values.dtype.kind == "f" else ""
    numbers = [f"{value}{end}" for value in values.ravel()]
    rows = (numbers[start : start + PER_LINE] for start in range(0, len(numbers), PER_LINE))
    lines = ",\n    ".join(", ".join(row) for row in rows)
    return f"static const {declared}[{len(numbers)}] = {{\n    {lines}}};\n"


def _activation(name: str, formula: str) -> str:
    return (
        f"static inline void {name}(float *a, int count) {{\n"
        "    int i;\n"
        "    for (i = 0; i < count; i++) {\n"
        "        const float z = a[i];\n"
        f"        a[i] = {formula};\n"
        "    }\n"
        "}\n"
    )


def _output(name: str) -> str:
    return _part("softmax") if name == "softmax" else _activation("mnist_output", OUTPUTS[name])


def _predict(network: Network, scales: str) -> str:
    """Return the function that a program calls."""
    sizes = network.layer_sizes
    names = [*(f"a_{layer}" for layer in range(len(sizes) - 1)), "scores"]
    arrays = ["weights", *[scales] * bool(scales), "biases"]
    declared = ", ".join(f"{n}[{size}]" for n, size in zip(names[:-1], sizes[:-1], strict=True))
    lines = [f"float {declared};", "int i, best = 0;", "mnist_inputs(image, a_0);"]
    for layer, (before, name) in enumerate(pairwise(names), start=1):
        constants = ", ".join(f"mnist_{array}_{layer}" for array in arrays)
        inputs, outputs = sizes[layer - 1 : layer + 1]
        function = "mnist_output" if name == "scores" else "mnist_hidden"
        lines.append(f"mnist_layer({constants}, {before}, {inputs}, {name}, {outputs});")
        lines.append(f"{function}({name}, {outputs});")
    lines.append(f"for (i = 1; i < {sizes[-1]}; i++) best = scores[i] > scores[best] ? i : best;")
    lines.append("return best;")
    start = "static inline int mnist_predict(const unsigned char image[784], "
    return f"{start}float scores[{sizes[-1]}]) {{\n{_indented(lines)}}}\n"


def _indented(lines: Iterable[str]) -> str:
    return "".join(f"    {line}\n" for line in lines)
