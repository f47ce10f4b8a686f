"""Many rows mapped at once give what each of them gives alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.problems import Problem
from templates_app.language.drafts import MappedRow
from templates_app.language.import_mapper import CompiledImport
from templates_app.language.names import Names
from templates_app.sources.rows import Row
from tests.language.mapping_catalog import importer

TYPE = '<Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_IDDOSSIER"/>'
FEEDS = (
    '<Property Name="id" Type="Customer" Field="_IDDOSSIER"/>'
    '<Property Name="name" Type="Customer" Field="LastName"/>'
    '<Property Name="mail" Type="Customer" Field="Email"/>'
    '<Property Name="mobile" Type="Customer" Field="Mobile"/>'
    '<Property Name="notes" Type="Customer" Field="Notes"/>'
    '<Property Name="kind" Type="Customer" Field="Type"/>'
)
TEMPLATES = {
    "bare": f"<In>{TYPE}{FEEDS}</In>",
    "with texts that mean nothing": f'<In Empty="NA|Ada">{TYPE}{FEEDS}</In>',
    "with a number that means nothing": (
        '<In Empty="0"><Type Name="Do" ShouldInsert="true" Match="_ID"/>'
        '<Property Name="id" Type="Do" Field="_ID"/><Property Name="kind" Type="Do" Field="_LAT"/>'
        '<Property Name="name" Type="Do" Field="Label"/></In>'
    ),
    "with a condition": f'<In><Unless Name="name" Equals="Ben"/>{TYPE}{FEEDS}</In>',
    "with a required value": f"<In>{TYPE}{FEEDS}</In>".replace('Field="Email"', 'Field="Email" Required="true"'),
    "with a step": f"<In>{TYPE}{FEEDS}</In>".replace('Field="Notes"/>', 'Field="Notes"><Upper/></Property>'),
    "with a step for the key": f"<In>{TYPE}{FEEDS}</In>".replace(
        'Field="_IDDOSSIER"/>', 'Field="_IDDOSSIER"><Prefix Text="D-"/></Property>'
    ),
    "with a key of two fields": f"<In>{TYPE}{FEEDS}</In>".replace('"_IDDOSSIER"/>', '"_SIRET,_SITE"/>', 1)
    .replace('Field="_IDDOSSIER"', 'Field="_SITE"')
    .replace('Field="LastName"', 'Field="_SIRET"'),
    "without a key": f"<In>{TYPE}{FEEDS}</In>".replace(' Match="_IDDOSSIER"', "").replace('ShouldUpdate="true"', ""),
    "with a second Type": f"<In>{TYPE}{FEEDS}"
    '<Type Name="Project" ShouldInsert="true"/><Property Name="name" Type="Project" Field="Label"/>'
    '<Link Type="Project" Field="Customer" To="Customer"/></In>',
    "with a default": f"<In>{TYPE}{FEEDS}</In>".replace(
        'Match="_IDDOSSIER"/>', 'Match="_IDDOSSIER"><Default Field="_IDDOSSIER" Value="D"/></Type>'
    ),
}
GOOD: dict[str, Any] = {
    "id": "D-1",
    "name": "Ada",
    "mail": "a@b.org",
    "mobile": "+33 6 12",
    "notes": "two\nlines",
    "kind": "1026",
}
CELLS = st.sampled_from(
    [
        *(
            "Ada",
            "Ben",
            " Ada ",
            "",
            " ",
            "NA",
            " NA",
            "é",
            "e\u0301",
            "x" * 300,
            "a\0b",
            "1026",
            "nope",
            "c@d.fr",
            "06",
        ),
        *(None, 0, 7, 1026, True, Decimal("1.5"), Decimal("1E+60"), 10**41, "0", "0.00", [], ["a"], {"b": 1}),
    ]
)
DATA = st.one_of(
    st.fixed_dictionaries({name: st.one_of(st.just(value), CELLS) for name, value in GOOD.items()}),
    st.dictionaries(st.sampled_from(["id", "name", "NAME", "Mail", "mobile"]), CELLS),
    st.sampled_from([None, [], "text", ["a"]]),
)


@cache
def by_name(name: str) -> CompiledImport:
    mapper = importer(TEMPLATES[name])
    assert isinstance(mapper, CompiledImport)
    return mapper


def described(mapped: MappedRow) -> tuple[Any, ...]:
    drafts = [
        (draft.plan.alias, list(draft.values.items()), draft.key, draft.shown_key, draft.item, draft.problems)
        for draft in mapped.drafts
    ]
    return mapped.row, drafts, mapped.problems, mapped.skipped, mapped.absent


def sorted_values(described_row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same whatever the order of the fields."""
    row, drafts, *rest = described_row
    return row, [(alias, sorted(map(repr, values)), *more) for alias, values, *more in drafts], *rest


def both(mapper: CompiledImport, rows: list[Row]) -> tuple[list[MappedRow], list[MappedRow]]:
    """Each by a mapper that has not seen how the other spells its names."""
    one, other = replace(mapper, names=Names()), replace(mapper, names=Names())
    return one.map_all(rows), [other.map(row) for row in rows]


@pytest.mark.parametrize("name", TEMPLATES)
@given(st.lists(DATA, max_size=6))
def test_rows_together_become_what_they_become_alone(name: str, listed: list[Any]) -> None:
    rows = [Row(number, data) for number, data in enumerate(listed, start=1)]
    together, alone = both(by_name(name), rows)
    assert [sorted_values(described(row)) for row in together] == [sorted_values(described(row)) for row in alone]


@pytest.mark.parametrize("name", ["bare", "with a default", "with a second Type", "with a step for the key"])
def test_good_rows_keep_the_order_of_their_fields_too(name: str) -> None:
    rows = [Row(number, GOOD | {"id": f"D-{number}"}) for number in range(1, 4)]
    together, alone = both(by_name(name), rows)
    assert list(map(described, together)) == list(map(described, alone))


def test_a_row_that_cannot_be_read_fails_among_others() -> None:
    mapper = importer(TEMPLATES["bare"])
    rows = [Row(1, GOOD), Row(2, GOOD, problem=Problem("row_shape")), Row(3, GOOD)]
    assert [[problem.code for problem in row.problems] for row in mapper.map_all(rows)] == [[], ["row_shape"], []]


def test_no_rows_give_none() -> None:
    assert importer(TEMPLATES["bare"]).map_all([]) == []
