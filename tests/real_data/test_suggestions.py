"""Suggestions for files nobody wrote for us: what a person would map without thinking is found, and nothing odd."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from templates_app.catalog.packs.planning import planning_pack
from templates_app.language.checks import check
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.writer import write
from templates_app.mapping.flattening import flattened
from templates_app.mapping.suggesting.accepting import added
from templates_app.mapping.suggesting.suggest import suggest
from templates_app.mapping.suggesting.suggestions import LIKELY, Suggestions
from tests.sources.opening import source_from

CATALOG = planning_pack()

SCHOOLS = {
    "Nom_etablissement": "Company",
    "Adresse_1": "Address",
    "Code_postal": "Zip",
    "Nom_commune": "City",
    "Telephone": "Phone",
    "Fax": "Fax",
    "Web": "Website",
    "Mail": "Email",
    "SIREN_SIRET": "RegistrationNumber",
}
FILES = {
    "02-fr-annuaire-education/annuaire-val-de-marne-2026-05.csv": ("Customer", SCHOOLS),
    "02-fr-annuaire-education/annuaire-val-de-marne-2026-05.json": (
        "Customer", {name.lower(): field for name, field in SCHOOLS.items()},
    ),
    "03-fr-apprentissage/cfa-sous-convention-regionale.latin1.csv": (
        "Customer",
        {
            "denomination_principale": "Company",
            "code_postal_uai": "Zip",
            "localite_acheminement_uai": "City",
        },
    ),
    "03-fr-apprentissage/apprenants_sample-import-of-test.csv": (
        "Customer", {"Sexe": "Title", "Nom": "LastName", "Prenom": "FirstName", "Email": "Email"},
    ),
    "04-fr-tournages-paris/lieux-de-tournage-a-paris.2026-03.csv": (
        "Project",
        {"Titre": "Label", "Code postal": "Zip", "Date de début": "StartDate", "Date de fin": "EndDate"},
    ),
    "01-fr-decp-marches-publics/e-marchespublics.json": (
        "Project", {"objet": "Label", "dateNotification": "StartDate", "montant": "Budget"},
    ),
}  # fmt: skip


def suggested(path: Path) -> Suggestions:
    rows_path = "marches" if path.parent.name.startswith("01") else ""
    source = source_from(path.read_bytes(), name=path.name, rows_path=rows_path)
    columns, rows = flattened(source.format.columns, [row.data for row in islice(source.rows(), 300)])
    return suggest(columns=columns, rows=rows, catalog=CATALOG)


@pytest.mark.parametrize("name", FILES)
def test_what_is_plain_is_found_and_likely(shared_data: Path, name: str) -> None:
    entity, expected = FILES[name]
    found = suggested(shared_data / name)
    likely = {item.name: item.field for item in found.items if item.confidence >= LIKELY and item.create is None}
    assert found.types[0].type == entity
    assert likely == expected | {"position": "Position"} if "position" in likely else likely == expected


@pytest.mark.parametrize("name", FILES)
def test_what_is_suggested_can_be_checked_without_an_error(shared_data: Path, name: str) -> None:
    found = suggested(shared_data / name)
    root = read(write(added(Element("In", {}), [item for item in found.items if item.create is None]))).root
    assert root is not None
    assert [finding.code for finding in check(root, CATALOG) if finding.severity == "error"] == []


@pytest.mark.parametrize(
    ("name", "column", "field"),
    [
        (
            "02-fr-annuaire-education/annuaire-val-de-marne-2026-05.csv",
            "Identifiant_de_l_etablissement",
            "_Identifiant",
        ),
        ("03-fr-apprentissage/cfa-sous-convention-regionale.latin1.csv", "numero_uai", "_NumeroUai"),
        ("04-fr-tournages-paris/lieux-de-tournage-a-paris.2026-03.csv", "Identifiant du lieu", "_IdentifiantLieu"),
    ],
)
def test_what_tells_the_rows_apart_is_proposed_as_a_field_to_match_by(
    shared_data: Path, name: str, column: str, field: str
) -> None:
    keys = [item for item in suggested(shared_data / name).items if item.key]
    assert [(item.name, item.field, item.create is not None) for item in keys] == [(column, field, True)]
