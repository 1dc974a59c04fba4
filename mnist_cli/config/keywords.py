"""The settings as keyword arguments, for completion in an editor and for a type checker."""

from collections.abc import Sequence
from typing import TypedDict


class Keywords(TypedDict, total=False):
    """Every setting of `TrainingConfig`; None is the same as leaving it out."""

    preprocessing: str | None
    augmentation: int | None
    drawn: int | None
    hidden_sizes: Sequence[int] | None
    activation: str | None
    output_activation: str | None
    loss: str | None
    initialization: str | None
    optimizer: str | None
    learning_rate: float | None
    momentum: float | None
    nesterov: bool | None
    schedule: str | None
    weight_decay: float | None
    batch_size: int | None
    epochs: int | None
    seed: int | None
    validation_size: int | None
    snapshots: int | None
    patience: int | None
