"""A column is known by what people call its field."""

from __future__ import annotations

import pytest

from templates_app.mapping.suggesting.suggestions import (
    SURE,
    words_of,
)
from tests.language.mapping_catalog import CATALOG
from tests.mapping.suggesting.suggested import suggested, target


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("LastName", "LastName"),
        ("last_name", "LastName"),
        ("Nom", "LastName"),
        ("Nom d'usage", "LastName"),
        ("NOM_USAGE", "LastName"),
        ("Nachname", "LastName"),
        ("Apellidos", "LastName"),
        ("Prénom", "FirstName"),
        ("prenom", "FirstName"),
        ("Vorname", "FirstName"),
        ("firstName", "FirstName"),
        ("Raison sociale", "Company"),
        ("Firma", "Company"),
        ("Razón social", "Company"),
        ("Company name", "Company"),
        ("E-mail", "Email"),
        ("Adresse électronique", "Email"),
        ("Correo electrónico", "Email"),
        ("Téléphone", "Phone"),
        ("Telefonnummer", "Phone"),
        ("Téléphone mobile", "Mobile"),
        ("Handy", "Mobile"),
        ("Móvil", "Mobile"),
        ("Code postal", "Zip"),
        ("PLZ", "Zip"),
        ("postcode", "Zip"),
        ("Ville", "City"),
        ("Ort", "City"),
        ("Ciudad", "City"),
        ("Straße", "Address"),
        ("Dirección", "Address"),
        ("Pays", "Country"),
        ("Site web", "Website"),
        ("SIRET", "RegistrationNumber"),
        ("Commentaires", "Remark"),
        ("Civilité", "Title"),
        ("Anrede", "Title"),
    ],
)
def test_a_column_is_known_by_what_people_call_the_field(column: str, field: str) -> None:
    found, confidence = target(column, of=column)
    assert found == field
    assert confidence >= SURE


@pytest.mark.parametrize(
    ("column", "type_name", "field"),
    [
        ("Date de début", "Do", "Start"),
        ("Date de début", "Project", "StartDate"),
        ("Startdatum", "Project", "StartDate"),
        ("Fecha de fin", "Project", "EndDate"),
        ("Échéance", "Project", "Deadline"),
        ("Projektleiter", "Project", "Manager"),
        ("Client", "Project", "Customer"),
        ("Matricule", "Resource", "RegistrationNumber"),
        ("Date d'embauche", "Resource", "EntryDate"),
        ("Stundensatz", "Resource", "HourlyRate"),
        ("Numéro de série", "Equipment", "SerialNumber"),
        ("Hersteller", "Equipment", "Brand"),
        ("Bezeichnung", "Task", "Label"),
    ],
)
def test_the_same_words_lead_elsewhere_in_other_types(column: str, type_name: str, field: str) -> None:
    assert target(column, of=column, types=(type_name,))[0] == field


def test_a_part_of_a_longer_name_is_only_possible() -> None:
    field, confidence = target("adresse_uai", of="adresse_uai")
    assert (field, words_of(confidence)) == ("Address", "possible")


@pytest.mark.parametrize(
    "column", ["Code_commune", "nom_circonscription", "Nombre de relations", "date_maj_ligne", "Libelle_region", "zzz"]
)
def test_what_only_contains_a_word_of_a_field_is_not_taken_for_it(column: str) -> None:
    found = suggested({column: "1"}, types=("Customer",))
    assert [item.field for item in found.items if not item.create] == []
    assert found.unmatched == (column,)


def test_each_field_goes_to_the_column_that_is_surest() -> None:
    found = suggested({"adresse_uai": "1 rue", "Adresse": "2 rue"}, types=("Customer",))
    assert [(item.name, item.field) for item in found.items if not item.create] == [("Adresse", "Address")]
    assert found.unmatched == ("adresse_uai",)


def test_the_other_fields_a_column_might_mean_are_offered() -> None:
    found = suggested({"Téléphone portable professionnel": "0612345678"}, types=("Customer",))
    item = found.items[0]
    assert item.field == "Mobile"
    assert "Phone" in {other.field for other in item.alternatives}
    led = item.led_to(next(other for other in item.alternatives if other.field == "Phone"))
    assert (led.field, led.label, led.create, led.key) == ("Phone", "Telephone", None, False)


def test_a_custom_field_is_found_by_its_name_and_by_its_label() -> None:
    found = suggested({"ID dossier": "1"}, catalog=CATALOG, types=("Customer",))
    assert (found.items[0].field, found.items[0].key) == ("_IDDOSSIER", True)
