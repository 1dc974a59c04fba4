"""`data.preprocessing` as nodes of an ONNX graph: a twin, function by function.

Moments are double there and here: the coordinates of dark images need it.
"""

from collections.abc import Callable

import numpy as np

from mnist_cli.data.fields import AXIS
from mnist_cli.data.preprocessing import (
    LARGEST_SLANT,
    LARGEST_ZOOM,
    MEAN_EDGE,
    PIXEL_VARIANCE,
    POOL_COLUMNS,
    POOL_ROWS,
    SMALLEST,
    SMALLEST_ZOOM,
    SPREAD,
)
from mnist_cli.export.graph import TYPES, Graph
from mnist_cli.images import PIXELS, SIDE

SOBEL_X = np.outer([1, 2, 1], [-1, 0, 1])
MIDDLE = (SIDE - 1) / 2


def preprocessed(graph: Graph, images: str, name: str) -> str:
    """Add a preprocessing: images uint8 (n, 28, 28) -> float32 (n, 784), whole from 0 to 255."""
    values = PREPROCESSINGS[name](graph, images)
    flat = graph.node("Reshape", values, graph.constant([-1, PIXELS], "int64"))
    if name == "none":
        return flat
    rounded = graph.node("Floor", graph.node("Add", flat, graph.constant(0.5)))
    return graph.node("Clip", rounded, graph.constant(0), graph.constant(255))


def _floats(graph: Graph, images: str, dtype: str = "float32") -> str:
    return graph.node("Cast", images, to=TYPES[dtype])


