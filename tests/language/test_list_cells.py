"""A list of references goes through a table and comes back, and nothing else is taken for one."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_app.language.compiler import compile_export
from templates_app.language.drafts import ExportRecord, Lookup
from templates_app.language.list_cells import listed
from templates_app.language.reader import read
from templates_app.sources.rows import Row
from templates_app.sources.writers.items import write_items
from tests.language.mapping_catalog import CATALOG, SETTING, importer
from tests.sources.opening import source_from

OUT = read("""<Out><Type Name="Do"/><Property Name="id" Type="Do" Field="_ID"/>
    <Property Name="crew" Type="Do" Field="Resources"/></Out>""").root
IN = """<In><Type Name="Do" ShouldInsert="true" ShouldUpdate="true" Match="_ID"/>
    <Property Name="id" Type="Do" Field="_ID"/>
    <Property Name="crew" Type="Do" Field="Resources">{steps}<Lookup Match="Label"/></Property></In>"""


def crew(data: dict[str, Any], *, cells: bool = True, steps: str = "") -> list[str] | None:
    """The labels that are looked up for the list field."""
    result = importer(IN.format(steps=steps)).map(Row(1, {"id": "1", **data}, cells=cells))
    assert not result.problems
    found = result.drafts[0].values["Resources"]
    assert all(isinstance(one, Lookup) for one in found or ())
    return None if found is None else [one.shown for one in found]


LABELS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1), max_size=5)


@settings(max_examples=40, deadline=None)
@given(labels=LABELS)
@pytest.mark.parametrize("kind", ["json", "csv", "xlsx"])
def test_a_list_comes_back_as_it_was_exported(kind: str, labels: list[str]) -> None:
    assert OUT is not None
    known = dict(enumerate(labels, start=1))
    record = ExportRecord(9, "Do", "", {"_ID": "1", "Resources": list(known)} if known else {"_ID": "1"}, False)
    mapper = compile_export(OUT, CATALOG, setting=SETTING)
    item = (mapper.item if kind == "json" else mapper.cells)({"Do": record}, {}, known)
    body = io.BytesIO()
    write_items([item], kind=kind, columns=("id", "crew"), out=body)
    [row] = source_from(body.getvalue()).rows()
    [draft] = importer(IN.format(steps="")).map(row).drafts
    assert [one.shown for one in draft.values["Resources"] or ()] == labels


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ('["A","B"]', ["A", "B"]),
        (' ["A", null, ""] ', ["A"]),
        ("[7, 1.50, true]", ["7", "1.5", "true"]),
        ('["A"', ['["A"']),
        ("[A]", ["[A]"]),
        ('[["A"]]', ['[["A"]]']),
        ('[{"a":1}]', ['[{"a":1}]']),
        ("[" * 50_000, None),
        ('{"a":"B"}', ['{"a":"B"}']),
        ("A; B", ["A; B"]),
    ],
)
def test_only_an_array_of_plain_values_is_a_list(cell: str, found: list[str] | None) -> None:
    if found is None:
        assert listed(cell) == cell
    else:
        assert crew({"crew": cell}) == found


def test_an_empty_array_is_an_empty_value() -> None:
    assert crew({"crew": "[]"}) is None


def test_the_text_of_a_json_row_stays_a_text() -> None:
    assert crew({"crew": '["A","B"]'}, cells=False) == ['["A","B"]']


def test_steps_get_each_member() -> None:
    assert crew({"crew": '["a","b"]'}, steps="<Upper/>") == ["A", "B"]
    assert crew({"crew": '["a;b","c"]'}, steps='<Split By=";"/>') == ["a", "b", "c"]
