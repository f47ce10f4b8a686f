"""Training centres in Latin-1 with day numbers of a spreadsheet, and apprentices with four contracts in one row."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.real_data.desk import Desk, outcomes, rows
from tests.real_data.rehearsal import rehearsed

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db(transaction=True)]

CENTRES = "03-fr-apprentissage/cfa-sous-convention-regionale.latin1.csv"
WORKBOOK = "03-fr-apprentissage/contrats_modele-import-29012025.xlsx"


@pytest.fixture
def training(desk: Desk) -> Desk:
    desk.install("centres", "apprentices")
    return desk


def four_contracts(shared_data: Path) -> bytes:
    """The workbook, filled in as people do: four contracts that follow each other, two of them with one employer."""
    workbook = load_workbook(shared_data / WORKBOOK)
    sheet = workbook["Modèle"]
    columns = {str(cell.value).rstrip(" *"): place for place, cell in enumerate(sheet[1], start=1)}
    employers = {"": "11111111111111", "_2": "22222222222222", "_3": "11111111111111", "_4": "33333333333333"}
    for year, (group, employer) in enumerate(employers.items(), start=2021):
        sheet.cell(2, columns[f"siret_employeur{group}"]).value = employer
        sheet.cell(2, columns[f"contrat_date_debut{group}"]).value = datetime(year, 9, 1)
        sheet.cell(2, columns[f"contrat_date_fin{group}"]).value = f"31/08/{year + 1}"
        sheet.cell(2, columns[f"contrat_date_rupture{group}"]).value = None
    sheet.cell(2, columns["contrat_date_rupture_2"]).value = "2023-01-15"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_latin_letters_and_day_numbers_arrive_right(training: Desk, shared_data: Path) -> None:
    run = training.bring("centres", (shared_data / CENTRES).read_bytes(), file_name="centres.csv")
    assert (run.status, outcomes(run, "Customer")) == ("succeeded", {"inserted": 933})
    assert (run.source["encoding"], run.source["delimiter"]) == ("cp1252", ";")
    centre = training.record("Customer", _UAI="0010856A")
    assert centre["Company"] == "CTRE DE FORMATION D'APPRENTIS DE L'INDUSTRIE AFPMA"
    assert (centre["Address"], centre["City"]) == ("1  ALLÉE DES TYRANDES, CS90002", "PERONNAS")
    assert centre["_OPENED"] == "1969-03-26"
    assert "_CLOSED" not in centre


def test_the_centres_are_rehearsed_written_repeated_and_undone(training: Desk, shared_data: Path) -> None:
    shown, again = rehearsed(training, "centres", (shared_data / CENTRES).read_bytes(), file_name="centres.csv")
    assert rows(shown) == (933, 0)
    assert outcomes(again, "Customer") == {"unchanged": 933}


def test_one_row_gives_an_apprentice_and_four_contracts(training: Desk, shared_data: Path) -> None:
    run = training.bring("apprentices", four_contracts(shared_data), file_name="contracts.xlsx")
    assert run.status == "succeeded"
    assert outcomes(run, "Resource") == {"inserted": 1}
    assert outcomes(run, "Customer") == {"inserted": 3, "unchanged": 1}
    assert outcomes(run, "Do") == {"inserted": 4}
    apprentice = training.record("Resource", Email="gaston.dupuis@domain.tld")
    assert (apprentice["LastName"], apprentice["FirstName"], apprentice["Title"]) == ("Dupuis", "Gaston", "Ms")
    assert (apprentice["_BORN"], apprentice["Zip"], apprentice["Mobile"]) == ("1998-01-24", "44000", "+33612345678")
    contracts = sorted(training.records("Do"), key=lambda contract: contract["Start"])
    assert [contract["Start"][:10] for contract in contracts] == [f"{year}-08-31" for year in range(2021, 2025)]
    assert [contract["End"][:10] for contract in contracts] == ["2022-08-30", "2023-01-14", "2024-08-30", "2025-08-30"]
    assert all(contract["Resources"] == [apprentice["id"]] for contract in contracts)
    assert contracts[0]["Customers"] == contracts[2]["Customers"] != contracts[1]["Customers"]


def test_the_report_names_the_group_of_columns(training: Desk, shared_data: Path) -> None:
    run = training.bring("apprentices", four_contracts(shared_data), file_name="contracts.xlsx", simulate=True)
    shown = [(op["row"], op["item"], op["operation"]) for op in training.operations(run) if op["type"] == "Do"]
    assert shown == [(2, item, "Insert") for item in "1234"]
    assert run.source["resolved"]["contrat_date_debut_4"] == "contrat_date_debut_4 **"


@pytest.mark.parametrize("filled", [True, False])
def test_the_workbook_is_rehearsed_written_repeated_and_undone(training: Desk, shared_data: Path, filled: bool) -> None:
    """As it is published, its four contracts are one and the same: three are repetitions."""
    body = four_contracts(shared_data) if filled else (shared_data / WORKBOOK).read_bytes()
    shown, again = rehearsed(training, "apprentices", body, file_name="contracts.xlsx")
    assert rows(shown) == (1, 0)
    assert shown.by_type["Do"]["inserted"] == (4 if filled else 1)
    assert outcomes(again, "Do") == {"unchanged": 4}
