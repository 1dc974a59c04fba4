"""Strict JSON: what it reads is what Python's own parser reads, and all else is one reason."""

import json

import pytest

from mnist_cli.storage.strict_json import parse_list, parse_object

READ = {
    "nothing": "{}",
    "all kinds": '{"a": [1, -2.5, 1e300, true, false, null, "x", {"b": []}], "": ""}',
    "spaces": '\r\n\t {"a" : 1}\n ',
    "other scripts": '{"손": "は", "pair": "\\ud83d\\ude00", "smile": "😀"}',
    "the same key in two objects": '{"a": {"a": 1}, "b": {"a": 1}}',
    "equal values": '{"a": 1, "b": 1}',
    "a large whole number": '{"a": 123456789012345678901234567890}',
    "the largest number": '{"a": 1.7976931348623157e308}',
}


@pytest.mark.parametrize("case", READ)
def test_it_reads_what_python_reads(case):
    text = READ[case]
    for content in (text.encode(), text.encode("utf-8-sig")):
        found = parse_object(content)
        assert json.dumps(found) == json.dumps(json.loads(text))


REFUSED = {
    "": "not JSON: it is empty",
    " \n": "not JSON: it is empty",
    "{": "not JSON: ",
    '{"a": 1} x': "not JSON: ",
    '{"a": 1}{}': "not JSON: ",
    "{'a': 1}": "not JSON: ",
    '{"a": 01}': "not JSON: ",
    '{"a": "\t"}': "not JSON: ",
    '{"a": 1,}': "not JSON: ",
    "[]": r"must be a JSON object \{...\}, got list",
    "null": "must be a JSON object .* got NoneType",
    '"{}"': "must be a JSON object .* got str",
    '{"a": NaN}': "NaN is not a number",
    '{"a": [Infinity]}': "Infinity is not a number",
    '{"a": -Infinity}': "-Infinity is not a number",
    '{"a": 1e309}': "1e309 is too large",
    '{"a": [-1e999]}': "-1e999 is too large",
    '{"a": 1, "b": 2, "b": 3}': "duplicate key 'b'",
    '{"a": {"c": 1, "b": 2, "c": 1}}': "duplicate key 'c'",
    '{"a": "\\ud800"}': "not JSON: half a surrogate pair",
    '{"\\uDfff": 1}': "not JSON: half a surrogate pair",
    '{"a": [[{"b": "x\\ud83d"}]]}': "not JSON: half a surrogate pair",
    '{"a": [[{"b": [{"\\udc00": 1}]}]]}': "not JSON: half a surrogate pair",
}


@pytest.mark.parametrize("text", REFUSED)
def test_all_else_has_its_reason(text):
    with pytest.raises(ValueError, match=f"^{REFUSED[text]}"):
        parse_object(text.encode())


@pytest.mark.parametrize("content", [b"\xff", b'{"a": "\xe9"}', '{"a": 1}'.encode("utf-16")])
def test_other_encodings_are_no_json(content):
    with pytest.raises(ValueError, match=r"^not JSON: it is not UTF-8 text"):
        parse_object(content)


def nested(objects, lists):
    return '{"a": ' * objects + "[" * lists + "1" + "]" * lists + "}" * objects


@pytest.mark.parametrize("objects", [1, 5, 19])
def test_depth_is_bounded_in_lists_and_objects(objects):
    lists = 19 - objects
    assert parse_object(nested(objects, lists).encode())
    for deeper in (nested(objects + 1, lists), nested(objects, lists + 1), nested(1, 100_000)):
        with pytest.raises(ValueError, match="nested too deeply"):
            parse_object(deeper.encode())


def test_a_file_of_too_many_bytes_is_not_parsed():
    content = b'{"a": 1'
    assert parse_object(content + b"}", most_bytes=8) == {"a": 1}
    with pytest.raises(ValueError, match=r"^must have at most 8 bytes, got 9$"):
        parse_object(content + b" }", most_bytes=8)
    with pytest.raises(ValueError, match=r"^must have at most 10,000,000 bytes, got 10,000,001$"):
        parse_object(b" " * 10_000_001)


@pytest.mark.parametrize("more", [", 3", ", []", ', "b"'])
def test_a_file_of_too_many_values_is_not_parsed(more):
    """Each comma and each opening bracket counts, whatever it stands in."""
    four = b'{"a": [1, {}]}'
    assert parse_object(four, most_values=4) == {"a": [1, {}]}
    count = 4 + sum(map(more.count, ",[{"))
    with pytest.raises(ValueError, match=rf"^must have at most 4 values, got {count}$"):
        parse_object(four.replace(b"}]", b"}" + more.encode() + b"]"), most_values=4)
    with pytest.raises(ValueError, match=r"^must have at most 1,000,000 values, got 1,000,001$"):
        parse_object(b"[" * 1_000_001)


def test_a_list_is_read_as_strictly():
    assert parse_list(b'["a", "\\udcff"]') == ["a", "\udcff"]  # a name that is not UTF-8
    for content, reason in {
        b"{}": r"must be a JSON list \[...\], got dict",
        b"[" * 100_000: "nested too deeply",
        b"[" * 50 + b"]" * 50: "nested too deeply",
        b'[{"a": 1, "a": 2}]': "duplicate key 'a'",
        b"[NaN]": "NaN is not a number",
    }.items():
        with pytest.raises(ValueError, match=reason):
            parse_list(content)
