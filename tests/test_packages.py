"""The packages of CONTRIBUTING.md and which may import which, read from the imports themselves."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import mnist_cli

PACKAGE = Path(mnist_cli.__file__).parent
CONTRIBUTING = (PACKAGE.parent / "CONTRIBUTING.md").read_text("utf-8")
ONLY_IN = {
    "click": "cli",
    "requests": "data.sources",
    "urllib3": "data.sources",
    "PIL": "pictures",
    "threadpoolctl": "",
    "sklearn": "classifier",
}
NUMPY_AND_THE_LANGUAGE = {
    "numpy",
    "mnist_cli",
    "math",
    "typing",
    "itertools",
    "collections",
    "functools",
}


@cache
def table(name):
    """Return the level of every package, or of every module of one, in CONTRIBUTING.md."""
    block = re.search(rf"```{name}\n(.*?)```", CONTRIBUTING, re.DOTALL)
    assert block, name
    return {
        entry: level
        for level, line in enumerate(block[1].splitlines())
        for entry in line.split(" · ")
    }


PACKAGES = table("packages")


@cache
def modules():
    """Return the path of every module, by its dotted name below `mnist_cli`."""
    paths = [p for p in sorted(PACKAGE.rglob("*.py")) if p != PACKAGE / "__init__.py"]
    return {dotted(path): path for path in paths}


def dotted(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path):
    """Yield every module that a file imports, also inside functions and as a table of choices."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the package"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Table":
            yield node.args[0].value


def known(name):
    """Return the module that `mnist_cli.a.b.name` means: a.b.name, or the a.b that defines name."""
    inside = name.removeprefix("mnist_cli").lstrip(".")
    return inside if inside in modules() else inside.rpartition(".")[0]


@pytest.mark.parametrize("name", modules())
def test_imports_run_one_way(name):
    own, _, own_module = name.partition(".")
    for imported in imports(modules()[name]):
        if imported.partition(".")[0] == "mnist_cli":
            package, _, module = known(imported).partition(".")
            if package != own:
                assert PACKAGES[package] < PACKAGES[own], f"{own} may not import {package}"
            elif own_module and module:
                levels = table(own)
                assert levels[module] < levels[own_module], f"{name} may not import {module}"
        else:
            outside = imported.partition(".")[0]
            only = ONLY_IN.get(outside, "")
            assert f"{name}.".startswith(f"{only}." if only else ""), f"{name} imports {outside}"


def test_every_package_and_module_is_in_a_table():
    assert {name.partition(".")[0] for name in modules()} == set(PACKAGES)
    for package in PACKAGES:
        if (PACKAGE / package).is_dir():
            inside = {n.partition(".")[2] for n in modules() if n.startswith(f"{package}.")}
            folders = {n for n in inside if modules()[f"{package}.{n}"].name == "__init__.py"}
            assert inside - folders == set(table(package)), package


@pytest.mark.parametrize("name", [n for n in modules() if n.startswith("network.")])
def test_the_network_needs_numpy_only(name):
    outside = {imported.split(".")[0] for imported in imports(modules()[name])}
    assert outside <= NUMPY_AND_THE_LANGUAGE
