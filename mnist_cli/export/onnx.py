"""A network with its preprocessing and its confidence as an ONNX file.

Images uint8 (n, 28, 28), 0 for paper, go in; out come `digit` int64 (n,), `confidence` float32 (n,)
and `scores` float32 (n, 10), the answers of `prediction`.
"""

from collections.abc import Callable

from mnist_cli.export.graph import Graph
from mnist_cli.export.onnx_preprocessing import preprocessed
from mnist_cli.images import SIDE
from mnist_cli.network.activations import GELU_CUBE, GELU_SCALE, LEAK
from mnist_cli.network.network import GREY_LEVEL, Network
from mnist_cli.training.checkpoint import Checkpoint


def onnx_bytes(checkpoint: Checkpoint) -> bytes:
    """Return the file."""
    graph, network = Graph(), checkpoint.network
    seen = preprocessed(graph, "images", checkpoint.run.config.preprocessing)
    z = _logits(graph, network, graph.node("Mul", seen, graph.constant(GREY_LEVEL)))
    scores = graph.node("Identity", OUTPUTS[network.output_activation](graph, z), name="scores")
    graph.node("ArgMax", scores, name="digit", axis=1, keepdims=0)
    calibration = checkpoint.calibration
    _confidence(graph, z, calibration.logit_scale if calibration else 1.0)
    return graph.model(
        {"images": ("uint8", ["n", SIDE, SIDE])},
        {
            "digit": ("int64", ["n"]),
            "confidence": ("float32", ["n"]),
            "scores": ("float32", ["n", network.layer_sizes[-1]]),
        },
    )


def _logits(graph: Graph, network: Network, inputs: str) -> str:
    """Add all layers up to z of the last one: (n, 784) -> (n, 10)."""
    a = inputs
    for layer, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True)):
        a = HIDDEN[network.activation](graph, a) if layer else a
        a = graph.node("Gemm", a, graph.constant(weights), graph.constant(biases))
    return a


def _confidence(graph: Graph, z: str, logit_scale: float) -> None:
    """Add the calibrated probability of the digit."""
    scaled = graph.node("Mul", z, graph.constant(logit_scale))
    chances = graph.node("Softmax", scaled, axis=1)
    axis = graph.constant([1], "int64")
    place = graph.node("Unsqueeze", "digit", axis)
    chosen = graph.node("GatherElements", chances, place, axis=1)
    graph.node("Squeeze", chosen, axis, name="confidence")


def _gelu(graph: Graph, z: str) -> str:
    """0.5 z (1 + tanh(s (z + c z³))), node by node."""

    def scaled(factor: float, name: str) -> str:
        return graph.node("Mul", name, graph.constant(factor))

    cube = graph.node("Mul", graph.node("Mul", z, z), z)
    inner = scaled(GELU_SCALE, graph.node("Add", z, scaled(GELU_CUBE, cube)))
    share = graph.node("Add", graph.node("Tanh", inner), graph.constant(1))
    return scaled(0.5, graph.node("Mul", z, share))


HIDDEN: dict[str, Callable[[Graph, str], str]] = {
    "sigmoid": lambda graph, z: graph.node("Sigmoid", z),
    "tanh": lambda graph, z: graph.node("Tanh", z),
    "relu": lambda graph, z: graph.node("Relu", z),
    "leaky_relu": lambda graph, z: graph.node("LeakyRelu", z, alpha=LEAK),
    "gelu": _gelu,
    "linear": lambda _, z: z,
}
OUTPUTS: dict[str, Callable[[Graph, str], str]] = {
    "sigmoid": HIDDEN["sigmoid"],
    "softmax": lambda graph, z: graph.node("Softmax", z, axis=1),
    "linear": HIDDEN["linear"],
}
