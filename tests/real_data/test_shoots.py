"""Film shoots in Paris: one line is a producer, a director, a film and a shoot; two snapshots, two headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_data.desk import Desk, outcomes, rows
from tests.real_data.rehearsal import rehearsed

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db(transaction=True)]

FOLDER = "04-fr-tournages-paris"
OLDER = "lieux-de-tournage-a-paris.2021-05.csv"
NEWER = "lieux-de-tournage-a-paris.2026-03.csv"
SAMPLE = 1_500


@pytest.fixture
def shoots(desk: Desk) -> Desk:
    desk.install("shoots")
    return desk


def sample(path: Path) -> bytes:
    """The header and the first rows."""
    return b"".join(path.read_bytes().splitlines(keepends=True)[: SAMPLE + 1])


def test_the_newer_snapshot_adds_what_is_new_and_touches_nothing_else(shoots: Desk, shared_data: Path) -> None:
    older = shoots.bring("shoots", (shared_data / FOLDER / OLDER).read_bytes(), file_name=OLDER)
    assert (older.status, outcomes(older, "Do")) == ("succeeded", {"inserted": 8_919})
    newer = shoots.bring("shoots", (shared_data / FOLDER / NEWER).read_bytes(), file_name=NEWER)
    assert (newer.status, rows(newer)) == ("with_failures", (14_752, 8))
    assert outcomes(newer, "Do") == {"inserted": 5_833, "unchanged": 8_919, "failed": 8}
    assert newer.source["missingNames"] == []
    assert newer.source["unusedColumns"] == ["Année du tournage", "geo_shape"]
    errors = shoots.report(newer)["errors"]
    assert {(error["code"], error["name"]) for error in errors} == {("end_before_start", "Date de fin")}
    assert len({error["row"] for error in errors if error["type"] == "Do"}) == 8
    assert shoots.discrepancies() == []


def test_one_line_gives_four_linked_records(shoots: Desk, shared_data: Path) -> None:
    shoots.bring("shoots", sample(shared_data / FOLDER / OLDER), file_name=OLDER)
    shoot = shoots.record("Do", _ID="2019-168")
    [customer] = [record for record in shoots.records("Customer") if record["id"] in shoot["Customers"]]
    [director] = [record for record in shoots.records("Resource") if record["id"] in shoot["Resources"]]
    [film] = [record for record in shoots.records("Project") if record["id"] == shoot["Project"]]
    assert (customer["Company"], customer["Type"]) == ("Banijay Studios France", "Company")
    assert (director["Label"], director["Type"]) == ("Jeanne Herry", "Human")
    assert (film["Label"], film["Customer"], shoot["Label"]) == ("Fleabag", customer["id"], "Fleabag")
    assert (shoot["Start"], shoot["End"]) == ("2019-02-14T23:00:00Z", "2019-02-16T22:59:00Z")
    assert (shoot["_LAT"], shoot["_LON"]) == ("48.858219", "2.36247")


def test_a_film_lasts_from_its_first_shoot_to_its_last(shoots: Desk, shared_data: Path) -> None:
    shoots.bring("shoots", sample(shared_data / FOLDER / OLDER), file_name=OLDER)
    films = {film["id"]: film for film in shoots.records("Project")}
    days: dict[int, list[str]] = {}
    for operation in shoots.records("Do"):
        days.setdefault(operation["Project"], []).append(operation["End"][:10])
    assert len(films) == len(days) > 100
    assert all(films[film]["EndDate"] == max(ends) for film, ends in days.items())


@pytest.mark.parametrize(("name", "failed"), [(OLDER, 0), (NEWER, 1)])
def test_a_snapshot_is_rehearsed_written_repeated_and_undone(
    shoots: Desk, shared_data: Path, name: str, failed: int
) -> None:
    shown, again = rehearsed(shoots, "shoots", sample(shared_data / FOLDER / name), file_name=name)
    assert rows(shown) == (SAMPLE - failed, failed)
    assert again.by_type["Do"]["unchanged"] == SAMPLE - failed
