"""Texts of a row that are taken all at once become what their kinds make of them one by one."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.language.drafts import MappedRow
from templates_app.sources.rows import Row
from tests.language.mapping_catalog import importer

PROPERTIES = (
    '<Property Name="label" Type="Customer" Field="Company"/><Property Name="name" Type="Customer" Field="LastName"/>'
)
TYPE = '<Type Name="Customer" ShouldInsert="true"/>'
TOGETHER = importer(f"<In>{TYPE}{PROPERTIES}</In>")
#: `Or` keeps both from the short way.
LONG_PROPERTIES = PROPERTIES.replace(" Type=", ' Or="no such name" Type=')
ALONE = importer(f"<In>{TYPE}{LONG_PROPERTIES}</In>")


def mapped(row: dict[str, Any], *, by: Any = TOGETHER) -> MappedRow:
    found: MappedRow = by.map(Row(1, row))
    return found


def outcome(row: dict[str, Any], *, by: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    found = mapped(row, by=by)
    values = found.drafts[0].values if found.drafts else {}
    return values, sorted((problem.code, problem.field) for problem in found.problems)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Roy", "Roy"),
        ("  Roy ", "Roy"),
        ("", None),
        ("   ", None),
        ("Créteil", "Créteil"),
        (unicodedata.normalize("NFD", "Créteil"), "Créteil"),
        ("東京", "東京"),
        ("a\u00a0b", "a\u00a0b"),
        ("a" * 255, "a" * 255),
    ],
)
def test_a_text_is_kept_as_its_kind_keeps_it(text: str, kept: str | None) -> None:
    assert mapped({"label": text, "name": "x"}).drafts[0].values["Company"] == kept
    assert mapped({"label": "é", "name": text}).drafts[0].values["LastName"] == kept


def test_a_text_that_is_too_long_fails_alone() -> None:
    found = mapped({"label": "a" * 256, "name": "Roy"})

    assert [(problem.code, problem.field) for problem in found.problems] == [("text_too_long", "Company")]


def test_a_missing_name_leaves_its_field_untouched_and_the_others_fed() -> None:
    assert mapped({"name": "Roy"}).drafts[0].values == {"LastName": "Roy"}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.text(max_size=300) | st.none() | st.integers() | st.booleans() | st.lists(st.text(), max_size=2)
            for name in ("label", "name")
        },
    )
)
def test_the_short_way_gives_what_the_long_way_gives(row: dict[str, Any]) -> None:
    assert outcome(row, by=TOGETHER) == outcome(row, by=ALONE)
