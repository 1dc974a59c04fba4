"""It calculates, and understands nothing: pure noise gets an answer, too."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_cli.images import PIXELS
from mnist_cli.lesson.drawing import bar, picture
from mnist_cli.lesson.layout import beside, table
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words
from mnist_cli.prediction import answer
from mnist_cli.training.checkpoint import Checkpoint

IMAGES = 1000
SURE = 0.9  # confidence from which an answer counts as sure


def find(material: Material) -> dict[str, Any]:
    """Return what the network says to noise, and to as many test images."""
    noise = np.random.default_rng(0).integers(0, 256, (IMAGES, PIXELS), dtype=np.uint8)
    checkpoint = material.model.checkpoint
    return {
        "images": IMAGES,
        "sure_from": SURE,
        "calibrated": material.model.calibrated,
        "drawn": material.config.drawn,
        "pixels": noise[0].tolist(),
        "outputs": material.model.scores(noise[:1])[0].tolist(),
        "noise": _answers(checkpoint, noise),
        "digits": _answers(checkpoint, material.untouched.images[:IMAGES]),
    }


def _answers(checkpoint: Checkpoint, images: NDArray[np.uint8]) -> dict[str, Any]:
    scores, confidences, unlike = answer(checkpoint, images)
    counts = np.bincount(scores.argmax(axis=1), minlength=scores.shape[1])
    return {
        "brightest": float(scores.max(axis=1).mean(dtype=np.float64)),
        "sure": float((confidences.max(axis=1) > SURE).mean()),
        "unlike": float(unlike.mean()),
        "commonest": int(counts.argmax()),
        "commonest_share": float(counts.max() / counts.sum()),
    }


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Draw one image of noise beside its outputs, then compare noise with digits."""
    pairs = zip(words.column, facts["outputs"], strict=True)
    outputs = [f"{name} {bar(a, 30)} {a:.3f}" for name, a in pairs]
    noise = facts["noise"]
    claims = ["sure" if noise["sure"] > 0.5 else "unsure"]
    claims += [_doubt(facts), "why_drawn" if facts["drawn"] > 1 else "why"]
    return [
        *beside(picture(facts["pixels"]), ["", *outputs]),
        "",
        *_comparison(facts, words),
        "",
        *words.paragraph("random", **noise),
        *words.paragraph(*claims, real=facts["digits"]["unlike"], **facts, **noise),
    ]


def _doubt(facts: dict[str, Any]) -> str:
    """Choose what is true of the doubt."""
    if not facts["calibrated"]:
        return "no_doubt"
    return "doubts" if facts["noise"]["unlike"] > 0.5 else "trusts"


def _comparison(facts: dict[str, Any], words: Words) -> list[str]:
    head = ["", *words.names(("brightest", "sure_share", "unlike_share"))]
    rows = [
        [
            words(key, **facts),
            f"{row['brightest']:.3f}",
            f"{row['sure']:.1%}",
            f"{row['unlike']:.1%}",
        ]
        for key, row in (("noise", facts["noise"]), ("digits", facts["digits"]))
    ]
    return table([head, *rows])
