"""Strict JSON: no NaN, no Infinity, no duplicate key, no half a character, no text after it.

What is read is bounded before it is parsed: a value takes many times its text in memory.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

DEEPEST = 20  # lists and objects in each other; what we read has four
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
MOST_BYTES, MOST_VALUES = 10_000_000, 1_000_000
Kind = TypeVar("Kind", dict[str, Any], list[Any])


def parse_object(
    content: bytes, most_bytes: int = MOST_BYTES, most_values: int = MOST_VALUES
) -> dict[str, Any]:
    """Read one JSON object from UTF-8 text.

    Parameters
    ----------
    content
        The text.
    most_bytes, most_values
        Its most bytes; its most commas and opening brackets, so about its most values.

    Raises
    ------
    ValueError
        If it is not such an object; its text is a message for the user.
    """
    value = _parse(content, dict, "object {...}", most_bytes, most_values)
    if SURROGATE.search(content):  # its other half may be missing
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError("not JSON: half a surrogate pair is no character") from error
    return value


def parse_list(
    content: bytes, most_bytes: int = MOST_BYTES, most_values: int = MOST_VALUES
) -> list[Any]:
    """Read one JSON list; see `parse_object`. Texts may be names of files that are not UTF-8."""
    return _parse(content, list, "list [...]", most_bytes, most_values)


def _parse(content: bytes, kind: type[Kind], form: str, most_bytes: int, most_values: int) -> Kind:
    _check_size(content, most_bytes, most_values)
    if not content.strip():
        raise ValueError("not JSON: it is empty")
    try:
        value = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except UnicodeDecodeError as error:
        raise ValueError("not JSON: it is not UTF-8 text") from error
    except RecursionError as error:
        raise ValueError(f"not a JSON {form}: nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(value, kind):
        raise ValueError(f"must be a JSON {form}, got {type(value).__name__}")
    if _is_deep(value):
        raise ValueError(f"not a JSON {form}: nested too deeply")
    return value


def _check_size(content: bytes, most_bytes: int, most_values: int) -> None:
    if len(content) > most_bytes:
        raise ValueError(f"must have at most {most_bytes:,} bytes, got {len(content):,}")
    values = sum(map(content.count, (b",", b"[", b"{")))
    if values > most_values:
        raise ValueError(f"must have at most {most_values:,} values, got {values:,}")


def _is_deep(value: Any) -> bool:
    """Whether it cannot be shown or written later, because it is nested deeply."""
    level = [value]
    for _ in range(DEEPEST):
        groups = [inner for inner in level if isinstance(inner, (list, dict))]
        level = [inner for group in groups for inner in _inside(group)]
    return bool(level)


def _inside(group: list[Any] | dict[str, Any]) -> Iterable[Any]:
    return group.values() if isinstance(group, dict) else group


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise ValueError(f"duplicate key {counts.most_common(1)[0][0]!r}")
    return result


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is too large for a number")
    return value
