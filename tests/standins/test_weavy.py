"""The stand-in of weavy does what the vendor's page says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync_app.standins.asked import Answer
from sync_app.standins.weavy import PACKET, Weavy
from tests.standins.calls import ask

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DATA = "/v1/Data/DEMO"


class Caller:
    """A program that has signed in."""

    def __init__(self) -> None:
        self.now = NOON
        self.standin = Weavy(clock=lambda: self.now)
        self.headers: dict[str, str] = {}
        self.signed_in = self.ask("POST", "/v1/Authenticate", self.credentials())
        self.headers = {"authorization": f"Bearer {self.signed_in.content['authToken']}"}

    def credentials(self) -> dict[str, str]:
        known = {"projectCode": "DEMO", "userName": self.standin.username, "password": self.standin.password}
        return {"scope": "API"} | known

    def ask(self, method: str, target: str, content: Any = None) -> Answer:
        return ask(self.standin, method, target, content, **self.headers)

    def select(self, *filters: tuple[str, str, list[Any]], **more: Any) -> Any:
        listed = [
            {"filterKey": f"k{n}", "fieldName": f, "operator": o, "filterValues": v}
            for n, (f, o, v) in enumerate(filters)
        ]
        return self.ask("POST", f"{DATA}/Select", {"entityName": "customer", "filterFields": listed} | more).content

    def codes(self, *filters: tuple[str, str, list[Any]]) -> list[str]:
        return [row["customer_ID"] for row in self.select(*filters)]


@pytest.fixture
def caller() -> Caller:
    return Caller()


def test_it_gives_a_token_for_twelve_hours(caller: Caller) -> None:
    answer = caller.signed_in.content
    assert (answer["expiresIn"], answer["generatedTimeUTC"]) == (43200, "2026-11-21T12:00:00.0000000Z")
    caller.now += timedelta(hours=12)
    assert caller.ask("GET", f"{DATA}/customer").status == 401


@pytest.mark.parametrize("wrong", ["projectCode", "userName", "password"])
def test_wrong_credentials_are_refused(caller: Caller, wrong: str) -> None:
    assert caller.ask("POST", "/v1/Authenticate", caller.credentials() | {wrong: "x"}).status == 401


@pytest.mark.parametrize("address", ["/V1/data/demo/Customer", "/v1/Data/DEMO/customer?offset=0"])
def test_addresses_are_taken_in_any_case(caller: Caller, address: str) -> None:
    assert len(caller.ask("GET", address).content) == 4


def test_a_list_comes_in_packets_of_a_thousand(caller: Caller) -> None:
    rows = [{"customer_ID": f"N{number:05}", "name": f"Name {number}"} for number in range(2_000)]
    assert (
        caller.ask("POST", f"{DATA}/BulkImport", {"entityName": "customer", "rows": rows}).content["addedRow"] == 2_000
    )
    sizes = [len(caller.select(offset=offset)) for offset in (0, PACKET, 2 * PACKET, 3 * PACKET)]
    assert sizes == [1000, 1000, 4, 0]


@pytest.mark.parametrize(
    ("filters", "codes"),
    [
        ([("city", "equal", ["Lyon", "Rennes"])], ["C002", "C003"]),
        ([("city", "notEqual", ["Lyon"]), ("turnover", "GreaterThan", ["100"])], ["C001"]),
        ([("srvDate", "LessThan", ["2026-11-20 12:00:03"])], ["C001", "C002"]),
        ([("srvExport", "equal", [0])], ["C001", "C002", "C003", "C004"]),
        ([("isActive", "equal", ["false"])], []),
    ],
)
def test_filters_hold_together(caller: Caller, filters: list[tuple[str, str, list[Any]]], codes: list[str]) -> None:
    assert caller.codes(*filters) == codes


def test_the_code_and_the_date_come_unasked(caller: Caller) -> None:
    rows = caller.select(returnFields=[{"fieldName": "name"}])
    assert set(rows[0]) == {"customer_ID", "name", "srvExport", "srvDateUTC", "srvAttrib"}


@pytest.mark.parametrize("operator", ["resembles", ""])
def test_an_operator_it_does_not_know_is_refused(caller: Caller, operator: str) -> None:
    assert caller.select(("city", operator, ["x"]))["errorCode"] == "filter_refused"


def test_a_bulk_import_is_all_or_nothing(caller: Caller) -> None:
    rows = [{"customercontact_ID": "K9", "customer_ID": "C001"}, {"customercontact_ID": "K10", "customer_ID": "none"}]
    answer = caller.ask("POST", f"{DATA}/BulkImport", {"entityName": "customercontact", "rows": rows})
    assert (answer.status, answer.content["errorCode"]) == (400, "foreign_key_invalid")
    assert caller.ask("GET", f"{DATA}/customercontact/K9").status == 404


def test_a_bulk_import_updates_what_is_there_and_makes_it_one_to_export(caller: Caller) -> None:
    stamp(caller, "C001")
    rows = [{"customer_ID": "C001", "city": "Roubaix"}, {"customer_ID": "C900", "name": "New"}]
    answer = caller.ask("POST", f"{DATA}/BulkImport", {"entityName": "customer", "rows": rows}).content
    assert (answer["addedRow"], answer["updatedRow"]) == (1, 1)
    row = caller.ask("GET", f"{DATA}/customer/C001").content
    assert (row["city"], row["name"], row["srvExport"]) == ("Roubaix", "Ateliers du Nord", 0)


def stamp(caller: Caller, code: str, date: str = "") -> Any:
    read = date or caller.ask("GET", f"{DATA}/customer/{code}").content["srvDateUTC"]
    body = {"entityName": "customer", "srvExport": 1, "rows": [{"rowCode": code, "srvDateUTC": read}]}
    return caller.ask("POST", f"{DATA}/ValidateExport", body).content


def test_what_is_stamped_is_no_longer_to_be_exported(caller: Caller) -> None:
    assert stamp(caller, "C002")["updatedRow"] == 1
    assert "C002" not in caller.codes(("srvExport", "equal", [0]))


def test_what_was_changed_since_it_was_read_is_not_stamped(caller: Caller) -> None:
    answer = stamp(caller, "C002", "2020-01-01T00:00:00")
    assert (answer["updatedRow"], answer["rejectedRows"][0]["rowCode"]) == (0, "C002")


def test_single_records_are_made_read_changed_and_deleted(caller: Caller) -> None:
    made = caller.ask("POST", f"{DATA}/customer", {"name": "Neu"}).content
    address = f"{DATA}/customer/{made['customer_ID']}"
    assert caller.ask("PUT", address, {"city": "Ulm"}).content["city"] == "Ulm"
    assert caller.ask("POST", f"{DATA}/customer", {"customer_ID": "C001"}).status == 409
    assert caller.ask("DELETE", f"{address}?deleteMode=Physical").status == 200
    assert caller.ask("GET", address).status == 404


def test_the_dictionary_says_the_types_of_fields(caller: Caller) -> None:
    fields = caller.ask("GET", "/v1/Dictionary/DEMO/customercontact").content["fields"]
    types = {field["fieldName"]: field["fieldType"] for field in fields}
    assert (types["customercontact_ID"], types["customer_ID"], types["srvExport"]) == (
        "text",
        "text(foreignkey)",
        "int",
    )
    assert [entity["entityName"] for entity in caller.ask("GET", "/v1/Dictionary/DEMO").content] == [
        "customer",
        "customercontact",
    ]


@pytest.mark.parametrize("target", ["/v1/Data/OTHER/customer", "/v1/Data/DEMO/nothing", "/v1/nothing"])
def test_what_is_not_there_is_refused(caller: Caller, target: str) -> None:
    assert caller.ask("GET", target).status == 404
