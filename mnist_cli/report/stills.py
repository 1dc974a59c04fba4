"""What the page shows without JavaScript where the script would draw: pictures as SVG."""

from html import escape

import numpy as np

from mnist_cli.report.subject import Subject, preprocessing_name
from mnist_cli.report.tiles import ink_tile, map_frames, signed_tile
from mnist_cli.wording import sureness

MOST, FEW = 16, 8  # neurons of the first layer that are shown: where there are more, fewer of them
NOT_PIXELS = (
    "This network does not see pixels. It sees eight maps of 14×7 numbers, in two rows of four: "
    "each says where in the image there are edges of one direction, from paper to ink. The arrows "
    "name the directions. So a picture of weights is eight small ones."
)


def input_note(subject: Subject) -> str:
    """Say what the first layer's inputs are, where they are not an image."""
    return NOT_PIXELS if _sees_maps(subject) else ""


def _sees_maps(subject: Subject) -> bool:
    return preprocessing_name(subject.checkpoint) == "directions"


def first_layer_stills(subject: Subject) -> str:
    """Return the weights of the first neurons of the first layer, all on one scale."""
    count = subject.checkpoint.network.layer_sizes[1]
    shown = count if count <= MOST else FEW
    weights = subject.checkpoint.network.weights[0][:, :shown]
    scale = max(float(np.abs(weights).max()), 1e-9)
    frames = map_frames() if _sees_maps(subject) else []
    tiles = [
        _captioned(signed_tile(row, scale, f"Weights of neuron {i}", *frames), f"neuron {i}")
        for i, row in enumerate(weights.T, start=1)
    ]
    more = f"<p>The first {shown} of {count} neurons.</p>" if count > shown else ""
    return f'{more}<div class="stills">{"".join(tiles)}</div>'


def mistake_stills(subject: Subject) -> str:
    """Return the images of the most confident mistakes."""
    tiles = [_mistake(subject, row) for row in subject.worst.tolist()]
    return f'<div class="stills">{"".join(tiles)}</div>' if tiles else ""


def _mistake(subject: Subject, row: int) -> str:
    label, answer = subject.split.labels[row], subject.answers[row]
    pair = f"{subject.classes[label]} read as {subject.classes[answer]}"
    words = f"{pair}, {sureness(float(subject.confidence[row]))}"
    return _captioned(ink_tile(subject.split.images[row], f"Test image {row}"), words)


def _captioned(picture: str, words: str) -> str:
    return f"<figure>{picture}<figcaption>{escape(words)}</figcaption></figure>"
