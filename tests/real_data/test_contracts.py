"""Public contracts from four publishers: nested JSON with a buyer, a list of suppliers, and no end date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.real_data.desk import Desk, outcomes, rows
from tests.real_data.rehearsal import rehearsed

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db(transaction=True)]

FOLDER = "01-fr-decp-marches-publics"
SOURCES = {
    "marches-publics.info.json": 4_509,
    "data.gouv.fr_pes.json": 1_148,
    "e-marchespublics.json": 470,
    "data.gouv.fr_aife.first1200.json": 1_200,
}
ROOT = "e-marchespublics.json"


@pytest.fixture
def contracts(desk: Desk) -> Desk:
    desk.install("contracts")
    return desk


def read(shared_data: Path, name: str) -> bytes:
    return (shared_data / FOLDER / name).read_bytes()


def written(*listed: dict[str, Any]) -> bytes:
    return json.dumps({"marches": listed}).encode()


def folded(key: str) -> str:
    return " ".join(key.casefold().split())


@pytest.mark.parametrize("name", SOURCES)
def test_each_source_is_rehearsed_written_repeated_and_undone(contracts: Desk, shared_data: Path, name: str) -> None:
    shown, again = rehearsed(contracts, "contracts", read(shared_data, name), file_name=name)
    assert rows(shown) == rows(again) == (SOURCES[name], 0)


def test_what_one_source_brings_on_top_of_the_others_is_undone_alone(contracts: Desk, shared_data: Path) -> None:
    for name in ("e-marchespublics.json", "data.gouv.fr_aife.first1200.json"):
        contracts.bring("contracts", read(shared_data, name), file_name=name)
    rehearsed(contracts, "contracts", read(shared_data, "data.gouv.fr_pes.json"), file_name="data.gouv.fr_pes.json")


def test_a_contract_has_its_buyer_its_suppliers_and_its_end(contracts: Desk, shared_data: Path) -> None:
    contracts.bring("contracts", read(shared_data, ROOT), file_name=ROOT)
    contract = contracts.record("Project", _CONTRACT="28850001000013-2018MA181101")
    buyer = contracts.record("Customer", _SIRET="28850001000013")
    supplier = contracts.record("Customer", _SIRET="82746233400018")
    assert (contract["Customer"], buyer["Company"]) == (buyer["id"], "SDIS de la Vendée")
    assert (contract["_SUPPLIERS"], supplier["Company"]) == ([supplier["id"]], "SAS SHOW VISION ACRO")
    assert (contract["StartDate"], contract["EndDate"]) == ("2018-12-03", "2019-12-03")
    assert contract["Budget"] == "80000"


def test_every_end_is_the_notification_and_the_duration(contracts: Desk, shared_data: Path) -> None:
    name = "data.gouv.fr_pes.json"
    contracts.bring("contracts", read(shared_data, name), file_name=name)
    last = {folded(f"{m['acheteur']['id']}-{m['id']}"): m for m in json.loads(read(shared_data, name))["marches"]}
    found = contracts.records("Project")
    assert len(found) == len(last)
    for project in found:
        contract = last[folded(project["_CONTRACT"])]
        day, months = contract["dateNotification"][:10], contract["dureeMois"]
        year, month = divmod(int(day[:4]) * 12 + int(day[5:7]) - 1 + months, 12)
        assert project["StartDate"] == day
        assert project["EndDate"][:7] == f"{year:04}-{month + 1:02}"


def test_each_supplier_is_a_customer_of_its_own(contracts: Desk) -> None:
    suppliers = [
        {"id": " 784 712 267 00060", "denominationSociale": "DS Avocats", "typeIdentifiant": "SIRET"},
        {"id": "TAHITI", "denominationSociale": None, "typeIdentifiant": "TAHITI"},
        {"denominationSociale": "Nobody"},
        {"id": "78471226700060", "denominationSociale": "DS AVOCATS", "typeIdentifiant": "SIRET"},
    ]
    body = written({"id": "C1", "acheteur": {"id": "1", "nom": "Ville"}, "objet": "Droit", "titulaires": suppliers})
    run = contracts.bring("contracts", body, file_name="contracts.json", simulate=True)
    shown = [(op["item"], op["operation"], op["key"]) for op in contracts.operations(run) if op["type"] == "Customer"]
    assert shown == [
        ("", "Insert", "1"),
        ("1", "Insert", "78471226700060"),
        ("2", "Insert", "TAHITI"),
        ("4", "Update", "78471226700060"),
    ]
    assert contracts.apply(run).counts["failed"] == 0
    project = contracts.record("Project", _CONTRACT="1-C1")
    assert len(project["_SUPPLIERS"]) == 2
    assert contracts.record("Customer", _SIRET="78471226700060")["Company"] == "DS AVOCATS"


def test_a_concession_is_read_by_its_other_names(contracts: Desk, shared_data: Path) -> None:
    name = "marches-publics.info.json"
    concessions = [m for m in json.loads(read(shared_data, name))["marches"] if "autoriteConcedante" in m]
    assert len(concessions) == 10
    run = contracts.bring("contracts", written(*concessions), file_name=name)
    assert outcomes(run, "Project") == {"inserted": 10}
    first = concessions[0]
    project = contracts.record("Project", _CONTRACT=f"{first['autoriteConcedante']['id']}-{first['id']}")
    assert project["StartDate"] == first["dateSignature"][:10]
    buyer = contracts.record("Customer", _SIRET=first["autoriteConcedante"]["id"])
    assert project["Customer"] == buyer["id"]
    assert len(project["_SUPPLIERS"]) == len(first["concessionnaires"])


def test_letters_that_were_lost_at_the_source_are_kept_as_they_came(contracts: Desk, shared_data: Path) -> None:
    name = "data.gouv.fr_aife.first1200.json"
    contracts.bring("contracts", read(shared_data, name), file_name=name)
    buyer = contracts.record("Customer", _SIRET="83455372900015")
    assert buyer["Company"] == "Soci\ufffdt\ufffd de livraison des ouvrages olympiques (SOLIDEO)"
