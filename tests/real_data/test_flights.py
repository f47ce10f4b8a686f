"""Flights as planned tasks of their aircraft, many of which no register knows; dates in parts, NA for nothing."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from integration_admin.accounts.brands import create_brand
from sync_app.models import FailedRow, Run
from tests.real_data.desk import Desk, outcomes, rows
from tests.real_data.rehearsal import rehearsed

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db(transaction=True)]

FOLDER = "06-us-nycflights-planning"
JANUARY = "flights-2013-01.csv"
SAMPLE = 3_000
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def flights(db: None, now: datetime, shared_data: Path) -> Desk:
    """A brand of New York that knows the airlines, and the aircraft of the register."""
    brand = create_brand(
        key="flights", name="Flights", sandbox=False, at=now, by="the tests", time_zone="America/New_York"
    )
    desk = Desk(brand)
    desk.install("airlines", "aircraft", "flights", "missing-aircraft")
    desk.bring("airlines", (shared_data / FOLDER / "airlines.csv").read_bytes(), file_name="airlines.csv")
    planes = desk.bring("aircraft", (shared_data / FOLDER / "planes.csv").read_bytes(), file_name="planes.csv")
    assert outcomes(planes, "Resource") == {"inserted": 3_322}
    return desk


def lines(shared_data: Path, count: int = SAMPLE) -> list[dict[str, str]]:
    text = (shared_data / FOLDER / JANUARY).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))[:count]


def table(listed: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(listed[0]))
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue().encode()


def unknown(shared_data: Path, listed: list[dict[str, str]]) -> list[dict[str, str]]:
    """The flights whose aircraft no register knows."""
    text = (shared_data / FOLDER / "planes.csv").read_text(encoding="utf-8")
    known = {plane["tailnum"] for plane in csv.DictReader(io.StringIO(text))}
    return [line for line in listed if line["tailnum"] != "NA" and line["tailnum"] not in known]


def failed_rows_file(run: Run) -> bytes:
    """The failed rows as a person repairs them: here only to read the aircraft they name."""
    return b"[" + b",".join(row.content.encode() for row in FailedRow.objects.filter(run=run).order_by("row")) + b"]"


def test_flights_are_planned_from_the_parts_of_their_dates(flights: Desk, shared_data: Path) -> None:
    flights.bring("flights", table(lines(shared_data, 50)), file_name=JANUARY)
    flight = flights.record("Do", _FLIGHT="2013-1-1-UA-1545-EWR-515")
    aircraft = flights.record("Resource", _TAIL="N14228")
    airline = flights.record("Customer", _CARRIER="UA")
    assert flight["Label"] == "UA 1545 EWR IAH"
    assert (flight["Start"], flight["End"]) == ("2013-01-01T10:15:00Z", "2013-01-01T13:19:00Z")
    assert (flight["Resources"], flight["Customers"]) == ([aircraft["id"]], [airline["id"]])
    assert (aircraft["Type"], aircraft["Remark"]) == ("Material", "BOEING 737-824")
    assert "_SPEED" not in aircraft


def test_an_arrival_before_the_departure_is_on_the_next_day(flights: Desk, shared_data: Path) -> None:
    listed = lines(shared_data, 27_004)
    overnight = [line for line in listed if int(line["sched_arr_time"]) < int(line["sched_dep_time"])][:200]
    run = flights.bring("flights", table(overnight), file_name=JANUARY)
    done = flights.records("Do")
    assert len(done) == run.counts["rowsOk"] > 100
    for flight in done:
        start, end = (datetime.fromisoformat(flight[name]).astimezone(NEW_YORK) for name in ("Start", "End"))
        assert (end.date() - start.date()).days == 1


def test_a_flight_without_aircraft_is_planned_without_one(flights: Desk, shared_data: Path) -> None:
    bare = [line for line in lines(shared_data, 27_004) if line["tailnum"] == "NA"]
    run = flights.bring("flights", table(bare), file_name=JANUARY)
    assert (run.status, outcomes(run, "Do")) == ("succeeded", {"inserted": len(bare)})
    assert not any("Resources" in flight for flight in flights.records("Do"))


def test_flights_of_unknown_aircraft_fail_with_their_place(flights: Desk, shared_data: Path) -> None:
    listed = lines(shared_data)
    dangling = unknown(shared_data, listed)
    run = flights.bring("flights", table(listed), file_name=JANUARY, simulate=True)
    assert rows(run) == (SAMPLE - len(dangling), len(dangling))
    report = flights.report(run)
    assert report["errorsTotal"] == len(dangling)
    line = listed.index(dangling[0]) + 2
    assert report["errors"][0] == {
        "row": line,
        "item": "",
        "type": "Do",
        "code": "reference_missing",
        "message": "There is no Resource with this value.",
        "name": "tailnum",
        "field": "Resources",
        "value": dangling[0]["tailnum"],
    }


def test_failed_flights_are_retried_once_their_aircraft_are_there(flights: Desk, shared_data: Path) -> None:
    listed = lines(shared_data)
    dangling = unknown(shared_data, listed)
    first = flights.bring("flights", table(listed), file_name=JANUARY)
    missing = flights.bring("missing-aircraft", failed_rows_file(first), file_name="failed.json")
    assert outcomes(missing, "Resource")["inserted"] == len({line["tailnum"] for line in dangling})
    retried = flights.retry(first)
    assert (retried.status, outcomes(retried, "Do")) == ("succeeded", {"inserted": len(dangling)})
    again = flights.bring("flights", table(listed), file_name=JANUARY)
    assert outcomes(again, "Do") == {"unchanged": SAMPLE}
    assert flights.discrepancies() == []


def test_flights_are_rehearsed_written_repeated_and_undone(flights: Desk, shared_data: Path) -> None:
    shown, again = rehearsed(flights, "flights", table(lines(shared_data)), file_name=JANUARY)
    assert rows(again) == rows(shown)
    assert again.by_type["Do"]["unchanged"] == shown.by_type["Do"]["inserted"]


def test_a_month_of_flights_comes_in_whole(flights: Desk, shared_data: Path) -> None:
    body = (shared_data / FOLDER / JANUARY).read_bytes()
    run = flights.bring("flights", body, file_name=JANUARY)
    dangling = len(unknown(shared_data, lines(shared_data, 27_004)))
    assert outcomes(run, "Do") == {"inserted": 27_004 - dangling, "failed": dangling}
    assert run.statistics["codes"] == {"reference_missing": dangling}
