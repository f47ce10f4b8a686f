"""A JSON body that must not be given on is refused before a row is, with the place and a name for the fault."""

from __future__ import annotations

import sys

import pytest

from templates_app.sources.limits import DEFAULT_LIMITS, Limits
from templates_app.sources.rows import SourceRefused
from tests.sources.opening import source_from
from tests.sources.refusals import refusal


def refused(body: bytes, limits: Limits = DEFAULT_LIMITS) -> SourceRefused:
    return refusal(lambda: source_from(body, kind="json", limits=limits))


@pytest.mark.parametrize(
    ("body", "code", "line", "column"),
    [
        (b"", "json_empty", 1, 1),
        (b" \n ", "json_empty", 2, 2),
        (b"[", "json_cut_off", 1, 2),
        (b'[{"a": "abc', "json_cut_off", 1, 12),
        (b'[{"a": 1},\n {"a": 2}', "json_cut_off", 2, 10),
        (b"{ simulate: false }", "json_unquoted_key", 1, 3),
        (b'[{"a": 1},\n{b: 2}]', "json_unquoted_key", 2, 2),
        (b"{'a': 1}", "json_single_quotes", 1, 2),
        (b"[{'a': 1}]", "json_single_quotes", 1, 3),
        (b"[{\"a\": 'b'}]", "json_single_quotes", 1, 8),
        (b'{"a": 1,}', "json_trailing_comma", 1, 9),
        (b'[{"a": 1,}]', "json_trailing_comma", 1, 10),
        (b'[{"a": 1},]', "json_trailing_comma", 1, 11),
        (b"// rows\n[1]", "json_comment", 1, 1),
        (b'[{"a": 1}, /* x */ {}]', "json_comment", 1, 12),
        (b'[{"a": NaN}]', "json_not_a_number", 1, 8),
        (b'[{"a": Infinity}]', "json_not_a_number", 1, 8),
        (b'[{"a": -Infinity}]', "json_not_a_number", 1, 9),
        (b'[{"a": 1}] x', "json_trailing_text", 1, 12),
        (b'{"a": 1}{"a": 2}', "json_trailing_text", 1, 9),
        (b'["a\nb"]', "json_control_character", 1, 4),
        (b'["a\x00b"]', "json_control_character", 1, 4),
        (b'["a\tb"]', "json_control_character", 1, 4),
        (b"[01]", "json_syntax", 1, 3),
        (b"[1 2]", "json_syntax", 1, 4),
        (b"[True]", "json_syntax", 1, 2),
        (b'["\\x"]', "json_syntax", 1, 4),
        (b'{"a" 1}', "json_syntax", 1, 6),
    ],
)
def test_it_names_what_is_wrong_with_the_syntax_and_where(body: bytes, code: str, line: int, column: int) -> None:
    error = refused(body)
    assert (error.problem.code, error.line, error.column) == (code, line, column)


@pytest.mark.parametrize(
    "body",
    [
        b'[{"a": "\xe9"}]',
        b'[{"a": "caf\xe9"}]',
        b'["\xed\xa0\x80"]',
        b'["\xc0\xaf"]',
        b'["\xf0\x9f\x98"]',
        b'[{"a": 1}] \xe2\x82',
        "[1]".encode("utf-16"),
        "[1]".encode("utf-16-le"),
        "[1]".encode("utf-16-be"),
        "[1]".encode("utf-32"),
        "[1]".encode("utf-32-be"),
    ],
)
def test_it_reads_utf8_and_nothing_else(body: bytes) -> None:
    assert refused(body).problem.code == "not_utf8"


def test_it_finds_a_wrong_byte_behind_the_first_megabyte() -> None:
    error = refused(b"[" + b'{"a": "e"},\n' * 100_000 + b'{"a": "\xe9"}]')
    assert (error.problem.code, error.line, error.column) == ("not_utf8", 100_001, 8)


