"""Every setting of a training run: its name, its range, its default and the reason for it.

Configuration files, options and checkpoints use this one table. NumPy is not imported until a
value is checked.
"""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from mnist_cli.config import choices
from mnist_cli.config.rules import Choice, Integer, Number, Rule, Sizes, Switch
from mnist_cli.errors import ConfigError

LARGEST_SQUARES = 10  # sum of squared activations that the full rate stands, with some margin
MEAN_IMAGE = 35  # sum of its squared pixels, the inputs of a network without hidden layers
FULL_STEPS = 30  # neurons of a layer up to which an optimizer's own rate is kept


class Setting(NamedTuple):
    """What is known about one setting: its rule, and its help text for users."""

    rule: Rule
    help: str


def _setting(default: Any, rule: Rule, help: str) -> Any:  # noqa: A002
    return dataclasses.field(default=default, metadata={"setting": Setting(rule, help)})


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """All settings of a run.

    Without a `learning_rate`, the usual one for the other settings is chosen
    (`usual_learning_rate`).

    Raises
    ------
    ConfigError
        If a value is out of range, or does not fit another one.
    """

    preprocessing: str = _setting(
        "none",
        Choice(choices.PREPROCESSINGS),
        "What happens to each image before the network sees it.",
    )  # none: the lectures' network sees the pixels themselves
    augmentation: int = _setting(
        0,
        Integer(0, 16),
        "Number of changed copies of the training images; epochs use originals and copies in turn.",
    )
    drawn: int = _setting(
        0,
        Integer(0, 100_000),
        "Number of drawn images added: digits in styles that MNIST hardly has, letters, doodles.",
    )  # 0: the lectures' network learns from the data set alone
    hidden_sizes: tuple[int, ...] = _setting(
        (16, 16), Sizes(2048, 8), "Neurons in each hidden layer."
    )  # the lectures' choice
    activation: str = _setting(
        "sigmoid", Choice(choices.ACTIVATIONS), "Activation of the hidden layers."
    )
    output_activation: str = _setting(
        "sigmoid", Choice(choices.OUTPUT_ACTIVATIONS), "Activation of the last layer."
    )
    loss: str = _setting(
        "mse",
        Choice(choices.LOSSES),
        "What training minimizes: half the squared error (mse), or -ln of the right output.",
    )
    initialization: str = _setting(
        "scaled", Choice(choices.INITIALIZATIONS), "How the first weights are drawn."
    )  # N(0, 1/fan_in): a point and a half better than the lectures' N(0, 1)
    optimizer: str = _setting(
        "sgd", Choice(choices.OPTIMIZERS), "Rule that changes the parameters in each step."
    )
    learning_rate: float = _setting(
        None,
        Number(0, 1000, above=True),
        "Factor of the gradient in each step (eta in the lectures).",
    )  # None: the usual one, which for the default network is 3.0, as in Nielsen's chapter 1
    momentum: float = _setting(
        0.0, Number(0, 1, below=True), "Share of the last step that is added to the next one (sgd)."
    )
    nesterov: bool = _setting(
        False, Switch(), "Use Nesterov momentum: compute the gradient one step of momentum ahead."
    )
    schedule: str = _setting(
        "linear", Choice(choices.SCHEDULES), "How the learning rate falls over the run."
    )  # linear, to zero: 0.4 points better than constant on validation images, and varies less
    weight_decay: float = _setting(
        0.0, Number(0, 1), "Adds weight_decay x weight to each weight's gradient."
    )
    batch_size: int = _setting(32, Integer(1, 10_000_000), "Images in a mini-batch.")
    epochs: int = _setting(
        30, Integer(0, 50_000), "Number of passes over the training images; 0 trains nothing."
    )
    seed: int = _setting(
        0,
        Integer(0, 2**32 - 1),
        "Start of all random numbers; the same seed gives the same network.",
    )
    validation_size: int = _setting(
        10_000,
        Integer(0, 9_999_999),
        "Number of the last training images, which only measure progress.",
    )
    snapshots: int = _setting(
        12,
        Integer(0, 12),
        "Number of moments of the training that are kept for the film in the report.",
    )
    patience: int = _setting(
        0,
        Integer(0, 100_000),
        "Stop after this many epochs without a better validation accuracy; 0: never.",
    )

    def __post_init__(self) -> None:
        """Check every value, and choose the learning rate if none is given."""
        for name, setting in SETTINGS.items():
            value = getattr(self, name)
            if name != "learning_rate" or value is not None:
                object.__setattr__(self, name, _checked(name, setting.rule, value))
        self._check_together()
        if self.learning_rate is None:
            object.__setattr__(self, "learning_rate", usual_learning_rate(self))

    def _check_together(self) -> None:
        """Raise ConfigError for settings that do not fit each other."""
        outputs = choices.LOSSES.rows()[self.loss]
        if self.output_activation not in outputs:
            raise ConfigError(
                f"loss {self.loss} does not fit output_activation, got {self.output_activation}; "
                f"choose {' or '.join(outputs)}"
            )
        takers = [name for name, row in choices.OPTIMIZERS.rows().items() if row.takes_momentum]
        if self.optimizer not in takers and (self.momentum > 0 or self.nesterov):
            raise ConfigError(
                f"momentum and nesterov belong to optimizer {' or '.join(takers)}, "
                f"got {self.optimizer}; leave them out"
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
    """Return a good learning rate for these settings: docs/learning-rates.md tells how good."""
    rate = choices.OPTIMIZERS.rows()[config.optimizer].usual_rate
    if rate is None:
        rate = _rate_of_descent(config)
    else:  # each weight moves by about the rate, whatever its gradient: n of them add up
        rate *= min(1.0, (FULL_STEPS / max(config.hidden_sizes, default=1)) ** 0.5)
    return float(rate * _batch_factor(config.batch_size))


def _rate_of_descent(config: TrainingConfig) -> float:
    """Return the usual rate of gradient descent with mini-batches of 32.

    The squared error of a sigmoid has small gradients and needs a large rate. A cross-entropy, and
    hidden layers that do not saturate, need a smaller one. With momentum m, steps add up to
    1 / (1 - m) of their length, so the rate is reduced.
    """
    loss = choices.LOSSES.rows()[config.loss][config.output_activation]
    rate, squares = loss.usual_rate * (1 - config.momentum), MEAN_IMAGE
    if config.hidden_sizes:
        activation = choices.ACTIVATIONS.rows()[config.activation]
        rate *= activation.usual_rate
        squares = config.hidden_sizes[-1] * activation.at_rest**2
    return float(rate if loss.recovers else rate * _squares_factor(squares))


def _squares_factor(squares: float) -> float:
    """Return how much shorter steps must be where the last layer's inputs are many or large.

    A step changes an output by the step times the sum of the squares of its inputs (LeCun et al.
    1998, "Efficient BackProp", section 5). n sigmoids at rest give n/4 from the start: from 40 of
    them on, the first steps could saturate all outputs for good.
    """
    return LARGEST_SQUARES / max(squares, LARGEST_SQUARES)


def _batch_factor(batch_size: int) -> float:
    """Return how much longer steps may be for large mini-batches, and shorter for small ones.

    The mean over n images is √n times less noisy (Krizhevsky 2014, section 5). From 10 to 32 the
    lectures' rate is good; past 128 the curvature of the loss is the limit, whatever the noise.
    """
    smaller, larger = min(1.0, batch_size / 10), max(1.0, min(batch_size, 128) / 32)
    return float((smaller * larger) ** 0.5)


def make_config(values: Mapping[str, Any], where: str = "configuration") -> TrainingConfig:
    """Return a configuration made of JSON values.

    Raises ConfigError; the message begins with `where` and names the key, the value and the range.
    """
    for name in values:
        if name not in SETTINGS:
            raise ConfigError(f"{where}: unknown key {name!r}{nearest(name, SETTINGS)}")
    try:
        if values.get("learning_rate", 1) is None:  # it may be missing, but not null
            _checked("learning_rate", SETTINGS["learning_rate"].rule, None)
        return TrainingConfig(**values)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error


def parse_setting(name: str, text: str) -> Any:
    """Return the value of one setting from the text of an option. Raises ConfigError."""
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
    """Return a value as it is in the file, shortened to one line."""
    text = json.dumps(value, default=repr)
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown name: the most similar known one, or all."""
    import difflib  # only here: it is rarely needed

    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"
