"""A JSON body as numbered rows."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.sources import json_source
from templates_app.sources.rows import SourceRefused
from tests.sources.opening import source_from
from tests.sources.refusals import refusal


def rows_of(body: bytes | memoryview, **options: Any) -> list[Any]:
    return [row.data for row in source_from(body, kind="json", **options).rows()]


def test_a_list_is_the_rows() -> None:
    source = source_from(b'[{"a": 1}, {"b": "x"}]')
    assert [(row.number, row.data, row.parents, row.problem) for row in source.rows()] == [
        (1, {"a": 1}, (), None),
        (2, {"b": "x"}, (), None),
    ]
    assert (source.total, source.format.kind, source.format.columns) == (2, "json", ("a", "b"))


def test_a_byte_order_mark_is_tolerated() -> None:
    assert rows_of(b'\xef\xbb\xbf [{"a": 1}]') == [{"a": 1}]


def test_an_object_whose_only_member_is_a_list_gives_that_list() -> None:
    source = source_from(b'{"marches": [{"a": 1}]}')
    assert [row.data for row in source.rows()] == [{"a": 1}]
    assert source.format.path == ("marches",)


@pytest.mark.parametrize("body", [b'{"a": 1}', b'{"a": [1], "b": 2}', b'{"a": {"b": []}}', b"{}"])
def test_any_other_object_is_one_row(body: bytes) -> None:
    assert rows_of(body) == [json.loads(body)]


@pytest.mark.parametrize("body", [b"5", b"null", b'"text"', b"true"])
def test_a_single_value_holds_no_rows(body: bytes) -> None:
    assert refusal(lambda: source_from(body, kind="json")).problem.code == "no_rows_in_value"


@pytest.mark.parametrize("body", [b"[]", b'{"rows": []}'])
def test_an_empty_list_gives_no_rows(body: bytes) -> None:
    source = source_from(body)
    assert (source.total, list(source.rows())) == (0, [])


NESTED = b"""{"site": "R", "orders": [
  {"id": 1, "lines": [{"n": 1}, {"n": 2}]},
  {"id": 2, "lines": [{"n": 3}]},
  {"id": 3}, {"id": 4, "lines": null}, {"id": 5, "lines": {"n": 4}}]}"""


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("orders/0/lines", [{"n": 1}, {"n": 2}]),
        ("orders/1/lines", [{"n": 3}]),
        ("orders/-1/lines", [{"n": 4}]),
        ("orders/0", [{"id": 1, "lines": [{"n": 1}, {"n": 2}]}]),
        ("Orders / 1 / LINES", [{"n": 3}]),
        ("orders/9/lines", []),
        ("orders/3/lines", []),
        ("orders/lines", [{"n": 1}, {"n": 2}, {"n": 3}, {"n": 4}]),
    ],
)
def test_a_path_leads_to_the_rows(path: str, found: list[Any]) -> None:
    assert rows_of(NESTED, rows_path=path) == found


def test_the_objects_a_list_stands_in_come_with_its_rows_innermost_first() -> None:
    rows = list(source_from(NESTED, rows_path="orders/lines").rows())
    assert [(row.number, row.parents) for row in rows] == [
        (1, ({"id": 1}, {"site": "R"})),
        (2, ({"id": 1}, {"site": "R"})),
        (3, ({"id": 2}, {"site": "R"})),
        (4, ({"id": 5}, {"site": "R"})),
    ]


def test_a_key_as_it_stands_comes_before_a_path() -> None:
    assert rows_of(b'{"a/b": [{"x": 1}], "a": {"b": [{"x": 2}]}}', rows_path="a/b") == [{"x": 1}]


def test_the_exact_spelling_comes_before_a_loose_one() -> None:
    body = '{"Données": [{"x": 1}], "donnees": [{"x": 2}]}'.encode()
    assert rows_of(body, rows_path="donnees") == [{"x": 2}]
    assert rows_of('{"Données": [{"x": 1}], "n": 1}'.encode(), rows_path="donnees") == [{"x": 1}]


def test_two_loose_spellings_are_no_answer() -> None:
    body = b'{"Rows": [], "ROWS": []}'
    assert refusal(lambda: source_from(body, rows_path="rows")).problem.code == "rows_not_found"


def test_a_path_that_leads_nowhere_names_the_nearest() -> None:
    error = refusal(lambda: source_from(b'{"marches": [], "total": 1}', rows_path="marchés_publics"))
    assert error.problem.params == {"path": "marchés_publics", "nearest": "marches"}
    assert refusal(lambda: source_from(b"{}", rows_path="a")).problem.code == "rows_missing"


@pytest.mark.parametrize("body", [b'{"a": 5}', b'{"a": {"b": "x"}}', b'{"a": [1]}'])
def test_a_path_cannot_end_at_a_value(body: bytes) -> None:
    path = {b'{"a": 5}': "a", b'{"a": {"b": "x"}}': "a/b/c", b'{"a": [1]}': "a/0"}[body]
    assert refusal(lambda: source_from(body, rows_path=path)).problem.code == "rows_not_a_list"


@pytest.mark.parametrize(
    ("value", "code", "kind"),
    [("5", "row_not_object", "number"), ("1.5", "row_not_object", "number"), ("null", "row_not_object", "null"),
     ('"x"', "row_not_object", "text"), ("true", "row_not_object", "true or false"), ("[1]", "row_is_list", "list")],
)  # fmt: skip
def test_a_row_that_is_no_object_fails_and_the_others_go_on(value: str, code: str, kind: str) -> None:
    before, wrong, after = source_from(f'[{{"a": 1}}, {value}, {{"a": 2}}]'.encode()).rows()
    assert wrong.problem is not None
    assert (wrong.number, wrong.problem.code, wrong.problem.params) == (2, code, {"kind": kind})
    assert (before.data, after.data) == ({"a": 1}, {"a": 2})


def test_rows_that_are_lists_take_the_given_columns() -> None:
    rows = list(source_from(b'[[1, "x"], [2], [3, "y", null, ""], [4, "z", 5]]', columns=("id", "name")).rows())
    assert [row.data for row in rows] == [
        {"id": 1, "name": "x"}, {"id": 2}, {"id": 3, "name": "y"}, {"id": 4, "name": "z"}
    ]  # fmt: skip
    assert [row.problem.params if row.problem else None for row in rows] == [
        None, {"expected": 2, "found": 1}, None, {"expected": 2, "found": 3}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.50", Decimal("1.50")),
        ("0.1", Decimal("0.1")),
        ("1e3", Decimal("1E+3")),
        ("1e-30", Decimal("1E-30")),
        ("9007199254740993", 9007199254740993),
        ("9223372036854775808", 2**63),
        ("-9223372036854775809", -(2**63) - 1),
        ("9" * 40, int("9" * 40)),
        ("-0", 0),
    ],
)
def test_numbers_are_exact(text: str, value: Any) -> None:
    found = rows_of(f'[{{"a": {text}}}]'.encode())[0]["a"]
    assert (found, type(found), str(found)) == (value, type(value), str(value))


@pytest.mark.parametrize("name", ["__proto__", "__class__", "items", "keys", "pk", "", "a/b", "x" * 10_000])
def test_any_name_is_plain_data(name: str) -> None:
    assert rows_of(json.dumps([{name: 1}]).encode()) == [{name: 1}]


@pytest.fixture(params=["kept", "decoded when read"])
def _memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "kept":
        monkeypatch.setattr(json_source, "KEPT_UP_TO", 0)


@pytest.mark.usefixtures("_memory")
@pytest.mark.parametrize("after", [0, 1, 2, 3, 4, 9])
def test_rows_can_be_read_again_and_from_the_middle(after: int) -> None:
    for path in ("orders/lines", "orders"):
        source = source_from(NESTED, rows_path=path)
        every = list(source.rows())
        assert list(source.rows()) == every
        assert list(source.rows(after=after)) == [row for row in every if row.number > after]
        assert len(every) == source.total


def test_a_view_of_a_larger_body_is_read_without_what_is_around_it() -> None:
    body = b'xx[{"a": 1}]yy'
    assert rows_of(memoryview(body)[2:-2]) == [{"a": 1}]


NAMES = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8)
TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**39), 10**39) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(rows=st.lists(st.dictionaries(NAMES, VALUES, max_size=6), max_size=8), spaced=st.booleans(), ascii=st.booleans())
def test_every_good_body_is_read_as_the_standard_library_reads_it(
    rows: list[dict[str, Any]], spaced: bool, ascii: bool
) -> None:
    text = json.dumps(
        rows, ensure_ascii=ascii, indent=1 if spaced else None, separators=(" ,", " : ") if spaced else None
    )
    assert rows_of(text.encode()) == rows
    assert rows_of(f'{{"n": 1, "in": {{"rows": {text}}}}}'.encode(), rows_path="in/rows") == rows


@given(body=st.binary(max_size=60) | st.text(alphabet='[]{}:,"\\ \n1e-aunlltrue.u', max_size=60).map(str.encode))
def test_no_body_raises_anything_but_a_refusal(body: bytes) -> None:
    try:
        reference = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        refusal(lambda: source_from(body, kind="json"))
        return
    if isinstance(reference, dict | list):
        with contextlib.suppress(SourceRefused):
            list(source_from(body, kind="json").rows())


@pytest.mark.parametrize(
    ("body", "names", "noted"),
    [
        ('{"value": [{"id": 1}], "next": "x"}', (), True),
        ('{"value": [{"id": 1}], "next": "x"}', (("ID",),), True),
        ('{"value": [{"id": 1}], "id": "x"}', (("id",),), False),
        ('{"value": [{"id": 1}], "next": "x"}', (("name",),), False),
        ('{"value": [{"id": 1}], "next": {"a": 1}}', (), False),
        ('{"value": [{"id": 1}], "more": [{"id": 2}]}', (), False),
        ('{"value": [1, 2], "next": "x"}', (), False),
        ('{"value": [{"id": 1}]}', (), False),
        ('[{"value": [{"id": 1}], "next": "x"}]', (), False),
    ],
)
def test_a_list_that_was_not_read_as_the_rows_is_noted(body: str, names: Any, noted: bool) -> None:
    assert source_from(body.encode(), names=names).format.detected == (("list_beside:value",) if noted else ())
    assert source_from(body.encode(), rows_path="value", names=names).format.detected == ()
