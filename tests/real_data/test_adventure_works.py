"""A CRM's tables as they were dumped: no header line, three delimiters, XML in a cell, timestamps for days."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_data.desk import Desk, outcomes, rows
from tests.real_data.rehearsal import rehearsed

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db(transaction=True)]

FOLDER = "07-adventureworks-crm"
#: 105 people have an address at `consolidatedmessenger`, which is no host.
TABLES = [
    ("stores", "Store.csv", "+|", 701, 0),
    ("vendors", "Vendor.csv", "\t", 104, 0),
    ("buyers", "ProspectiveBuyer.csv", "|", 2_059, 105),
]


@pytest.fixture
def crm(desk: Desk) -> Desk:
    desk.install("stores", "vendors", "buyers")
    return desk


@pytest.mark.parametrize(("template", "name", "delimiter", "count", "failed"), TABLES)
def test_each_table_is_rehearsed_written_repeated_and_undone(
    crm: Desk, shared_data: Path, template: str, name: str, delimiter: str, count: int, failed: int
) -> None:
    shown, again = rehearsed(crm, template, (shared_data / FOLDER / name).read_bytes(), file_name=name)
    assert (rows(shown), shown.source["delimiter"]) == ((count - failed, failed), delimiter)
    assert (rows(again), again.by_type["Customer"]["unchanged"]) == (rows(shown), count - failed)


def test_stores_and_vendors_are_numbered_together(crm: Desk, shared_data: Path) -> None:
    for template, name, _, count, _ in TABLES[:2]:
        run = crm.bring(template, (shared_data / FOLDER / name).read_bytes(), file_name=name)
        assert outcomes(run, "Customer") == {"inserted": count}
    store = crm.record("Customer", _ENTITY="292")
    assert (store["Company"], store["_SALES"]) == ("Next-Door Bike Store", "800000")
    vendor = crm.record("Customer", _ENTITY="1492")
    assert (vendor["Reference"], vendor["NotValid"], vendor["_CHANGED"]) == ("AUSTRALI0001", False, "2022-12-22")


def test_people_arrive_from_columns_known_by_their_place(crm: Desk, shared_data: Path) -> None:
    crm.bring("buyers", (shared_data / FOLDER / "ProspectiveBuyer.csv").read_bytes(), file_name="ProspectiveBuyer.csv")
    buyer = crm.record("Customer", _PROSPECT="1")
    assert (buyer["FirstName"], buyer["LastName"], buyer["Title"]) == ("Adam", "Alexander", "Mr")
    assert (buyer["_BORN"], buyer["_INCOME"], buyer["Zip"]) == ("1945-12-30", "40000", "84720")
    assert (buyer["Type"], buyer["Phone"]) == ("Individual", "516-555-0187")
