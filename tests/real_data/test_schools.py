"""A directory of schools: a CSV, its twin in JSON, and an older CSV of another department whose header differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_data.desk import Desk, outcomes, rows
from tests.real_data.rehearsal import rehearsed

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db(transaction=True)]

FOLDER = "02-fr-annuaire-education"
TABLE = "annuaire-val-de-marne-2026-05.csv"
TWIN = "annuaire-val-de-marne-2026-05.json"
OLDER = "annuaire-ille-et-vilaine-2023-06.csv"


@pytest.fixture
def schools(desk: Desk) -> Desk:
    desk.install("schools")
    return desk


def test_the_twin_changes_nothing(schools: Desk, shared_data: Path) -> None:
    table = schools.bring("schools", (shared_data / FOLDER / TABLE).read_bytes(), file_name=TABLE)
    assert (table.status, outcomes(table, "Customer")) == ("succeeded", {"inserted": 613})
    before = schools.digest()
    twin = schools.bring("schools", (shared_data / FOLDER / TWIN).read_bytes(), file_name=TWIN)
    assert (twin.status, outcomes(twin, "Customer")) == ("succeeded", {"unchanged": 613})
    assert schools.digest() == before
    assert twin.source["resolved"]["Nom_etablissement"] == "nom_etablissement"
    assert twin.source["missingNames"] == []


def test_values_arrive_as_people_would_write_them(schools: Desk, shared_data: Path) -> None:
    schools.bring("schools", (shared_data / FOLDER / TABLE).read_bytes(), file_name=TABLE)
    school = schools.record("Customer", _UAI="0940176F")
    del school["id"]
    assert school == {
        "Type": "Company",
        "_UAI": "0940176F",
        "Company": "Ecole élémentaire Robert Doisneau",
        "_NATURE": "Ecole",
        "_SECTOR": "Public",
        "Address": "Allée du Puits",
        "Zip": "94260",
        "City": "Fresnes",
        "Country": "France",
        "Phone": "+33172045505",
        "Email": "ce.0940176F@ac-creteil.fr",
        "RegistrationNumber": "21940034800195",
        "Position": "48.75113972238502,2.3235583553613646",
        "_NURSERY": False,
        "_SHARED": False,
        "_DISTRICT": "0940927X",
        "_OPENED": "1965-05-01",
        "_UPDATED": "2026-05-27",
        "NotValid": False,
    }


def test_a_header_that_drifted_is_reported(schools: Desk, shared_data: Path) -> None:
    run = schools.bring("schools", (shared_data / FOLDER / OLDER).read_bytes(), file_name=OLDER, simulate=True)
    source = schools.report(run)["source"]
    assert source["resolved"] == {"Code_postal": "Code postal"}
    assert source["missingNames"] == ["multi_uai", "code_circonscription"]
    assert {"etablissement_multi_lignes", "Nombre_d_eleves", "coordonnee_X"} <= set(source["unusedColumns"])


@pytest.mark.parametrize(("name", "count", "repeated"), [(TABLE, 613, 0), (TWIN, 613, 0), (OLDER, 996, 3)])
def test_each_file_is_rehearsed_written_repeated_and_undone(
    schools: Desk, shared_data: Path, name: str, count: int, repeated: int
) -> None:
    shown, again = rehearsed(schools, "schools", (shared_data / FOLDER / name).read_bytes(), file_name=name)
    assert rows(shown) == (count, 0)
    assert shown.by_type["Customer"]["inserted"] == count - repeated
    assert again.statistics["codes"].get("key_repeated", 0) == repeated
    assert again.by_type["Customer"]["updated"] == 2 * repeated


def test_a_school_points_to_the_one_it_belongs_to_wherever_that_stands(schools: Desk, shared_data: Path) -> None:
    run = schools.bring("schools", (shared_data / FOLDER / OLDER).read_bytes(), file_name=OLDER)
    later = [op for op in schools.operations(run) if op["code"] == "reference_set_later"]
    assert len(later) == 12
    names = {record["id"]: record["Company"] for record in schools.records("Customer")}
    children = [record for record in schools.records("Customer") if "Parent" in record]
    assert len(children) > len(later)
    assert all(child["Parent"] in names for child in children)
