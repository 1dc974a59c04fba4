"""Every setting of a training run: its name, its range, its default and the reason for it.

One table serves configuration files, options and checkpoints. This module knows no NumPy, so that
the options can be shown at once.
"""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from mnist_cli.errors import ConfigError
from mnist_cli.rules import Choice, Integer, Number, Rule, Sizes, Switch

ACTIVATIONS = ("sigmoid", "tanh", "relu", "linear")
OUTPUT_ACTIVATIONS = ("sigmoid", "softmax", "linear")
PREPROCESSINGS = ("none", "deskew", "moments", "directions")
LOSSES = ("mse", "cross_entropy")
INITIALIZATIONS = ("scaled", "normal", "he")
OPTIMIZERS = ("sgd", "adam")
SCHEDULES = ("constant", "linear", "cosine")


class Setting(NamedTuple):
    """What the table says about one setting."""

    rule: Rule
    help: str


def _setting(default: Any, rule: Rule, help: str) -> Any:  # noqa: A002
    return dataclasses.field(default=default, metadata={"setting": Setting(rule, help)})


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """All settings of a run. Raises ConfigError for a value out of range or at odds with another.

    `learning_rate` may be left out: then it is the usual one for the loss, activation and
    optimizer (`usual_learning_rate`).
    """

    preprocessing: str = _setting(
        "none", Choice(PREPROCESSINGS), "What happens to each image before the network sees it."
    )  # none: the lectures' network sees the pixels themselves
    augmentation: int = _setting(
        0, Integer(0, 16), "Changed copies of the training images that take turns with them."
    )
    hidden_sizes: tuple[int, ...] = _setting(
        (16, 16), Sizes(2048, 8), "Neurons in each hidden layer."
    )  # the lectures' choice
    activation: str = _setting("sigmoid", Choice(ACTIVATIONS), "Activation of the hidden layers.")
    output_activation: str = _setting(
        "sigmoid", Choice(OUTPUT_ACTIVATIONS), "Activation of the last layer."
    )
    loss: str = _setting(
        "mse", Choice(LOSSES), "What training makes small: half the squared error, or -ln."
    )
    initialization: str = _setting(
        "scaled", Choice(INITIALIZATIONS), "How the first weights are drawn."
    )  # N(0, 1/fan_in): a point and a half better than the lectures' N(0, 1)
    optimizer: str = _setting("sgd", Choice(OPTIMIZERS), "Rule that moves the parameters.")
    learning_rate: float = _setting(
        None, Number(0, 1000, above=True), "Length of a step (the lectures' eta)."
    )  # None: the usual one, which for the default network is 3.0, as in Nielsen's chapter 1
    momentum: float = _setting(
        0.0, Number(0, 1, below=True), "Share of the last step that is kept (sgd)."
    )
    nesterov: bool = _setting(False, Switch(), "Look one step of momentum ahead.")
    schedule: str = _setting(
        "linear", Choice(SCHEDULES), "How the learning rate falls over the run."
    )  # to zero at the end: 0.4 points better than constant on validation images, and steadier
    weight_decay: float = _setting(
        0.0, Number(0, 1), "Adds weight_decay x weight to each weight's gradient."
    )
    batch_size: int = _setting(32, Integer(1, 60_000), "Images in a mini-batch.")
    epochs: int = _setting(30, Integer(1, 100_000), "Times that every image is seen.")
    seed: int = _setting(0, Integer(0, 2**32 - 1), "Start of all random numbers.")
    validation_size: int = _setting(
        10_000, Integer(0, 59_999), "Last training images, held out to measure progress."
    )
    snapshots: int = _setting(
        12, Integer(0, 12), "Moments of the training kept for the film in the report."
    )
    patience: int = _setting(
        0,
        Integer(0, 100_000),
        "Stop after so many epochs without improvement; 0: never.",
    )

    def __post_init__(self) -> None:
        """Check every value and choose the learning rate if none is given."""
        for name, setting in SETTINGS.items():
            value = getattr(self, name)
            if name != "learning_rate" or value is not None:
                object.__setattr__(self, name, _checked(name, setting.rule, value))
        self._check_together()
        if self.learning_rate is None:
            object.__setattr__(self, "learning_rate", usual_learning_rate(self))

    def _check_together(self) -> None:
        """Refuse settings that are at odds with each other."""
        if self.loss == "cross_entropy" and self.output_activation == "linear":
            raise ConfigError(
                "loss cross_entropy needs outputs between 0 and 1, got output_activation linear; "
                "choose sigmoid or softmax"
            )
        if self.optimizer == "adam" and (self.momentum > 0 or self.nesterov):
            raise ConfigError(
                "momentum and nesterov belong to optimizer sgd, got adam, which has its own; "
                "leave them out"
            )
        if self.nesterov and self.momentum == 0:
            raise ConfigError("nesterov needs a momentum greater than 0, got 0; try 0.9")
        if self.patience > 0 and self.validation_size == 0:
            raise ConfigError(
                "patience needs validation images to measure improvement, got validation_size 0; "
                "leave one of them out"
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON values, in the order of the table."""
        values = dataclasses.asdict(self)
        return {**values, "hidden_sizes": list(self.hidden_sizes)}


SETTINGS: dict[str, Setting] = {
    field.name: field.metadata["setting"] for field in dataclasses.fields(TrainingConfig)
}


def usual_learning_rate(config: TrainingConfig) -> float:
    """Return the rate that serves a small network with these settings; chosen on validation data.

    Squared error behind a sigmoid has small slopes and wants long steps; a cross-entropy, and
    hidden layers that do not flatten out, want shorter ones. Momentum m adds up 1 / (1 - m) steps.
    """
    if config.optimizer == "adam":
        return 0.003
    rates = USUAL_RATES[config.loss if config.loss == "cross_entropy" else config.output_activation]
    return rates[config.activation] * (1 - config.momentum)


# By loss and last layer, then by hidden activation; the best of a coarse grid after 12 epochs.
USUAL_RATES = {
    "sigmoid": {"sigmoid": 3.0, "tanh": 0.3, "relu": 0.2, "linear": 0.1},
    "softmax": {"sigmoid": 1.0, "tanh": 0.2, "relu": 0.2, "linear": 0.03},
    "linear": {"sigmoid": 0.3, "tanh": 0.1, "relu": 0.03, "linear": 0.01},
    "cross_entropy": {"sigmoid": 0.5, "tanh": 0.1, "relu": 0.1, "linear": 0.03},
}


def make_config(values: Mapping[str, Any], where: str = "configuration") -> TrainingConfig:
    """Build a configuration from JSON values.

    Raises ConfigError, naming `where`, the key, the value and the allowed range.
    """
    for name in values:
        if name not in SETTINGS:
            raise ConfigError(f"{where}: unknown key {name!r}{nearest(name, SETTINGS)}")
    try:
        if values.get("learning_rate", 1) is None:  # may be left out, but not be null
            _checked("learning_rate", SETTINGS["learning_rate"].rule, None)
        return TrainingConfig(**values)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error


def parse_setting(name: str, text: str) -> Any:
    """Value of one setting from the text of an option. Raises ConfigError."""
    rule = SETTINGS[name].rule
    try:
        return rule.parse(text)
    except (ValueError, KeyError, OverflowError) as error:
        raise ConfigError(f"must be {rule.text}, got {text!r}") from error


def _checked(name: str, rule: Rule, value: Any) -> Any:
    try:
        return rule.check(value)
    except ValueError as error:
        raise ConfigError(f"{name} must be {rule.text}, got {_json(value)}") from error


def _json(value: Any) -> str:
    """Show a value the way the file has it, shortened to one line."""
    text = json.dumps(value, default=repr)
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(name: str, known: Iterable[str]) -> str:
    """End a message about an unknown name: the known one most like it, or all of them."""
    import difflib  # only now: most commands make no such mistake

    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"
