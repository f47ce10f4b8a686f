"""Which type a file is about, what its records are found by, and what is mapped already."""

from __future__ import annotations

from typing import Any

import pytest

from templates_app.mapping.suggesting.suggestions import (
    LIKELY,
    SURE,
    Earlier,
    ProposedStep,
    words_of,
)
from templates_app.mapping.suggestion_sentences import SENTENCES
from tests.language.mapping_catalog import CATALOG
from tests.mapping.suggesting.suggested import named, suggested


def test_the_best_covered_type_comes_first() -> None:
    contacts = suggested({"Nom": "", "Prénom": "", "E-mail": "", "Raison sociale": "", "Code postal": ""})
    assert contacts.types[0].type == "Customer"
    tasks = suggested(
        {"Titre": "x", "Date de début": "2024-01-01", "Date de fin": "2024-01-02", "Lieu": "y", "Client": "z"}
    )
    assert tasks.types[0].type in {"Do", "Project"}
    staff = suggested({"Nom": "", "Prénom": "", "Matricule": "", "Date d'embauche": "", "Taux horaire": ""})
    assert staff.types[0].type == "Resource"
    assert {item.type for item in staff.items} == {"Resource"}


def test_what_is_mapped_already_counts_for_what_the_file_is_about() -> None:
    rows = {"Nom": "A", "E-mail": "a@x.org", "Ville": "Rennes"}
    assert suggested(rows, types=("Customer",), mapped=["Nom", "E-mail"]).types[0].covered == 3


def test_several_types_share_the_columns_when_they_are_asked_for() -> None:
    rows = {"Nom du projet": "a", "Raison sociale": "b", "Date de fin": "2024-01-01"}
    found = suggested(rows, types=("Customer", "Project"))
    assert {item.name: (item.type, item.field) for item in found.items} == {
        "Nom du projet": ("Project", "Label"),
        "Raison sociale": ("Customer", "Company"),
        "Date de fin": ("Project", "EndDate"),
    }


def test_nothing_known_gives_no_suggestion() -> None:
    found = suggested({"qqq": "1", "www": "2"})
    assert (found.types, found.items, found.unmatched, found.offers) == ((), (), ("qqq", "www"), ())


def test_a_unique_id_is_proposed_as_a_new_field_to_match_by() -> None:
    rows = [{"ID_DOSSIER": f"D{number}", "Nom": "Durand"} for number in range(5)]
    item = named(suggested(rows, types=("Customer",)), "ID_DOSSIER")
    assert item.key
    assert item.create is not None
    assert (item.create.type, item.create.field, item.create.kind, item.create.key) == (
        "Customer", "_IdDossier", "Text", True,
    )  # fmt: skip
    assert [why.code for why in item.why] == ["suggest_unique"]


@pytest.mark.parametrize("ids", [["A", "A"], ["A", ""], ["A"]])
def test_an_id_that_repeats_or_is_missing_is_no_key(ids: list[str]) -> None:
    found = suggested([{"ID_DOSSIER": one, "Nom": "Durand"} for one in ids], types=("Customer",))
    assert not [item for item in found.items if item.key]


def test_without_an_id_the_address_is_matched_by() -> None:
    rows = [{"Nom": "A", "Email": "a@x.org"}, {"Nom": "A", "Email": "b@x.org"}]
    assert named(suggested(rows, types=("Customer",)), "Email").key


def test_values_that_tell_rows_apart_are_proposed_whatever_the_column_is_called() -> None:
    rows = [{"kundenkonto": f"K{number}", "Nom": "A"} for number in range(6)]
    assert [(item.name, item.field) for item in suggested(rows, types=("Customer",)).items if item.key] == [
        ("kundenkonto", "_Kundenkonto")
    ]


def test_an_id_is_proposed_even_where_no_other_column_is_known() -> None:
    found = suggested([{"column_1": str(number), "column_2": "x"} for number in range(6)], types=("Customer",))
    assert [(item.name, item.key, item.create is not None) for item in found.items] == [("column_1", True, True)]


def test_an_id_that_a_built_in_key_is_made_for_needs_no_new_field() -> None:
    rows = [{"Matricule": f"R-{number}", "Nom": "A"} for number in range(10, 16)]
    keys = [item for item in suggested(rows, types=("Resource",)).items if item.key]
    assert [(item.field, item.create) for item in keys] == [("RegistrationNumber", None)]


def test_a_unique_key_that_is_there_is_taken_before_a_new_one() -> None:
    rows = [{"siret": f"5520{number}", "code client": f"C{number}", "nom": "A"} for number in range(3)]
    found = suggested(rows, catalog=CATALOG, types=("Customer",))
    assert [(item.field, item.create) for item in found.items if item.key] == [("_SIRET", None)]


