"""Finds lines that no test holds: changes a module in one place after the other, and runs tests.

`python tests/mutants.py mnist_cli/data/idx.py tests/test_idx.py` works on a copy of the project. It
prints each change that all the tests let pass, and the share of those that a test noticed. (After
DeMillo, Lipton and Sayward, "Hints on test data selection", 1978.)
"""

import ast
import copy
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

TOP = Path(__file__).parents[1]
SECONDS = 300  # a run that takes longer has been noticed: the change made a loop without end
OPPOSITES = [
    (ast.Lt, ast.LtE),
    (ast.Gt, ast.GtE),
    (ast.Eq, ast.NotEq),
    (ast.Is, ast.IsNot),
    (ast.In, ast.NotIn),
    (ast.And, ast.Or),
    (ast.Add, ast.Sub),
    (ast.Mult, ast.FloorDiv),
    (ast.BitOr, ast.BitAnd),
]
OTHER = dict(OPPOSITES) | {second: first for first, second in OPPOSITES}
TRUTHS = (ast.Constant(True), ast.Constant(False))
OPTIONS = ("-n0", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:cov")


def changes(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield nodes in or below this one, each with another that could stand there by mistake."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in OTHER:
            yield node, replaced(node, ops=[OTHER[type(operator)]()])
        case ast.BoolOp(op=operator, values=values):
            yield node, replaced(node, op=OTHER[type(operator)]())
            for value in values:
                yield value, ast.Constant(isinstance(operator, ast.And))
        case ast.BinOp(op=operator) if type(operator) in OTHER:
            yield node, replaced(node, op=OTHER[type(operator)]())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, operand
        case ast.If(test=test) | ast.IfExp(test=test):
            yield from ((test, truth) for truth in TRUTHS)
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield node, ast.Return(ast.Constant(None))
        case ast.Raise() | ast.AugAssign() | ast.Expr(value=ast.Call()):
            yield node, ast.Pass()
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield node, ast.Pass()
        case ast.ExceptHandler(type=ast.Tuple(elts=kinds) as caught):
            for kind in kinds:
                yield caught, replaced(caught, elts=[one for one in kinds if one is not kind])
        case ast.Call(keywords=[_, *_] as keywords):
            for keyword in keywords:
                yield node, replaced(node, keywords=[one for one in keywords if one is not keyword])
        case ast.Constant(value=value):
            yield from ((node, ast.Constant(other)) for other in other_values(value))


def other_values(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [other for other in (value + 1, value - 1) if other != value]  # 1e30 is too large
    return {str: ["mutant"], bytes: [b"mutant"]}.get(type(value), [])


def replaced(node: ast.AST, **fields: object) -> ast.AST:
    twin = copy.copy(node)
    twin.__dict__.update(fields)
    return twin


def told(node: ast.AST) -> bool:
    """Whether a node is only for readers: docstrings, types, and the words of messages."""
    return isinstance(node, (ast.JoinedStr, ast.arg, ast.AnnAssign)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it, without what is only for readers."""
    if not told(node):
        yield node
        for name, value in ast.iter_fields(node):
            below = value if isinstance(value, list) else [value]
            for one in below if name != "returns" else ():
                if isinstance(one, ast.AST):
                    yield from nodes(one)


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Yield a description of each change, and the changed source."""
    content = source.encode()  # a column is a number of bytes
    starts = np.cumsum([0, *map(len, content.splitlines(keepends=True))])
    for node in nodes(ast.parse(source)):
        for old, new in changes(node):
            start = starts[old.lineno - 1] + old.col_offset
            end = starts[old.end_lineno - 1] + old.end_col_offset
            words = f"({ast.unparse(new)})" if isinstance(new, ast.expr) else ast.unparse(new)
            before, here, after = content[:start], content[start:end], content[end:]
            line = f"line {old.lineno}: {here.decode()} -> {words}"
            yield line, before.decode() + words + after.decode()


def is_noticed(tests: list[str]) -> bool:
    """Run the tests in a forked process: whether one fails, or none ends."""
    child = os.fork()
    if not child:
        os.setsid()
        for descriptor in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
        os._exit(pytest.main([*OPTIONS, *tests]))
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def main(module: str, *tests: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ignored = shutil.ignore_patterns(".*", "checkpoints")
        shutil.copytree(TOP, folder, dirs_exist_ok=True, ignore=ignored)
        os.chdir(folder)
        sys.path.insert(0, folder)
        os.environ["PYTHONPATH"], sys.dont_write_bytecode = folder, True
        path = Path(folder, module)
        source = path.read_text("utf-8")
        assert not is_noticed([*tests]), "the tests must pass"
        all_of_them, survivors = [*mutants(source)], 0
        for words, text in all_of_them:
            path.write_text(text, "utf-8")
            if not is_noticed([*tests]):
                survivors += 1
                sys.stdout.write(f"{words}\n")
        noticed = len(all_of_them) - survivors
        sys.stdout.write(f"{module}: {noticed} of {len(all_of_them)} noticed\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
