"""The checker: the documented samples are clean, its offers lead there, and nothing it is given makes it fall over."""

from __future__ import annotations

import inspect
import types as python_types
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_app.catalog.build import declared_key, extend
from templates_app.catalog.kinds.numbers import Double
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.types import Catalog, Field
from templates_app.language import checks
from templates_app.language.checks import check, registry
from templates_app.language.findings import Finding, Severity, has_errors
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.golden import codes_of, findings_of
from tests.language.sample_catalog import SAMPLE_CATALOG
from tests.language.trees import TREES

FILM_HEADERS = [
    ["Identifiant du lieu", "Titre", "Réalisateur", "Producteur", "Date de début", "Date de fin", "geo_point_2d"],
    ["id_lieu", "nom_tournage", "nom_realisateur", "nom_producteur", "date_debut", "date_fin", "geo_point_2d"],
]


def tree(source: str) -> Element:
    root = read(source).root
    assert root is not None
    return root


def with_offers(catalog: Catalog, findings: tuple[Finding, ...]) -> Catalog:
    """The catalog after every offer to create a field, and then every offer to declare a key, was taken."""
    for finding in findings:
        if finding.fix[:1] == ("create_field",):
            _, entity, name = finding.fix
            catalog = extend(catalog, fields={entity: [Field(name, Text())]})
    for finding in findings:
        if finding.fix[:1] == ("declare_key",):
            _, entity, names = finding.fix
            catalog = extend(catalog, keys={entity: [declared_key(entity, *names.split(","), unique=True)]})
    return catalog


def loud(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings if finding.severity is not Severity.HINT]


@pytest.mark.parametrize("version", ["4.1", "4.7"])
def test_the_documented_samples_are_clean_on_the_planning_pack(version: str) -> None:
    catalog = extend(
        planning_pack(version=version),
        fields={
            "Customer": [Field("_IDDOSSIER", Text())],
            "Do": [Field("_ID", Text()), Field("_LAT", Double())],
        },
        keys={
            "Customer": [declared_key("Customer", "_IDDOSSIER", unique=True)],
            "Do": [declared_key("Do", "_ID", unique=True)],
        },
    )

    assert loud(check(tree(VENDOR_SAMPLE), catalog)) == []
    assert loud(check(tree(FILM_SAMPLE), catalog)) == []


@pytest.mark.parametrize("sample", [VENDOR_SAMPLE, FILM_SAMPLE], ids=["vendor", "film"])
def test_one_round_of_its_offers_makes_a_documented_sample_clean_on_a_new_brand(sample: str) -> None:
    new = planning_pack()
    first = check(tree(sample), new)

    assert has_errors(first)
    assert loud(check(tree(sample), with_offers(new, first))) == []


@pytest.mark.parametrize("columns", FILM_HEADERS, ids=["2026", "2021"])
def test_one_template_fits_both_header_variants(columns: list[str]) -> None:
    assert loud(tuple(findings_of(FILM_SAMPLE, sample_names=columns))) == []


def test_without_a_sample_no_name_is_judged() -> None:
    assert "name_not_in_sample" not in codes_of(VENDOR_SAMPLE)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["Nom usage", "Téléphone mobile", "Email", "ID_DOSSIER"], []),
        (["nom_usage", "TELEPHONE MOBILE", "e-mail", "id dossier"], []),
        (["Nom usage", "Téléphone mobile", "Email"], [("ID_DOSSIER", Severity.ERROR)]),
        (["Nom", "Téléphone mobile", "Email", "ID_DOSSIER"], [("Nom usage", Severity.WARNING)]),
        (["ID_DOSSIER"], [(name, Severity.WARNING) for name in ("Nom usage", "Téléphone mobile", "Email")]),
    ],
)
def test_a_name_no_row_has_is_an_error_only_for_a_key(columns: list[str], expected: list[tuple[str, Severity]]) -> None:
    findings = findings_of(VENDOR_SAMPLE, sample_names=columns)

    assert [(finding.params["name"], finding.severity) for finding in findings] == expected


@pytest.mark.parametrize("name", ["client/nom", "clients/0/nom", "clients[role=chef]/nom", ".", "../id", "0", "-1"])
def test_a_path_is_judged_by_its_first_part_only(name: str) -> None:
    source = VENDOR_SAMPLE.replace('"Nom usage"', f'"{name}"')
    columns = ["client", "clients", "Téléphone mobile", "Email", "ID_DOSSIER"]

    assert codes_of(source, sample_names=columns) == []


def test_findings_come_in_the_order_of_the_text() -> None:
    findings = check(tree(FILM_SAMPLE), planning_pack(), sample_names=["nothing"])
    places = [(finding.line, finding.column) for finding in findings]

    assert len(places) > 10
    assert places == sorted(places)


def test_an_unknown_root_is_the_readers_business() -> None:
    assert check(Element("Template"), SAMPLE_CATALOG) == ()


@given(root=TREES)
def test_no_tree_makes_it_fall_over(root: Element) -> None:
    for tag in ("In", "Out"):
        root.tag = tag
        assert all(finding.code for finding in check(root, SAMPLE_CATALOG, sample_names=["Name"]))


def elements(root: Element) -> Iterator[Element]:
    yield root
    for child in root.elements():
        yield from elements(child)


@settings(deadline=None)
@given(data=st.data())
def test_a_template_with_any_attribute_taken_away_is_still_checked(data: st.DataObject) -> None:
    root = tree(data.draw(st.sampled_from([VENDOR_SAMPLE, FILM_SAMPLE])))
    holders = [element for element in elements(root) if element.attributes]
    for element in data.draw(st.lists(st.sampled_from(holders), max_size=5)):
        name = data.draw(st.sampled_from(sorted(element.attributes) or [""]))
        element.attributes.pop(name, None)

    check(root, SAMPLE_CATALOG, sample_names=["Titre"])


@pytest.mark.parametrize("name", ["__class__", "pk", "objects", "save", "brand_id", "is_superuser", "items", "id"])
def test_a_field_is_a_name_of_the_catalog_and_nothing_else(name: str) -> None:
    source = VENDOR_SAMPLE.replace('Field="LastName"', f'Field="{name}"')

    assert codes_of(source) in (["field_unknown"], ["custom_field_unknown"])


@pytest.mark.parametrize("name", ["_", "_é", "_A B", "_" + "x" * 61, "_a-b"])
def test_a_field_that_no_brand_can_have_is_not_offered(name: str) -> None:
    source = VENDOR_SAMPLE.replace('Field="LastName"', f'Field="{name}"')

    (finding,) = findings_of(source)
    assert finding.code == "field_unknown"
    assert finding.fix[:1] != ("create_field",)


def test_every_rule_of_the_package_is_in_the_registry() -> None:
    modules = [module for module in vars(registry).values() if isinstance(module, python_types.ModuleType)]
    rules = {
        function
        for module in modules
        if module.__name__.startswith(checks.__name__)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and list(inspect.signature(function).parameters) == ["scope"]
        and inspect.signature(function).return_annotation == "Iterator[Finding]"
    }

    assert rules == {rule for listed in registry.CHECKS.values() for rule in listed}
