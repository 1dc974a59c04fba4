"""The forms of an exported network; the ending of a file's name chooses one."""

from collections.abc import Callable, Container
from typing import NamedTuple

from mnist_cli.errors import InputError
from mnist_cli.export.c_header import ACTIVATIONS as C_ACTIVATIONS
from mnist_cli.export.c_header import header_bytes, int8_header_bytes
from mnist_cli.export.onnx import HIDDEN, onnx_bytes
from mnist_cli.export.safetensors import safetensors_bytes
from mnist_cli.network.activations import ACTIVATIONS
from mnist_cli.training.checkpoint import Checkpoint


class Format(NamedTuple):
    """A form of a network.

    Attributes
    ----------
    name : for messages
    content : makes the file
    activations : those that the form has
    preprocesses : whether it does the preprocessing, too
    """

    name: str
    content: Callable[[Checkpoint], bytes]
    activations: Container[str]
    preprocesses: bool = True


FORMATS = {  # by the ending; the first that fits
    ".onnx": Format("onnx", onnx_bytes, HIDDEN),
    ".safetensors": Format("safetensors", safetensors_bytes, ACTIVATIONS, preprocesses=False),
    ".int8.h": Format("int8 C header", int8_header_bytes, C_ACTIVATIONS),
    ".h": Format("C header", header_bytes, C_ACTIVATIONS),
}


def find_format(name: str) -> Format:
    """Return the form that a file's name asks for. Raises InputError if it is none of ours."""
    for ending, found in FORMATS.items():
        if name.lower() == ending:
            raise InputError(f"{name}: must have a name before the ending; give model{ending}")
        if name.lower().endswith(ending):
            return found
    *others, last = FORMATS
    raise InputError(
        f"{name}: the ending chooses the form; it must be {', '.join(others)} or {last}"
    )


def exported(checkpoint: Checkpoint, form: Format) -> bytes:
    """Return a network in a form. Raises InputError for an activation that this one lacks."""
    activation = checkpoint.network.activation
    if activation not in form.activations:
        raise InputError(
            f"activation {activation}: {form.name} has no row for it; add one in mnist_cli/export"
        )
    return form.content(checkpoint)
