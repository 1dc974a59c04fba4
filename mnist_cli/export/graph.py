"""An ONNX graph, node by node, and the file that holds it.

The numbers of the fields are those of the messages in
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnist_cli.export.protobuf import Value, message

IR_VERSION, OPSET = 8, 17  # of ONNX 1.12, which every runtime of today reads
TYPES = {"float32": 1, "uint8": 2, "int64": 7, "float64": 11}  # of tensors
INT, FLOAT, TEXT, INTS = (2, 3), (1, 2), (3, 4), (7, 8)  # kinds of attributes: code, field

Attribute: TypeAlias = "int | float | str | list[int]"
Shape: TypeAlias = "list[int | str]"  # a text names a size that is not fixed


class Graph:
    """Nodes that are added one after the other; each is known by the name of its output."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def node(self, kind: str, *inputs: str, name: str = "", **attributes: Attribute) -> str:
        """Add a node with one output and return its name."""
        return self.nodes(kind, inputs, [name or f"{kind}_{len(self._nodes)}"], **attributes)[0]

    def nodes(
        self, kind: str, inputs: tuple[str, ...], outputs: list[str], **attributes: Attribute
    ) -> list[str]:
        """Add a node and return the names of its outputs."""
        fields: dict[int, Value] = {1: _texts(inputs), 2: _texts(outputs), 3: outputs[0], 4: kind}
        fields[5] = [_attribute(name, value) for name, value in attributes.items()]
        self._nodes.append(message(fields))
        return outputs

    def constant(self, values: Any, dtype: str = "float32") -> str:
        """Add an array and return its name."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(_tensor(name, np.asarray(values, dtype)))
        return name

    def model(
        self, inputs: dict[str, tuple[str, Shape]], outputs: dict[str, tuple[str, Shape]]
    ) -> bytes:
        """Return the file; type and shape of inputs and outputs are given by name."""
        described = [[_described(n, *s) for n, s in ends.items()] for ends in (inputs, outputs)]
        graph = message(
            {1: self._nodes, 2: "mnist", 5: self._constants, 11: described[0], 12: described[1]}
        )
        return message({1: IR_VERSION, 2: "mnist", 7: graph, 8: message({1: "", 2: OPSET})})


def _texts(names: Any) -> list[bytes]:
    return [name.encode() for name in names]


def _attribute(name: str, value: Attribute) -> bytes:
    kinds: dict[type, tuple[int, int]] = {int: INT, float: FLOAT, str: TEXT, list: INTS}
    code, field = kinds[type(value)]
    return message({1: name, field: value, 20: code})


def _tensor(name: str, array: NDArray[Any]) -> bytes:
    values = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return message({1: list(array.shape), 2: TYPES[array.dtype.name], 8: name, 9: values})


def _described(name: str, dtype: str, shape: Shape) -> bytes:
    sizes = [message({1 if isinstance(size, int) else 2: size}) for size in shape]
    tensor = message({1: TYPES[dtype], 2: message({1: sizes})})
    return message({1: name, 2: message({1: tensor})})
