"""Which key a Type is matched by: said, marked, or the first unique one that is mapped fully."""

from __future__ import annotations

from dataclasses import replace

import pytest

from templates_app.catalog.build import declared_key
from templates_app.language.matching import alias_of, key_fields, match_key, properties_of
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from tests.language.sample_catalog import CUSTOMER


def template(type_attributes: str, *properties: str) -> tuple[Element, Element]:
    """(the Type, the root) of a template with one Type."""
    feeds = "".join(f'<Property Name="n" Type="Customer" {attributes} />' for attributes in properties)
    root = read(f'<In><Type Name="Customer" {type_attributes} />{feeds}</In>').root
    assert root is not None
    return root.elements("Type")[0], root


def chosen(type_attributes: str, *properties: str) -> str | None:
    key = match_key(*template(type_attributes, *properties), CUSTOMER)
    return key.name if key else None


@pytest.mark.parametrize(
    ("type_attributes", "properties", "expected"),
    [
        ('Match="Email"', ['Field="_IDDOSSIER"'], "Email"),
        ('Match=" _IDDOSSIER , _SITE "', [], "_IDDOSSIER,_SITE"),
        ('Match="_SITE,_IDDOSSIER"', [], None),
        ('Match="LastName"', ['Field="_IDDOSSIER"'], None),
        ("", ['Field="Email" Key="true"'], "Email"),
        ("", ['Field="_SITE" Key="true"', 'Field="_IDDOSSIER" Key="true"'], "_IDDOSSIER,_SITE"),
        ("", ['Field="_IDDOSSIER" Key="true"', 'Field="LastName" Key="true"'], None),
        ("", ['Field="_IDDOSSIER" Key="false"'], "_IDDOSSIER"),
        ("", ['Field="_IDDOSSIER"'], "_IDDOSSIER"),
        ("", ['Field="Email"'], None),
        ("", [], None),
    ],
)
def test_the_key_is_said_marked_or_the_first_unique_one(
    type_attributes: str, properties: list[str], expected: str | None
) -> None:
    assert chosen(type_attributes, *properties) == expected


def test_keys_of_the_brands_own_fields_come_before_built_in_ones() -> None:
    built_in, own = (declared_key("Customer", name, unique=True) for name in ("Email", "_IDDOSSIER"))
    entity = replace(CUSTOMER, keys=(built_in, own))

    assert match_key(*template("", 'Field="Email"', 'Field="_IDDOSSIER"'), entity) == own
    assert match_key(*template("", 'Field="Email"'), entity) == built_in


def test_of_two_alike_the_first_of_the_catalog_counts() -> None:
    first, second = (declared_key("Customer", name, unique=True) for name in ("Email", "Mobile"))
    entity = replace(CUSTOMER, keys=(first, second))

    assert match_key(*template("", 'Field="Mobile"', 'Field="Email"'), entity) == first


def test_a_unique_key_of_several_fields_needs_all_of_them() -> None:
    pair = declared_key("Customer", "_IDDOSSIER", "_SITE", unique=True)
    entity = replace(CUSTOMER, keys=(pair,))

    assert match_key(*template("", 'Field="_SITE"', 'Field="_IDDOSSIER"'), entity) == pair
    assert match_key(*template("", 'Field="_SITE"'), entity) is None


def test_a_field_that_a_lookup_feeds_gives_no_key() -> None:
    root = read(
        '<In><Type Name="Customer" /><Property Name="n" Type="Customer" Field="_IDDOSSIER"><Lookup /></Property></In>'
    ).root
    assert root is not None
    assert match_key(root.elements("Type")[0], root, CUSTOMER) is None


def test_properties_belong_to_the_alias_not_to_the_entity_type() -> None:
    root = read(
        '<In><Type Name="Customer" As="Payer" /><Type Name="Customer" />'
        '<Property Name="a" Type="Payer" Field="Email" Key="true" />'
        '<Property Name="b" Type="Customer" Field="_IDDOSSIER" /></In>'
    ).root
    assert root is not None
    payer, customer = root.elements("Type")

    assert (alias_of(payer), alias_of(customer)) == ("Payer", "Customer")
    assert [p.get("Name") for p in properties_of(payer, root)] == ["a"]
    assert key_fields(payer, root) == ("Email",)
    assert key_fields(customer, root) == ()