def test_a_character_may_lie_across_two_megabytes() -> None:
    body = b'[{"a": "' + b"x" * ((1 << 20) - 9) + "é".encode() + b'"}]'
    source = source_from(body, limits=Limits(max_text=2 << 20))
    assert next(source.rows()).data["a"].endswith("xé")


@pytest.mark.parametrize("text", ["\\ud800", "\\udc00", "\\ud800x", "\\ud800\\ud800", "\\ud83d\\u0041", "\\uDBFF"])
def test_it_refuses_half_a_surrogate_pair(text: str) -> None:
    assert refused(f'[{{"a": "ok"}}, {{"a": "{text}"}}]'.encode()).problem.code == "invalid_unicode"


@pytest.mark.parametrize(("text", "value"), [("\\ud83d\\ude00", "😀"), ("\\\\ud800", "\\ud800"), ("\\u00e9", "é")])
def test_whole_pairs_and_escaped_backslashes_are_texts(text: str, value: str) -> None:
    assert next(source_from(f'[{{"a": "{text}"}}]'.encode()).rows()).data == {"a": value}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'[{"a": 1}, {"a": "x\\u0000y"}]', "/1/a"),
        (b'[{"x\\u0000y": 1}]', "/0/x\0y"),
        (b'{"rows": [{"a": {"b": ["\\u0000"]}}]}', "/rows/0/a/b/0"),
        (b'[{"a/b": {"~": "\\u0000"}}]', "/0/a~1b/~0"),
    ],
)
def test_it_refuses_nul_and_points_to_it(body: bytes, pointer: str) -> None:
    error = refused(body)
    assert (error.problem.code, error.pointer) == ("nul_character", pointer)


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert next(source_from(b'[{"a": "\\\\u0000"}]').rows()).data == {"a": "\\u0000"}


@pytest.mark.parametrize(
    "number",
    ["1e999", "1e3000000", "1E+31", "1e-31", "-1e31", "1" * 41, "-" + "1" * 41, "0." + "1" * 41, "1" * 4301, "1" * 400,
     "1e" + "9" * 5000, "1." + "0" * 5000],
)  # fmt: skip
def test_it_refuses_numbers_out_of_range(number: str) -> None:
    for body in (f'[{{"a": {number}}}]', f'{{"n": {number}, "rows": []}}', f'[[{{"a": [{number}]}}]]'):
        error = refused(body.encode())
        assert error.problem.code == "number_over_limit"
        assert error.problem.params["digits"] == 40


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": 1, "b": 2, "a": 1}',
        b'{"a": 1, "b": 2, "c": 3, "b": 4}',
        b'[{"a": 1, "a": 1}]',
        b'[{"ok": 1}, {"a": 1, "b": 2, "a": 3}]',
        b'[{"x": {"a" : 1, "a": 2}}]',
        b'[{"x": [{"a": 1, "a"\n:2}]}]',
        b'[{"t": "\\":", "a"  : 1, "a": 2}]',
        b'[{"t": "10:30", "a":1, "a":2}]',
        b'[{"a": 1, "\\u0061": 2}]',
        b'{"rows": [{"b": 1}], "rows": [{"b": 1}]}',
        b'{"rows": [{"b": 1}], "other": {"a": 1, "a": 2}}',
    ],
)
def test_it_refuses_a_key_that_occurs_twice(body: bytes) -> None:
    error = refused(body)
    assert error.problem.code == "duplicate_key"
    assert error.problem.params["name"] in {"a", "b", "rows"}


def test_a_repeated_member_beside_the_rows_is_seen_too() -> None:
    body = b'{"rows": [{"b": 1}], "other": {"a": 1, "a": 2}}'
    error = refusal(lambda: source_from(body, rows_path="rows"))
    assert (error.problem.code, error.pointer) == ("duplicate_key", "/other")


@pytest.mark.parametrize(
    "row", ['{"t": "a\\":b"}', '{"t": "10:30", "u": "x\\" : y"}', '{"t" : "\\":", "u"\t: "::"}', '{":": {"::": ":"}}']
)
def test_colons_in_texts_are_no_repeated_keys(row: str) -> None:
    assert source_from(f"[{row}]".encode()).total == 1


