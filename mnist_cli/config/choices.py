"""Tables of other modules whose rows are the choices of a setting.

The tables are beside the functions that they list, in modules that import NumPy. `mnist train
--help` needs only the names. It reads them in the source, without importing the module.
"""

import ast
import sys
from collections.abc import Collection, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

PACKAGE = Path(__file__).parents[1]


class Table(NamedTuple):
    """A dictionary in another module, given by the names of the module and of the dictionary."""

    module: str
    name: str

    def rows(self) -> Mapping[str, Any]:
        """Return the dictionary itself."""
        rows: Mapping[str, Any] = getattr(import_module(self.module), self.name)
        return rows

    def names(self) -> Collection[str]:
        """Return its keys; if the module is not imported yet, from its source."""
        return self.rows() if self.module in sys.modules else self._names_in_source()

    def _names_in_source(self) -> Collection[str]:
        path = PACKAGE.joinpath(*self.module.split(".")[1:]).with_suffix(".py")
        statements = ast.parse(path.read_text("utf-8")).body
        assigned: Any = next(node for node in statements if self.name in _assigned(node))
        try:
            return [ast.literal_eval(key) for key in assigned.value.keys]
        except (AttributeError, ValueError):  # not a plain dictionary with texts as keys
            return self.rows()


def _assigned(node: ast.stmt) -> list[str]:
    """Return the names of the variables that a statement assigns to."""
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return [target.id for target in targets if isinstance(target, ast.Name)]


ACTIVATIONS = Table("mnist_cli.network.activations", "ACTIVATIONS")
OUTPUT_ACTIVATIONS = Table("mnist_cli.network.losses", "OUTPUT_ACTIVATIONS")
LOSSES = Table("mnist_cli.network.losses", "LOSSES")
INITIALIZATIONS = Table("mnist_cli.network.parameters", "INITIALIZATIONS")
OPTIMIZERS = Table("mnist_cli.network.optimizers", "OPTIMIZERS")
SCHEDULES = Table("mnist_cli.network.optimizers", "SCHEDULES")
PREPROCESSINGS = Table("mnist_cli.data.preprocessing", "PREPROCESSINGS")
