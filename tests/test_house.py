"""The rooms of CONTRIBUTING.md and who may know whom, read from the imports themselves."""

import ast
import re
from pathlib import Path

import pytest

import mnist_cli

PACKAGE = Path(mnist_cli.__file__).parent
CONTRIBUTING = PACKAGE.parent / "CONTRIBUTING.md"
ONLY_IN = {
    "click": "cli",
    "requests": "sources",
    "urllib3": "sources",
    "PIL": "pictures",
    "threadpoolctl": "*",
}


def rooms():
    """Row number of every module, from the table in CONTRIBUTING.md."""
    block = re.search(r"```rooms\n(.*?)```", CONTRIBUTING.read_text("utf-8"), re.DOTALL)
    assert block
    rows = [line.split(maxsplit=1) for line in block[1].splitlines()]
    return {name: int(row) for row, names in rows for name in names.split(" · ")}


def module_name(path):
    """`mnist_cli/cli/train.py` belongs to the room `cli`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules():
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def imports(path):
    """Top-level package and own room of every import in a file, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the house"
            if node.module == "mnist_cli":
                yield from (f"mnist_cli.{alias.name}" for alias in node.names)
            else:
                yield node.module


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    rows, own = rooms(), module_name(path)
    for name in imports(path):
        package, _, rest = name.partition(".")
        if package == "mnist_cli":
            known = rest.split(".")[0]
            assert known == own or rows[known] < rows[own], f"{own} may not know {known}"
        elif package in ONLY_IN:
            assert ONLY_IN[package] in ("*", own), f"{own} may not know {package}"


def test_every_module_has_a_room():
    assert {module_name(path) for path in modules()} == set(rooms())


def test_network_and_functions_know_numpy_only():
    for name in (
        "network",
        "backpropagation",
        "gradient_check",
        "activations",
        "losses",
        "optimizers",
        "metrics",
    ):
        outside = {n.split(".")[0] for n in imports(PACKAGE / f"{name}.py")}
        assert outside <= {
            "numpy",
            "mnist_cli",
            "math",
            "typing",
            "itertools",
            "collections",
            "functools",
        }