@pytest.mark.parametrize("depth", [33, 100, 2_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_it_refuses_what_is_too_deep(depth: int, opening: str, closing: str) -> None:
    error = refused((opening * depth + ("1" if closing == "}" else "") + closing * depth).encode())
    assert (error.problem.code, error.problem.params["limit"]) == ("too_deep", 32)


@pytest.mark.parametrize(
    "body", [b"[" * 32 + b"]" * 32, b'{"a":' * 32 + b"1" + b"}" * 32, b"[{}," + b"[" * 31 + b"]" * 32]
)
def test_thirty_two_levels_are_read(body: bytes) -> None:
    assert source_from(body).total >= 1


@pytest.mark.parametrize(
    ("body", "code", "limits"),
    [
        (b'[{"a": 1}]', "body_too_large", Limits(max_body=5)),
        (b"[{},{},{}]", "too_many_rows", Limits(max_rows=2)),
        (b"[1,1,1,1,1,1,1]", "too_many_rows", Limits(max_rows=2)),
        (b'[{"a":1,"b":1,"c":1}]', "too_many_fields", Limits(max_fields=2)),
        (b'{"a":1,"b":1,"c":1}', "too_many_fields", Limits(max_fields=2)),
        (b'[{"a":{"b":1,"c":1}}]', "too_many_fields", Limits(max_fields=2)),
        (b'[{"a":[1,1,1,1,1,1]}]', "too_many_values", Limits(max_values=5)),
        (b'[{"a":"123456"}]', "text_over_limit", Limits(max_text=5)),
        (b'[{"123456":1}]', "text_over_limit", Limits(max_text=5)),
        (b'[{"a":["123456"]}]', "text_over_limit", Limits(max_text=5)),
    ],
)
def test_a_refusal_names_the_limit(body: bytes, code: str, limits: Limits) -> None:
    error = refused(body, limits)
    assert error.problem.code == code
    assert f"{error.problem.params['limit']}" in {"2", "5"}


def test_commas_in_texts_are_no_values() -> None:
    assert source_from(b'[{"a":",,,,,,,,,,,,"}]', limits=Limits(max_values=5)).total == 1


def test_a_text_of_the_longest_length_is_read() -> None:
    assert source_from(f'[{{"a": "{"é" * 32_000}"}}]'.encode()).total == 1
    assert refused(f'[{{"a": "{"é" * 32_001}"}}]'.encode()).problem.code == "text_over_limit"


def test_millions_of_empty_rows_are_counted_not_held() -> None:
    error = refused(b"[" + b"{}," * 3_000_000 + b"{}]")
    assert (error.problem.code, error.problem.params["limit"]) == ("too_many_rows", 1_000_000)


def test_columns_count_characters_not_bytes() -> None:
    error = refused('[{"é": "éé", b: 1}]'.encode())
    assert (error.line, error.column) == (1, 14)


@pytest.mark.parametrize("end", [b"", b"x", b"\xff"])
def test_the_place_in_a_long_line_is_found_without_a_step_for_each_byte(end: bytes) -> None:
    steps = [0]

    def count(*_event: object) -> None:
        steps[0] += 1

    sys.setprofile(count)
    try:
        error = refused(b" " * 500_000 + "é".encode() + end)
    finally:
        sys.setprofile(None)
    assert (error.line, error.column > 500_000, steps[0] < 50_000) == (1, True, True)


@pytest.mark.parametrize("digits", [4300, 4301, 9000])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_too_long_to_read_is_quoted_without_its_row(sign: str, digits: int) -> None:
    number = sign + "7" * digits
    body = f'[{{"name": "secret {"8" * 9999}", "n": 5, "deep": [{{"m": {number}}}]}}]'
    with pytest.raises(SourceRefused) as refused:
        list(source_from(body.encode(), kind="json").rows())
    assert refused.value.problem.code == "number_over_limit"
    assert refused.value.problem.params["value"] == number[:60]
