"""Rows that are looked at all together are refused, and given, as if each had been looked at by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.sources import json_source
from templates_app.sources.limits import Limits
from templates_app.sources.rows import SourceRefused
from tests.sources.opening import source_from

SMALL = Limits(max_text=40, max_fields=3, max_values=60, max_depth=4)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab":{}[],\\é ', max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text('ab":{', max_size=2), inner, max_size=2),
    max_leaves=4,
)
ROWS = st.lists(st.dictionaries(st.text('ab":{', max_size=3), VALUES, max_size=3) | VALUES, max_size=4)


def rows_of(body: str, *, limits: Limits | None = None) -> list[Any]:
    source = source_from(body.encode(), kind="json", rows_path="", limits=limits or Limits())
    return [row.data for row in source.rows()]


def refusal(body: str, *, limits: Limits | None = None) -> tuple[str, str]:
    with pytest.raises(SourceRefused) as refused:
        source_from(body.encode(), kind="json", limits=limits or Limits())
    return refused.value.problem.code, refused.value.pointer


@given(ROWS)
def test_rows_come_as_any_reader_of_json_gives_them(rows: list[Any]) -> None:
    assert rows_of(json.dumps(rows, ensure_ascii=False)) == rows


@given(ROWS, st.integers(0, 4))
def test_a_name_that_occurs_twice_is_refused_wherever_its_row_stands(rows: list[Any], place: int) -> None:
    texts = [json.dumps(row, ensure_ascii=False) for row in rows]
    place = min(place, len(texts))
    texts.insert(place, '{"a":1,"b":"x","a":2}')

    assert refusal(f"[{','.join(texts)}]") == ("duplicate_key", f"/{place}")


@pytest.mark.parametrize(
    "body",
    [
        '[{"a":"x\\":y"},{"b":1}]',
        '[{"a":"{"},{"b":"["}]',
        '[1,{"a":{"b":1}}]',
        '[{"a\\":":1}]',
        '[{"a":1},null,{"a":"\\u00e9"}]',
    ],
)
def test_texts_that_look_like_names_or_objects_are_only_texts(body: str) -> None:
    assert rows_of(body) == json.loads(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('[{"a":1},{"a":"' + "x" * 41 + '"}]', ("text_over_limit", "/1/a")),
        ('[{"a":1},{"a":1,"b":2,"c":3,"d":4}]', ("too_many_fields", "/1")),
        ('[{"a":1},{"a":1e99}]', ("number_over_limit", "/1")),
        ('[{"a":1},{"a":"\\ud800"}]', ("invalid_unicode", "")),
        ('[1,2,3,{"a":{"b":{"c":{"d":1}}}}]', ("too_deep", "/3/a/b/c")),
    ],
)
def test_what_may_not_be_given_on_is_refused_at_its_place(body: str, expected: tuple[str, str]) -> None:
    code, pointer = refusal(body, limits=SMALL)

    assert code == expected[0]
    assert pointer.startswith(expected[1])


def test_a_row_that_is_long_but_good_is_given_among_short_ones() -> None:
    rows = [{"a": "x"}, {"a": "x" * 30, "b": "y" * 30}, {"a": "z"}]

    assert rows_of(json.dumps(rows), limits=SMALL) == rows


def test_good_text_of_two_windows_is_counted_once() -> None:
    rows = [{"name": "x" * 100, "number": number} for number in range(20_000)]

    assert rows_of(json.dumps(rows, separators=(",", ":"))) == rows


def outcome(body: str) -> Any:
    """The rows with the types of their values, or why there are none."""
    try:
        return [(row, list(map(type, row.values()))) for row in rows_of(body)]
    except SourceRefused as refused:
        return refused.problem, refused.pointer, refused.line, refused.column


@pytest.mark.parametrize(
    "body",
    [
        '[{"a":1,"b":"x"},{"a":2.50,"b":null}]',
        '[{"a":1},{"a":1e999999}]',
        '[{"a":1},{"b":"\\ud800"},{"a":1e999999}]',
        '[{"a":1},{"a":1,"a":2}]',
        '[{"a":1},{"b":"\\":"}]',
        '[{"a":true},{}]',
        '[{"a":' + "9" * 400 + "}]",
        json.dumps([{"n": number, "t": "é"} for number in range(300)], separators=(",", ":")),
    ],
)
def test_a_short_body_is_decoded_at_once_and_a_long_one_row_by_row(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = outcome(body)
    monkeypatch.setattr(json_source, "KEPT_UP_TO", 0)
    assert outcome(body) == at_once
