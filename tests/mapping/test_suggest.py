"""Suggestions: what columns look made for, how sure that is and why; asked where it is open, nothing overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.types import Catalog
from templates_app.language.checks import check
from templates_app.language.compiler import compile_import
from templates_app.language.findings import has_errors
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.writer import write
from templates_app.mapping.flattening import flattened
from templates_app.mapping.suggesting.accepting import added
from templates_app.mapping.suggesting.suggest import suggest
from templates_app.mapping.suggesting.suggestions import (
    LIKELY,
    SURE,
    Earlier,
    ProposedStep,
    Suggestion,
    Suggestions,
    words_of,
)
from templates_app.mapping.suggestion_sentences import SENTENCES
from templates_app.sources.rows import Row
from tests.language.mapping_catalog import CATALOG, SETTING

PLANNING = planning_pack()


def suggested(
    rows: Sequence[Mapping[str, Any]] | Mapping[str, Any], *, catalog: Catalog = PLANNING, **options: Any
) -> Suggestions:
    listed = [rows] if isinstance(rows, Mapping) else rows
    columns = list(dict.fromkeys(name for row in listed for name in row))
    return suggest(columns=columns, rows=listed, catalog=catalog, **options)


def named(found: Suggestions, name: str) -> Suggestion:
    return next(item for item in found.items if item.name == name)


def target(*columns: str, of: str, types: tuple[str, ...] = ("Customer",)) -> tuple[str, int]:
    found = suggested(dict.fromkeys(columns, ""), types=types)
    item = named(found, of)
    return item.field, item.confidence


# --- by name


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


# --- by values


def test_values_that_are_no_addresses_speak_against_the_name() -> None:
    rows = [{"email": text} for text in ("yes", "no", "yes")]
    assert [item.field for item in suggested(rows, types=("Customer",)).items] == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (["a@x.org", "b@y.fr"], "Email"),
        (["https://x.org/a", "http://y.fr"], "Website"),
        (["01 42 96 12 34", "+33612345678"], "Phone"),
    ],
)
def test_values_speak_for_themselves_whatever_the_column_is_called(values: list[str], field: str) -> None:
    item = suggested([{"zzz": value} for value in values], types=("Customer",)).items[0]
    assert item.field == field
    assert item.confidence < SURE


def test_a_column_of_codes_is_no_town() -> None:
    rows = [{"commune": "01004", "commune_libe": "Ambérieu"}, {"commune": "01289", "commune_libe": "Péronnas"}]
    found = suggested(rows, types=("Customer",))
    assert named(found, "commune_libe").field == "City"
    assert "commune" in found.unmatched


@pytest.mark.parametrize(
    ("values", "step"),
    [
        (["2024-01-31", "2024-02-01"], ()),
        (["2024-01-31T08:00:00Z"], ()),
        (["31/01/2024", "01/02/2024"], (("Format", "dd/MM/yyyy"),)),
        (["1/31/2024", "2/1/2024"], (("Format", "M/d/yyyy"),)),
        (["31.1.2024", "1.2.2024"], (("Format", "d.M.yyyy"),)),
        (["20240131", "20240201"], (("Format", "yyyyMMdd"),)),
        (["02-JAN-24", "31-DEC-23"], (("Format", "d-MMM-yy"),)),
        (["3 févr. 2024", "12 août 2023"], (("Format", "d MMM yyyy"),)),
        (["45322", "45323"], (("Format", "Excel"),)),
        (["31/01/2024 08:30", "01/02/2024 17:00"], (("Format", "dd/MM/yyyy HH:mm"),)),
        (["31-12-99", "15-01-24"], (("Format", "dd-MM-yy"),)),
    ],
)
def test_dates_come_with_the_step_that_reads_them(values: list[str], step: tuple[tuple[str, str], ...]) -> None:
    found = suggested([{"Date de début": value} for value in values], types=("Project",))
    item = named(found, "Date de début")
    assert (item.field, item.question) == ("StartDate", None)
    assert item.steps == ((ProposedStep("Date", step),) if step else ())


@pytest.mark.parametrize("values", [["01/02/2024"], ["01/02/2024", "05/06/2024", "11/12/2023"]])
def test_dates_that_fit_two_formats_are_asked_about_and_not_guessed(values: list[str]) -> None:
    found = suggested([{"Start date": value} for value in values], types=("Project",))
    item = named(found, "Start date")
    assert item.steps == ()
    assert item.question is not None
    assert [(reading.format, reading.example, reading.read) for reading in item.question.readings] == [
        ("dd/MM/yyyy", "01/02/2024", "2024-02-01"),
        ("MM/dd/yyyy", "01/02/2024", "2024-01-02"),
    ]
    assert found.questions == (item.question,)


def test_one_value_that_fits_one_format_only_settles_it() -> None:
    rows = [{"Start date": text} for text in ("01/02/2024", "05/06/2024", "25/12/2023")]
    item = named(suggested(rows, types=("Project",)), "Start date")
    assert (item.question, item.steps) == (None, (ProposedStep("Date", (("Format", "dd/MM/yyyy"),)),))


def test_a_year_alone_is_no_date() -> None:
    assert suggested([{"Date de début": "2021"}, {"Date de début": "2022"}], types=("Project",)).items == ()


@pytest.mark.parametrize(
    ("values", "step"),
    [
        (["1.5", "200"], None),
        (["1,5", "200,25"], (("Decimal", ","),)),
        (["1 234,50", "12,00"], (("Decimal", ","), ("Thousands", " "))),
        (["1,234.50", "12.00"], (("Thousands", ","),)),
        (["1.234,50", "7,25"], (("Decimal", ","), ("Thousands", "."))),
    ],
)
def test_numbers_come_with_the_step_that_reads_them(values: list[str], step: Any) -> None:
    item = named(suggested([{"Budget": value} for value in values], types=("Project",)), "Budget")
    assert item.question is None
    assert item.steps == ((ProposedStep("Number", step),) if step else ())


def test_a_number_that_can_be_read_in_two_ways_is_asked_about() -> None:
    item = named(suggested([{"Budget": "1,234"}, {"Budget": "5,678"}], types=("Project",)), "Budget")
    assert item.question is not None
    assert (item.question.about, [reading.read for reading in item.question.readings]) == ("number", ["1.234", "1234"])
    assert [reading.steps[0].attributes for reading in item.question.readings] == [
        (("Decimal", ","),),
        (("Thousands", ","),),
    ]


@pytest.mark.parametrize(
    ("values", "step"),
    [
        (["true", "false"], None),
        (["1", "0"], None),
        (["Oui", "Non"], (("True", "Oui"), ("False", "Non"))),
        (["ja", "nein"], (("True", "ja"), ("False", "nein"))),
        (["X", ""], (("True", "X"),)),
    ],
)
def test_words_for_yes_and_no_come_with_the_step_that_reads_them(values: list[str], step: Any) -> None:
    item = named(suggested([{"inactif": value} for value in values], types=("Customer",)), "inactif")
    assert item.field == "NotValid"
    assert item.steps == ((ProposedStep("Boolean", step),) if step else ())


def test_forms_of_address_come_with_the_map_that_turns_them() -> None:
    rows = [{"Civilité": text} for text in ("M.", "Mme", "Mlle")]
    item = named(suggested(rows, types=("Customer",)), "Civilité")
    assert item.steps == (ProposedStep("Map", cases=(("M.", "Mr"), ("Mlle", "Miss"), ("Mme", "Ms"))),)


@pytest.mark.parametrize("value", [["M."], {"text": "M."}])
def test_titles_that_are_no_texts_are_mapped_by_no_map_without_cases(value: object) -> None:
    rows = [{"Civilité": value}]
    assert suggest(columns=["Civilité"], rows=rows, catalog=PLANNING).items == ()


def test_references_come_with_a_lookup_and_are_less_sure() -> None:
    item = named(suggested({"Client": "Gaumont", "Projet": "Film"}, types=("Project",)), "Client")
    assert (item.field, item.steps) == ("Customer", (ProposedStep("Lookup", (("Match", "Company"),)),))
    assert item.confidence < 90


def test_texts_that_mean_nothing_are_said_and_left_out_of_account() -> None:
    rows = [{"Budget": "1,5"}, {"Budget": "NA"}, {"Budget": "2,5"}]
    found = suggested(rows, types=("Project",))
    assert found.empty == ("NA",)
    assert named(found, "Budget").steps == (ProposedStep("Number", (("Decimal", ","),)),)


def test_a_code_of_two_letters_among_others_means_something() -> None:
    countries = ["AD", "FR", "NA", "NC", "US"]
    assert suggested([{"code": code, "Name": code} for code in countries]).empty == ()
    assert suggested([{"code": code, "Name": "-"} for code in countries]).empty == ("-",)
    assert suggested([{"delay": value} for value in ("1", "22", "NA", "OK")]).empty == ("NA",)


# --- types, keys, what is mapped already


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


# --- objects in JSON


def test_objects_are_spread_out_under_their_paths() -> None:
    rows = [{"id": 1, "acheteur": {"id": "285", "nom": "SDIS", "lieu": {"cp": "85"}}, "titulaires": [{"id": 1}]}]
    columns, flat = flattened(("id", "acheteur", "titulaires"), rows)
    assert columns == ("id", "acheteur/id", "acheteur/nom", "acheteur/lieu/cp", "titulaires")
    assert flat[0]["acheteur/lieu/cp"] == "85"
    item = named(suggested(flat, types=("Customer",)), "acheteur/nom")
    assert item.field == "Company"


def test_flat_rows_stay_as_they_are() -> None:
    assert flattened(("a",), [{"a": 1}, 5]) == (("a",), [{"a": 1}])


# --- accepting


def template_of(items: Sequence[Suggestion], *, rows_path: str = "", **said: Any) -> str:
    root = Element("In", {"Rows": rows_path} if rows_path else {})
    return write(added(root, items, **said))


def accepted(rows: Any, **options: Any) -> tuple[Suggestion, ...]:
    return suggested(rows, **options).items


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