def test_what_a_person_mapped_is_never_suggested_again() -> None:
    rows = {"Nom": "A", "E-Mail": "a@x.org", "Courriel": "b@x.org"}
    found = suggested(rows, types=("Customer",), mapped=["e mail"], taken=[("Customer", "LastName")])
    assert [(item.name, item.field) for item in found.items] == [("Courriel", "Email")]
    assert "E-Mail" not in found.unmatched
    assert "Nom" in found.unmatched


def test_an_earlier_mapping_of_the_brand_comes_first_with_its_steps() -> None:
    steps = (ProposedStep("Upper"),)
    earlier = [Earlier("clients", "Désignation", "Customer", "Company", steps)]
    item = suggested({"designation": "x"}, types=("Customer",), earlier=earlier).items[0]
    assert (item.field, item.steps, item.words) == ("Company", steps, "sure")
    assert [(why.code, dict(why.params)) for why in item.why] == [("suggest_mapped_before", {"template": "clients"})]


def test_an_earlier_mapping_to_a_field_that_is_gone_is_forgotten() -> None:
    earlier = [Earlier("clients", "zzz", "Customer", "_GONE")]
    assert suggested({"zzz": "x"}, types=("Customer",), earlier=earlier).items == ()


def test_for_columns_without_a_field_a_custom_one_is_offered() -> None:
    rows = [
        {"Nom": "A", "Date ouverture": "2024-01-01", "Nb élèves": "12", "Code_région": "011", "Avis": "x" * 300},
        {"Nom": "B", "Date ouverture": "2024-02-01", "Nb élèves": "7", "Code_région": "011", "Avis": "y"},
    ]
    found = suggested(rows, types=("Customer",))
    assert [(offer.field, offer.kind, offer.label) for offer in found.offers] == [
        ("_DateOuverture", "Date", "Date ouverture"),
        ("_NbEleves", "Numeric", "Nb élèves"),
        ("_CodeRegion", "Text", "Code_région"),
        ("_Avis", "Memo", "Avis"),
    ]


def test_columns_without_any_value_are_left_out_unless_their_name_is_plain() -> None:
    first: dict[str, Any] = {"Nom": "A", "Leer": "", "column_9": None, "Fax": "", "Fax privé": " "}
    rows = [first, {"Nom": "B", "Leer": " "}]
    found = suggested(rows, types=("Customer",))
    assert {item.name: item.why[-1].code for item in found.items} == {
        "Nom": "suggest_same_meaning",
        "Fax": "suggest_no_values",
    }
    assert found.blank == ("Leer", "column_9", "Fax privé")
    assert (found.unmatched, found.offers) == ((), ())


def test_in_a_file_of_nothing_but_names_the_names_count() -> None:
    found = suggested({"Nom": "", "E-mail": "", "Leer": ""}, types=("Customer",))
    assert ([item.field for item in found.items], found.unmatched, found.blank) == (
        ["LastName", "Email"],
        ("Leer",),
        (),
    )


def test_offered_fields_take_the_values_and_keep_their_names_apart() -> None:
    rows = [
        {"Nom": "A", "Coordonnée en X": "2.37", "Coordonnée en Y": "48.8", "geo_point_2d": "48.8, 2.3", "prix": "1,5"},
        {"Nom": "B", "Coordonnée en X": "2.38", "Coordonnée en Y": "49", "geo_point_2d": "48.9, 2.3", "prix": "7"},
    ]
    found = suggested(rows, types=("Customer",))
    assert [(offer.field, offer.kind) for offer in found.offers] == [
        ("_CoordonneeX", "Double"),
        ("_CoordonneeY", "Double"),
        ("_GeoPoint2D", "Position"),
        ("_Prix", "Double"),
    ]


def test_every_reason_has_its_sentence() -> None:
    rows = [{"Nom": "A", "mail": "a@x.org", "Zip": "35000", "id": "1", "fax": "0299853802", "x": "http://a.b"}] * 2
    for item in suggested(rows, types=("Customer",)).items:
        assert item.why
        for why in item.why:
            assert SENTENCES[why.code].format(**why.params)


@pytest.mark.parametrize(
    ("confidence", "words"), [(99, "sure"), (SURE, "sure"), (84, "likely"), (LIKELY, "likely"), (59, "possible")]
)
def test_a_confidence_is_said_in_words(confidence: int, words: str) -> None:
    assert words_of(confidence) == words
