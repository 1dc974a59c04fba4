"""Settings that are allowed, but seldom meant."""

from mnist_cli.config.settings import TrainingConfig, usual_learning_rate
from mnist_cli.images import PIXELS

DIGITS = 10
FAR = 4  # times the usual learning rate; with more, training often fails


def doubts(config: TrainingConfig, outputs: int = DIGITS) -> list[str]:
    """Return a sentence for each setting that is probably a mistake.

    `outputs` are the neurons of the last layer, one for each class.
    """
    return [*_layers_of_both_ends(config.hidden_sizes, outputs), *_long_steps(config)]


def _layers_of_both_ends(sizes: tuple[int, ...], outputs: int) -> list[str]:
    """Nielsen's list has inputs and outputs too: Network([784, 30, 10])."""
    if PIXELS not in sizes[:1]:
        return []
    hidden = sizes[1:-1] if sizes[-1] == outputs else sizes[1:]
    layers = "-".join(map(str, (PIXELS, *sizes, outputs)))
    meant = ",".join(map(str, hidden)) or "none"
    text = (
        f"hidden_sizes begins with {PIXELS}, the number of pixels; inputs and outputs come by "
        f"themselves, and this network is {layers}. Is --hidden-sizes {meant} meant?"
    )
    return [text]


def _long_steps(config: TrainingConfig) -> list[str]:
    rate, usual = config.learning_rate, usual_learning_rate(config)
    if rate <= FAR * usual:
        return []
    return [f"the learning rate {rate:g} is far above the usual {usual:.3g} for these settings."]
