"""What columns feed, and which names of a template have none: the required ones first."""

from __future__ import annotations

from templates_app.language.column_fits import ColumnFit, Lacking, fit_columns
from tests.language.mapping_catalog import customer, field, importer, template


def fit(text: str, *columns: str) -> ColumnFit:
    return fit_columns(template(text), importer(text).types, columns)


def test_each_column_names_the_fields_it_feeds() -> None:
    text = customer(field("Nom"), field("mail", "Email"), field("Nom", "Company"))
    assert fit(text, "id", "NOM", "Ville").feeds == {
        "id": ("Customer._IDDOSSIER",),
        "NOM": ("Customer.LastName", "Customer.Company"),
    }


def test_names_are_found_by_their_letters_and_digits() -> None:
    text = customer(field("Nom usage"))
    assert fit(text, "ID", "NOM_USAGE").feeds == {"ID": ("Customer._IDDOSSIER",), "NOM_USAGE": ("Customer.LastName",)}


def test_required_names_and_keys_come_first_among_the_lacking() -> None:
    text = customer(field("mail", "Email"), field("Nom", Required="true"), field("mail", "Company"))
    assert fit(text, "x").lacking == (
        Lacking("id", ("Customer._IDDOSSIER",), True),
        Lacking("Nom", ("Customer.LastName",), True),
        Lacking("mail", ("Customer.Email", "Customer.Company"), False),
    )


def test_each_name_counts_once() -> None:
    text = customer(field("mail", "Email"), field("mail", "Company"))
    assert fit(text).names == 2


def test_an_alternative_name_does() -> None:
    found = fit(customer(field("Nom", Or="Name|Nachname")), "id", "Nachname")
    assert (found.feeds["Nachname"], found.lacking) == (("Customer.LastName",), ())


def test_every_source_of_a_property_is_told() -> None:
    text = customer(
        '<Property Type="Customer" Field="LastName"><Source Name="first"/><Source Name="last"/>'
        '<Join With=" "/></Property>'
    )
    found = fit(text, "id", "last")
    assert found.feeds["last"] == ("Customer.LastName",)
    assert [lacking.name for lacking in found.lacking] == ["first"]


def test_the_column_a_path_begins_in_counts() -> None:
    assert fit(customer(field("contact/mail", "Email")), "id", "contact").feeds["contact"] == ("Customer.Email",)


def test_items_of_a_list_are_no_columns() -> None:
    text = (
        '<In><Type Name="Customer" ShouldInsert="true" Each="people"/>'
        '<Property Name="name" Type="Customer" Field="LastName"/></In>'
    )
    assert fit(text, "people").lacking == ()


def test_a_group_of_columns_feeds_from_each_of_them() -> None:
    text = (
        '<In><Type Name="Customer" ShouldInsert="true" Each="* 1, * 2"/>'
        '<Property Name="Nom" Type="Customer" Field="LastName"/></In>'
    )
    found = fit(text, "Nom 1", "Nom 2", "Nom 3")
    assert found.feeds == {"Nom 1": ("Customer.LastName",), "Nom 2": ("Customer.LastName",)}
