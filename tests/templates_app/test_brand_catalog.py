"""One catalog: what every brand has, and what this one added."""

from __future__ import annotations

import pytest

from integration_admin.accounts.models import Brand
from templates_app.brand_catalog import CatalogRows, FieldRow, build, catalog_of, setting_of
from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.refusals import CatalogRefused
from templates_app.models import CustomEntityType, CustomField, DeclaredKey


def test_a_new_brand_has_the_pack_of_its_version(acme: Brand) -> None:
    assert set(catalog_of(acme).types) == set(planning_pack(version="4.7").types)
    assert catalog_of(acme).enums == planning_pack(version="4.7").enums


@pytest.mark.parametrize(("version", "numbers"), [("4.1", True), ("4.7", False)])
def test_enums_are_written_as_the_version_of_the_brand_does(acme: Brand, version: str, numbers: bool) -> None:
    acme.api_version = version
    assert setting_of(acme).enums_as_numbers is numbers
    assert str(setting_of(acme).zone) == "Europe/Paris"


def test_custom_fields_and_keys_are_there_with_custom_keys_first(acme: Brand, other: Brand) -> None:
    CustomField.objects.create(brand=acme, entity_type="Customer", name="_ID", label="Number")
    DeclaredKey.objects.create(brand=acme, entity_type="Customer", fields="_ID", unique=True)
    customer = catalog_of(acme).types["Customer"]
    assert customer.fields["_ID"].label == "Number"
    assert customer.keys[0].fields == ("_ID",)
    assert customer.keys[0].unique
    assert "_ID" not in catalog_of(other).types["Customer"].fields


def test_an_own_type_has_its_fields_title_and_label(acme: Brand) -> None:
    CustomEntityType.objects.create(
        brand=acme, name="Contract", title="Contract of work", label_fields="Number,_X|Name"
    )
    for position, name in enumerate(("Number", "_X", "Name")):
        CustomField.objects.create(brand=acme, entity_type="Contract", name=name, position=position)
    contract = catalog_of(acme).types["Contract"]
    assert contract.custom
    assert contract.title == "Contract of work"
    assert list(contract.fields) == ["Number", "_X", "Name"]
    assert contract.label_of({"Number": "7", "_X": "b"}) == "7 b"
    assert contract.label_of({"Name": "n"}) == "n"


def test_a_label_counts_only_fields_that_exist_by_now(acme: Brand) -> None:
    CustomEntityType.objects.create(brand=acme, name="Contract", label_fields="Later")
    CustomField.objects.create(brand=acme, entity_type="Contract", name="Number")
    assert catalog_of(acme).types["Contract"].label == (("Number",),)


def test_retired_fields_stay_and_those_of_a_retired_type_count_as_retired(acme: Brand) -> None:
    CustomEntityType.objects.create(brand=acme, name="Contract", retired=True)
    CustomField.objects.create(brand=acme, entity_type="Contract", name="Number")
    CustomField.objects.create(brand=acme, entity_type="Customer", name="_ID", retired=True)
    catalog = catalog_of(acme)
    assert catalog.types["Contract"].fields["Number"].retired
    assert catalog.types["Customer"].fields["_ID"].retired


def test_fields_of_one_type_may_refer_to_a_type_added_later(acme: Brand) -> None:
    CustomEntityType.objects.create(brand=acme, name="Contract")
    CustomField.objects.create(
        brand=acme, entity_type="Customer", name="_Contract", kind="Reference", options={"target": "Contract"}
    )
    assert catalog_of(acme).types["Customer"].fields["_Contract"].kind.refers


def test_equal_rows_give_the_same_catalog_and_a_change_gives_another(acme: Brand) -> None:
    before = catalog_of(acme)
    assert catalog_of(acme) is before
    CustomField.objects.create(brand=acme, entity_type="Customer", name="_ID")
    assert catalog_of(acme) is not before


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (FieldRow("Customr", "_X"), "type_unknown"),
        (FieldRow("Customer", "X"), "field_name_invalid"),
        (FieldRow("Customer", "_X", "Texte"), "kind_unknown"),
        (FieldRow("Customer", "_X", "Reference", '{"target": "Nothing"}'), "target_unknown"),
    ],
)
def test_rows_that_do_not_fit_are_refused_by_name(row: FieldRow, code: str) -> None:
    with pytest.raises(CatalogRefused) as caught:
        build(CatalogRows(version="4.7", fields=(row,)))
    assert caught.value.code == code