class _Doubles:
    """Arithmetic with doubles in a graph; a number among the inputs becomes a constant."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def __call__(self, kind: str, *inputs: str | float) -> str:
        graph = self._graph
        names = [i if isinstance(i, str) else graph.constant(i, "float64") for i in inputs]
        return graph.node(kind, *names)


def _moments(graph: Graph, images: str) -> list[str]:
    """Add x, y, xx, xy and yy of the ink, each double (n, 1)."""
    rows, columns = (grid.ravel() for grid in np.meshgrid(AXIS, AXIS, indexing="ij"))
    powers = np.stack([rows**0, columns, rows, columns**2, columns * rows, rows**2], axis=1)
    flat = graph.node("Reshape", images, graph.constant([-1, PIXELS], "int64"))
    pixels = _floats(graph, flat, "float64")
    weights = _floats(graph, graph.constant(powers), "float64")  # exact in float32: half the bytes
    sums = graph.node("MatMul", pixels, weights)
    names = ["ink", "sum_x", "sum_y", "sum_xx", "sum_xy", "sum_yy"]
    ink, *others = graph.nodes("Split", (sums,), names, axis=1)
    do = _Doubles(graph)
    total = do("Max", ink, 1.0)
    x, y, xx, xy, yy = (do("Div", one, total) for one in others)
    central = [
        do("Sub", square, do("Mul", *pair))
        for square, pair in ((xx, (x, x)), (xy, (x, y)), (yy, (y, y)))
    ]
    return [x, y, *central]


def _straightened(graph: Graph, images: str, *, resize: bool) -> str:
    """Add `straighten`: (n, 28, 28) uint8 -> (n, 1, 28, 28) float32."""
    do = _Doubles(graph)
    x, y, xx, xy, yy = _moments(graph, images)
    variance_y = do("Max", yy, PIXEL_VARIANCE)
    slant = do("Clip", do("Div", xy, variance_y), -LARGEST_SLANT, LARGEST_SLANT)
    across = down = graph.constant(AXIS, "float64")
    if resize:  # (28,) -> (n, 28)
        sheared = do("Sub", xx, do("Mul", do("Mul", 2.0, slant), xy))
        variance_x = do("Add", sheared, do("Mul", do("Mul", slant, slant), yy))
        across = do("Mul", _step_length(do, variance_x), across)
        down = do("Mul", _step_length(do, variance_y), down)
    row_starts = do("Add", x, do("Mul", slant, down))
    places = [_floats(graph, one) for one in (row_starts, across, do("Add", y, down))]
    return _sampled(graph, _floats(graph, images), *places)


def _step_length(do: _Doubles, variance: str) -> str:
    steps = do("Div", do("Sqrt", do("Max", variance, PIXEL_VARIANCE)), SPREAD)
    return do("Clip", steps, 1 / LARGEST_ZOOM, 1 / SMALLEST_ZOOM)


def _sampled(graph: Graph, field: str, row_starts: str, across: str, y: str) -> str:
    """Read the field at x = row_starts + across and y, by bilinear interpolation."""
    last, middle = graph.constant([2], "int64"), graph.constant([-2], "int64")
    columns = graph.node("Unsqueeze", across, middle)  # (n, 1, 28), or (1, 28)
    x = graph.node("Add", graph.node("Unsqueeze", row_starts, last), columns)
    y = graph.node("Expand", graph.node("Unsqueeze", y, last), graph.node("Shape", x))
    pair = [graph.node("Unsqueeze", one, graph.constant([3], "int64")) for one in (x, y)]
    grid = graph.node("Div", graph.node("Concat", *pair, axis=3), graph.constant(MIDDLE))
    channel = graph.node("Unsqueeze", field, graph.constant([1], "int64"))
    return graph.node(
        "GridSample", channel, grid, mode="bilinear", padding_mode="zeros", align_corners=1
    )


def _edge_directions(graph: Graph, field: str) -> str:
    """Add `edge_directions`: (n, 1, 28, 28) -> (n, 784)."""
    edges = graph.node("Concat", *_split_by_direction(graph, *_gradient(graph, field)), axis=1)
    rows = graph.node("MatMul", graph.constant(POOL_ROWS), edges)
    maps = graph.node("MatMul", rows, graph.constant(POOL_COLUMNS.T))  # (n, 8, 14, 7)
    apart = graph.node("Reshape", maps, graph.constant([-1, 2, 4, 14, 7], "int64"))
    placed = graph.node("Transpose", apart, perm=[0, 1, 3, 2, 4])
    flat = graph.node("Reshape", placed, graph.constant([-1, PIXELS], "int64"))
    features = graph.node("Sqrt", flat)
    mean = graph.node("ReduceMean", features, axes=[1], keepdims=1)
    least = graph.node("Max", mean, graph.constant(SMALLEST))
    scale = graph.node("Div", graph.constant(MEAN_EDGE), least)
    return graph.node("Mul", features, scale)


def _gradient(graph: Graph, field: str) -> list[str]:
    """Add the Sobel gradient along x and along y."""
    kernels = graph.constant(np.stack([SOBEL_X, SOBEL_X.T])[:, None])
    both = graph.node("Conv", field, kernels, pads=[1, 1, 1, 1])
    return graph.nodes("Split", (both,), ["dx", "dy"], axis=1)


def _split_by_direction(graph: Graph, dx: str, dy: str) -> list[str]:
    """Add the components along eight directions, each at least 0."""
    root, parts = graph.constant(np.sqrt(2)), []
    size_x, size_y, left, up = (
        graph.node(kind, one) for kind, one in (("Abs", dx), ("Abs", dy), ("Neg", dx), ("Neg", dy))
    )
    for x, y, minus_x in ((dx, dy, left), (left, up, dx)):
        diagonal = [graph.node("Relu", graph.node("Min", one, y)) for one in (x, minus_x)]
        first, second = (graph.node("Mul", one, root) for one in diagonal)
        along_x, along_y = (
            graph.node("Relu", graph.node("Sub", *pair)) for pair in ((x, size_y), (y, size_x))
        )
        parts += [along_x, first, along_y, second]
    return parts


PREPROCESSINGS: dict[str, Callable[[Graph, str], str]] = {
    "none": _floats,
    "deskew": lambda graph, images: _straightened(graph, images, resize=False),
    "moments": lambda graph, images: _straightened(graph, images, resize=True),
    "directions": lambda graph, images: _edge_directions(
        graph, _straightened(graph, images, resize=True)
    ),
}
