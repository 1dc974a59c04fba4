"""The parameters in PyTorch's names, in a safetensors file.

The form is small: the length of a header as 8 bytes, little-endian; the header, JSON with the type,
the shape and the place of each tensor; the values. Source: the section "Format" of
https://github.com/huggingface/safetensors.
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_cli.network.network import Network
from mnist_cli.training.checkpoint import Checkpoint

ALIGNED = 8  # bytes; the values begin at a multiple of it


def safetensors_bytes(checkpoint: Checkpoint) -> bytes:
    """Return the file: float32 tensors, and as text what else is needed to use them."""
    tensors, header, place = named_tensors(checkpoint.network), dict[str, Any](), 0
    header["__metadata__"] = _about(checkpoint)
    for name, tensor in tensors.items():
        end = place + tensor.nbytes
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [place, end]}
        place = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNED)
    values = b"".join(tensor.tobytes() for tensor in tensors.values())
    return len(text).to_bytes(8, "little") + text + values


def named_tensors(network: Network) -> dict[str, NDArray[Any]]:
    """Return the parameters by their names in an `nn.Sequential` of linear layers and activations.

    A weight is (neurons, neurons before), the transpose of ours.
    """
    named: dict[str, NDArray[Any]] = {}
    for layer, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True)):
        named[f"{2 * layer}.weight"] = np.ascontiguousarray(weights.T, "<f4")
        named[f"{2 * layer}.bias"] = np.ascontiguousarray(biases, "<f4")
    return named


def _about(checkpoint: Checkpoint) -> dict[str, str]:
    network, calibration = checkpoint.network, checkpoint.calibration
    return {
        "activation": network.activation,
        "output_activation": network.output_activation,
        "preprocessing": checkpoint.run.config.preprocessing,
        "logit_scale": str(calibration.logit_scale if calibration else 1.0),
    }
