"""Which activations the page can compute: the rows of `activations.js`, twins of Python's."""

import re
from collections.abc import Sequence
from importlib import resources

from mnist_cli.network.network import Network

TABLE = resources.files("mnist_cli.report") / "page" / "script" / "activations.js"
_ROW = re.compile(r"^  (\w+): \{", re.MULTILINE)  # the formatter keeps this form


def page_activations() -> set[str]:
    """Return the names of the rows of the page's own table."""
    return set(_ROW.findall(TABLE.read_text("utf-8")))


def missing_activations(networks: Sequence[Network]) -> list[str]:
    """Return the activations of these networks that the page cannot compute."""
    used = {name for network in networks for name in _activations(network)}
    return sorted(used - page_activations())


def _activations(network: Network) -> set[str]:
    hidden = {network.activation} if len(network.layer_sizes) > 2 else set()
    return {network.output_activation, *hidden}


def missing_line(names: Sequence[str]) -> str:
    """Say what is missing, and what the page does without it."""
    return (
        f"The page cannot compute the activation {', '.join(names)}, so it shows results only; "
        f"to let it, add a row to mnist_cli/report/page/script/{TABLE.name}."
    )
