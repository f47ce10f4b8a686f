"""A fix puts right what its finding is about, and says beforehand what it will do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from templates_app.catalog.kinds.registry import kind_names
from templates_app.language.checks import check
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.sentences import SENTENCES
from templates_app.mapping.edits.apply import edit
from templates_app.mapping.edits.change_reading import change_from, mapping_of
from templates_app.mapping.fixes.all_fixes import FIXERS, Fix, fixes_of
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.sample_catalog import SAMPLE_CATALOG
from tests.mapping.materials import CASES

SAMPLE_NAMES = ["Nom", "Prénom", "Mobile"]


def findings_of(xml: str) -> list[Finding]:
    result = read(xml)
    assert result.root is not None
    return [*result.findings, *check(result.root, SAMPLE_CATALOG, sample_names=SAMPLE_NAMES)]


def offered(xml: str, code: str) -> tuple[Fix, ...]:
    """The fixes of the first finding of this code."""
    root = read(xml).root
    assert root is not None
    finding = next(finding for finding in findings_of(xml) if finding.code == code)
    return fixes_of([finding], root, SAMPLE_CATALOG)[0]


def told(xml: str, code: str) -> list[str]:
    return [str(fix.words) for fix in offered(xml, code)]


def after(xml: str, fix: Fix) -> str:
    root = read(xml).root
    assert root is not None
    assert fix.change is not None
    return edit(root, fix.change, catalog=SAMPLE_CATALOG).xml


def _cases() -> Iterator[tuple[str, str, Element]]:
    for path in CASES:
        xml = path.read_text(encoding="utf-8")
        root = read(xml).root
        if root is not None:
            yield path.stem, xml, root


READABLE = list(_cases())


@pytest.mark.parametrize(("name", "xml", "root"), READABLE, ids=[name for name, _, _ in READABLE])
def test_every_fix_of_every_finding_makes_it_go_away(name: str, xml: str, root: Element) -> None:
    findings = findings_of(xml)
    for finding, fixes in zip(findings, fixes_of(findings, root, SAMPLE_CATALOG), strict=True):
        for fix in fixes:
            if fix.change is None:
                continue
            left = [found for found in findings_of(after(xml, fix)) if found.code == finding.code]
            assert len(left) < sum(found.code == finding.code for found in findings), (finding.code, str(fix.words))


@pytest.mark.parametrize(("name", "xml", "root"), READABLE, ids=[name for name, _, _ in READABLE])
def test_a_fix_says_what_it_does_and_travels_as_data(name: str, xml: str, root: Element) -> None:
    for fixes in fixes_of(findings_of(xml), root, SAMPLE_CATALOG):
        assert len({(str(fix.words), fix.act) for fix in fixes}) == len(fixes)
        for fix in fixes:
            assert str(fix.words).strip()
            assert bool(fix.change) != bool(fix.act)
            if fix.change is not None:
                assert change_from(mapping_of(fix.change)) == fix.change


def test_every_fixer_is_of_a_code_that_is_found() -> None:
    assert set(FIXERS) <= set(SENTENCES)


def test_most_findings_can_be_put_right_with_one_click() -> None:
    """What is left needs a person: text that is no XML, a number nobody can guess, a way that leads nowhere."""
    rest = {code for code in SENTENCES if code not in FIXERS and not code.startswith("xml_")}
    assert rest == {
        "add_without_amount",
        "bound_is_text",
        "case_of_empty",
        "doctype_forbidden",
        "each_mixed",
        "each_not_a_path",
        "each_of_several_lists",
        "each_stars",
        "format_too_long",
        "group_unknown",
        "pattern_empty",
        "pattern_too_long",
        "property_without_source",
        "region_unknown",
        "root_unknown",
        "sources_of_several_lists",
        "target_in_the_way",
        "text_not_allowed",
        "types_missing",
        "whole_number_invalid",
    }


def test_a_finding_of_another_text_has_no_fixes() -> None:
    root = read(VENDOR_SAMPLE).root
    assert root is not None
    finding = findings_of(VENDOR_SAMPLE.replace("LastName", "LastNam"))[0]
    assert fixes_of([replace(finding, line=77)], root, SAMPLE_CATALOG) == ((),)


@pytest.mark.parametrize(
    ("field", "like"), [("LastNam", "LastName"), ("lastname", "LastName"), ("Emial", "Email"), ("Compagny", "Company")]
)
def test_a_mistyped_field_becomes_the_nearest(field: str, like: str) -> None:
    xml = VENDOR_SAMPLE.replace('Field="LastName"', f'Field="{field}"')
    fix = offered(xml, "field_unknown")[0]
    assert str(fix.words) == f'Use "{like}"'
    assert after(xml, fix) == VENDOR_SAMPLE.replace('Field="LastName"', f'Field="{like}"')


# A field of the brand's own that does not exist yet


def custom(steps: str = "", attributes: str = "", type_attributes: str = 'ShouldUpdate="true"') -> tuple[Fix, ...]:
    xml = f"""<In><Type Name="Customer" ShouldInsert="true" {type_attributes} />
      <Property Name="a" Type="Customer" Field="Email" />
      <Property Name="x" Type="Customer" Field="_NEW" {attributes}>{steps}</Property></In>"""
    return tuple(fix for fix in offered(xml, "custom_field_unknown") if fix.act)


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ("", "Text"),
        ("<Trim />", "Text"),
        ('<Date Format="dd/MM/yyyy" />', "Date"),
        ('<Date Format="dd/MM/yyyy HH:mm" />', "DateTime"),
        ('<Number Decimal="," />', "Double"),
        ('<Boolean True="oui" />', "Check"),
        ('<Phone Region="FR" />', "Phone"),
        ('<Split By=" " Part="1" /><Number /><Trim />', "Double"),
    ],
)
def test_a_new_field_is_of_the_kind_its_steps_give(steps: str, kind: str) -> None:
    fix = custom(steps)[-1]
    assert (fix.act, fix.params) == ("create_field", {"entity": "Customer", "name": "_NEW", "kind": kind})
    assert kind in kind_names()


def test_a_new_field_of_a_type_without_a_key_is_offered_as_its_key_first() -> None:
    first, second = custom()
    assert first.params == {"entity": "Customer", "name": "_NEW", "kind": "Text", "identity": "true"}
    assert str(first.words) == "Create _NEW (Text) of Customer and find records by it"
    assert "identity" not in second.params


@pytest.mark.parametrize(
    ("attributes", "type_attributes", "count"),
    [
        ("", 'Match="Email"', 1),
        ("", "", 1),
        ('Key="true"', "", 2),
        ("", 'Match="_NEW"', 2),
        ("", 'Match="_NEW,Email"', 1),
    ],
)
def test_a_new_field_is_offered_as_the_key_only_where_it_would_be(
    attributes: str, type_attributes: str, count: int
) -> None:
    assert len(custom("", attributes, type_attributes)) == count


def test_a_number_is_no_key() -> None:
    assert len(custom("<Number />")) == 1


def test_a_linked_field_that_does_not_exist_becomes_a_reference() -> None:
    xml = FILM_SAMPLE.replace('Field="Customer" To="Customer"', 'Field="_CLIENT" To="Customer"')
    (fix, *_) = offered(xml, "custom_field_unknown")
    assert fix.params == {"entity": "Project", "name": "_CLIENT", "kind": "Reference", "target": "Customer"}


def test_a_field_much_like_one_there_is_may_be_meant() -> None:
    xml = VENDOR_SAMPLE.replace('Field="_IDDOSSIER"', 'Field="_IDDOSIER"')
    assert 'Use "_IDDOSSIER"' in told(xml, "custom_field_unknown")


# Keys


def test_a_type_without_a_key_is_offered_the_keys_its_rows_fill() -> None:
    xml = """<In><Type Name="Customer" ShouldUpdate="true" /><Property Name="a" Type="Customer" Field="Company" />
      <Property Name="b" Type="Customer" Field="Email" /></In>"""
    assert told(xml, "update_without_key") == [
        "Find Customer by Email",
        "Find Customer by Company",
        "Update no records",
    ]


def test_a_key_that_is_not_declared_can_be() -> None:
    xml = VENDOR_SAMPLE.replace('ShouldUpdate="true"', 'ShouldUpdate="true" Match="LastName,FirstName"')
    fixes = offered(xml, "key_not_declared")
    assert (fixes[0].act, fixes[0].params) == (
        "declare_key",
        {"entity": "Customer", "fields": "LastName,FirstName", "unique": "true"},
    )
    assert [str(fix.words) for fix in fixes[1:]] == [
        "Find Customer by _IDDOSSIER",
        "Find Customer by Email",
        "Remove Match",
    ]


def test_match_and_key_are_told_apart() -> None:
    xml = VENDOR_SAMPLE.replace('ShouldUpdate="true"', 'ShouldUpdate="true" Match="Email"').replace(
        'Field="_IDDOSSIER"', 'Field="_IDDOSSIER" Key="true"'
    )
    match, key = offered(xml, "match_and_key")
    assert (str(match.words), str(key.words)) == ("Find Customer by Email", "Find Customer by _IDDOSSIER")
    assert 'Key="true"' not in after(xml, match)
    assert "Match" not in after(xml, key)


# Forms


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("DD/MM/YYYY", "dd/MM/yyyy"),
        ("%d/%m/%Y", "dd/MM/yyyy"),
        ("%Y-%m-%d %H:%M:%S", "yyyy-MM-dd HH:mm:ss"),
        ("JJ/MM/AAAA", "dd/MM/yyyy"),
        ("TT.MM.JJJJ", "dd.MM.yyyy"),
        ("dd/mm/yyyy", "dd/MM/yyyy"),
        ("HH:mm dd/mm/yyyy", "HH:mm dd/MM/yyyy"),
        ("yyyymmdd HHmmss", "yyyyMMdd HHmmss"),
    ],
)
def test_the_date_letters_of_other_systems_are_understood(written: str, meant: str) -> None:
    xml = f"""<In><Type Name="Project" /><Property Name="a" Type="Project" Field="StartDate"><Date Format="{written}" />
      </Property></In>"""
    assert told(xml, "format_invalid") == [f'Use "{meant}"']


@pytest.mark.parametrize(
    ("value", "first"), [("oui", "true"), ("1", "true"), ("TRUE", "true"), ("no", "false"), ("", "false")]
)
def test_a_switch_is_put_to_what_was_meant_first(value: str, first: str) -> None:
    xml = VENDOR_SAMPLE.replace('ShouldUpdate="true"', f'ShouldUpdate="{value}"')
    assert told(xml, "flag_invalid")[0] == f'Use "{first}"'


def test_a_later_column_of_one_name_gets_a_name_of_its_own() -> None:
    """Columns are named by their place: none may go."""
    xml = '<In Columns="a,b,A,a"><Type Name="Customer" /></In>'
    assert told(xml, "column_twice") == ['Use "a,b,A 2,a 3"']


def test_a_name_the_sample_lacks_is_replaced_or_joined_by_the_nearest() -> None:
    xml = VENDOR_SAMPLE.replace("Nom usage", "Prenoms")
    replaced, joined, removed = offered(xml, "name_not_in_sample")
    assert 'Name="Prénom" Type' in after(xml, replaced)
    assert 'Name="Prenoms" Or="Prénom"' in after(xml, joined)
    assert str(removed.words) == "Remove this row"


def test_the_ways_to_a_type_of_an_export_are_offered() -> None:
    xml = """<Out><Type Name="Do" /><Type Name="Project" Through="Project" /><Type Name="Customer" />
      <Property Name="a" Type="Customer" Field="Email" /></Out>"""
    assert told(xml, "through_missing") == [
        "Reach it through Customers",
        "Reach it through Customer",
        "Reach it through Project.Customer",
    ]


def test_names_with_braces_are_shown_as_they_are() -> None:
    xml = '<In><Type Name="{0.__class__}" ShouldInsert="true" /><Property Name="a" Type="{x}" Field="Email" /></In>'
    assert told(xml, "type_not_declared")[-1] == "Remove this row"
    assert told(xml.replace("{x}", "{0.__class}"), "type_not_declared")[0] == 'Use "{0.__class__}"'
