"""Accepted suggestions are a template that works."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from templates_app.language.checks import check
from templates_app.language.compiler import compile_import
from templates_app.language.findings import has_errors
from templates_app.language.reader import read
from templates_app.mapping.flattening import flattened
from templates_app.mapping.suggesting.accepting import added
from templates_app.mapping.suggesting.suggest import suggest
from templates_app.sources.rows import Row
from tests.language.mapping_catalog import CATALOG, SETTING
from tests.mapping.suggesting.suggested import PLANNING, accepted, template_of


def test_accepted_suggestions_are_a_template_that_works() -> None:
    rows = [
        {"siret": "1", "Raison sociale": "Ét & <Fils>", "Date": "x", "Téléphone": "0142961234", "inactif": "Non"},
        {"siret": "2", "Raison sociale": "B", "Date": "y", "Téléphone": "0142961235", "inactif": "Oui"},
    ]
    xml = template_of(accepted(rows, catalog=CATALOG, types=("Customer",)))
    root = read(xml).root
    assert root is not None
    assert not has_errors(check(root, CATALOG))
    drafts = compile_import(root, CATALOG, setting=SETTING).map(Row(1, rows[0])).drafts
    assert drafts[0].values == {
        "_SIRET": "1", "Company": "Ét & <Fils>", "Phone": "0142961234", "NotValid": False,
    }  # fmt: skip
    assert drafts[0].plan.update
    assert '<Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_SIRET" />' in xml


def test_a_column_whose_question_is_not_answered_is_left_out() -> None:
    items = accepted({"Nom du projet": "a", "Date de fin": "01/02/2024"}, types=("Project",))
    assert "EndDate" not in template_of(items)
    answered = template_of(items, answers={"Date de fin": "MM/dd/yyyy"})
    assert '<Date Format="MM/dd/yyyy" />' in answered
    assert "EndDate" not in template_of(items, answers={"Date de fin": "nonsense"})


def test_columns_that_had_no_names_are_written_down_with_the_first_mapping() -> None:
    items = accepted([{"column_1": "a@x.org"}, {"column_1": "b@x.org"}], types=("Customer",))
    blank = read("<In>\n</In>\n").root
    assert blank is not None
    tree = added(blank, items, columns=("column_1", "column_2"))
    assert tree.get("Columns") == "column_1,column_2"
    assert added(tree, items, columns=("other",)).get("Columns") == "column_1,column_2"


def test_how_the_source_is_read_is_written_down() -> None:
    items = accepted({"Nom": "a"}, types=("Customer",))
    xml = template_of(items, rows_path="data/rows", columns=("Nom", "b"), empty=("NA", "-"))
    assert xml.startswith('<In Rows="data/rows" Columns="Nom,b" Empty="NA|-">')


def test_what_stands_in_a_template_stays_and_the_new_comes_behind_it() -> None:
    text = (
        '<In>\n  <!-- ours -->\n  <Type Name="Customer" As="Client" ShouldInsert="true" />\n\n'
        '  <Property Name="a" Type="Client" Field="LastName" />\n  <Map Name="m">\n'
        '    <Case From="1" To="2" />\n  </Map>\n</In>\n'
    )
    root = read(text).root
    assert root is not None
    items = accepted({"Prénom": "a", "Nom du projet": "b"}, types=("Customer", "Project"))
    tree = added(root, items)
    tags = [(child.tag, child.get("Type") or child.get("Name")) for child in tree.elements()]
    assert tags == [
        ("Type", "Customer"), ("Type", "Project"), ("Property", "Client"), ("Property", "Client"),
        ("Property", "Project"), ("Map", "m"),
    ]  # fmt: skip
    assert root.elements("Property")[0].get("Field") == "LastName"
    assert len(root.elements()) == 3


def test_a_type_without_a_key_only_inserts() -> None:
    assert '<Type Name="Customer" ShouldInsert="true" />' in template_of(accepted({"Prénom": "a"}, types=("Customer",)))


_VALUES = st.one_of(
    st.none(), st.text(max_size=20), st.integers(), st.booleans(),
    st.sampled_from(["01/02/2024", "a@b.fr", "1,5", "NA", "oui", "0142961234", "https://x.fr", "35000", "M."]),
    st.lists(st.text(max_size=3), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip
_NAMES = st.one_of(
    st.text(max_size=15), st.sampled_from(["Nom", "Email", "Date de début", "id", "Budget", "Client", "Zip"])
)


#: What no suggestion can know, and what a column of a strange name cannot be.
_OPEN = {"required_field_not_filled", "path_invalid"}


@settings(max_examples=60)
@given(rows=st.lists(st.dictionaries(_NAMES, _VALUES, max_size=6), max_size=5))
def test_whatever_a_file_holds_what_is_suggested_compiles(rows: list[dict[str, Any]]) -> None:
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    names, flat = flattened(columns, rows)
    found = suggest(columns=names, rows=flat, catalog=PLANNING)
    assert {item.name for item in found.items}.isdisjoint(found.unmatched)
    assert len({(item.type, item.field) for item in found.items}) == len(found.items)
    assert all(45 <= item.confidence <= 99 for item in found.items)
    existing = [item for item in found.items if item.create is None and item.name.isprintable() and item.name.strip()]
    answers = {item.name: item.question.readings[0].format for item in existing if item.question}
    root = read(template_of(existing, answers=answers)).root
    assert root is not None
    if existing:
        assert not [f.code for f in check(root, PLANNING) if f.severity == "error" and f.code not in _OPEN]
