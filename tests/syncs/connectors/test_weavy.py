"""What weavy holds comes here in packets, is marked once it was imported, and what goes there names each refusal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from sync_app.standins.weavy import Weavy as StandIn
from sync_app.standins.weavy_data import Record
from sync_app.syncs.connectors import weavy
from sync_app.syncs.connectors.base import Fetched, Link, Sent, Trouble
from sync_app.syncs.connectors.weavy import Weavy
from tests.syncs.connectors.conftest import NOON, Seconds, Serve
from tests.syncs.connectors.links import fails, link_of
from tests.syncs.http.scripted import answer, serving

WEAVY = Weavy()
SELECT = "POST /v1/Data/DEMO/Select"
BULK = "POST /v1/Data/DEMO/BulkImport"


class There:
    """A project of theirs, and a connection to it."""

    def __init__(self, serve: Serve) -> None:
        self.now: datetime = NOON
        self.standin = StandIn(clock=lambda: self.now)
        self.settings = {"address": serve(self.standin), "project": "DEMO", "username": self.standin.username}
        self.secrets = {"password": self.standin.password}

    def link(self, **transfer: Any) -> Link:
        asked = {"entity": "customer"} | transfer
        return link_of(now=lambda: self.now, settings=self.settings, secrets=self.secrets, transfer=asked)

    def pull(self, watermark: str = "", **transfer: Any) -> Fetched:
        return WEAVY.pull(self.link(**transfer), watermark=watermark)

    def settle(self, fetched: Fetched, *, ok: bool = True) -> None:
        WEAVY.settle(self.link(), receipt=json.loads(json.dumps(fetched.receipt)), ok=ok)

    def push(self, items: list[dict[str, Any]], skip: int = 0, **transfer: Any) -> list[Sent]:
        return list(WEAVY.push(self.link(**transfer), items=iter(items), key="sync-7-41", skip=skip))

    @property
    def held(self) -> dict[str, Record]:
        return self.standin.entities["customer"]

    def fill(self, count: int) -> None:
        for number in range(count):
            code = f"N{number:05}"
            record = {
                "customer_ID": code,
                "name": code,
                "srvExport": 0,
                "srvDateUTC": "2026-11-20T12:00:00",
                "srvAttrib": 0,
            }
            self.held[code] = record

    def asked(self, line: str) -> int:
        return self.standin.requests.count(line)


@pytest.fixture
def there(serve: Serve) -> There:
    return There(serve)


def codes(fetched: Fetched) -> list[str]:
    return [row["customer_ID"] for row in json.loads(fetched.body)]


def customers(*codes: str, **values: Any) -> list[dict[str, Any]]:
    return [{"customer_ID": code, "name": f"Name {code}"} | values for code in codes]


# --- signing in


def test_a_test_names_the_entities(there: There) -> None:
    found = WEAVY.test(there.link())
    assert (found.ok, found.lines[-1]) == (True, "Entities: customer, customercontact.")


@pytest.mark.parametrize("wrong", ["project", "username", "password"])
def test_credentials_that_are_refused_stop_it_at_once(there: There, wrong: str) -> None:
    (there.secrets if wrong == "password" else there.settings)[wrong] = "a-guess-that-nobody-made"
    with fails("credentials_refused", Trouble.CREDENTIALS) as failed:
        WEAVY.test(there.link())
    assert there.standin.requests == ["POST /v1/Authenticate"]
    assert there.secrets["password"] not in str(failed.params)


def test_a_token_that_ended_in_the_middle_is_replaced_once(there: There) -> None:
    there.fill(1500)
    there.standin.faults.switch_on("expired-token")
    assert len(codes(there.pull())) == 1504
    assert there.asked("POST /v1/Authenticate") == 2


# --- pulling


def test_records_come_in_packets_of_a_thousand(there: There) -> None:
    there.fill(2400)
    fetched = there.pull(which="all")
    assert (len(codes(fetched)), len(set(codes(fetched)))) == (2404, 2404)
    assert there.asked(SELECT) == 3


@pytest.mark.parametrize(("count", "complete"), [(995, True), (996, False), (1200, False)])
def test_only_a_list_that_came_at_once_is_known_to_be_whole(there: There, count: int, complete: bool) -> None:
    there.fill(count)
    assert there.pull(which="all").complete is complete


@pytest.mark.parametrize("receipt", [{}, {"entity": "customer"}])
def test_a_receipt_that_names_nothing_marks_nothing(there: There, receipt: dict[str, Any]) -> None:
    WEAVY.settle(there.link(), receipt=receipt, ok=True)
    assert there.standin.requests == []


def test_what_was_imported_is_marked_and_does_not_come_again(there: There) -> None:
    first = there.pull()
    assert codes(first) == ["C001", "C002", "C003", "C004"]
    there.settle(first)
    assert [record["srvExport"] for record in there.held.values()] == [1, 1, 1, 1]
    assert codes(there.pull()) == []


def test_what_changed_between_reading_and_marking_comes_again(there: There) -> None:
    first = there.pull()
    there.push(customers("C002"))
    there.settle(first)
    assert codes(there.pull()) == ["C002"]


def test_marking_twice_is_as_good_as_once(there: There) -> None:
    first = there.pull()
    there.settle(first)
    there.settle(first)
    assert codes(there.pull()) == []


def test_what_was_refused_here_is_not_marked_there(there: There) -> None:
    there.settle(there.pull(), ok=False)
    assert len(codes(there.pull())) == 4


def test_nothing_is_marked_when_that_is_not_wanted(there: There) -> None:
    fetched = there.pull(stamp=False)
    assert fetched.receipt == {}
    there.settle(fetched)
    assert len(codes(there.pull())) == 4


def test_many_records_are_marked_in_packets(there: There) -> None:
    there.fill(1200)
    there.settle(there.pull())
    assert there.asked("POST /v1/Data/DEMO/ValidateExport") == 2
    assert codes(there.pull()) == []


def test_changes_come_since_the_last_that_was_read(there: There) -> None:
    for code in ("C001", "C003", "C004"):
        there.held[code]["srvDateUTC"] = "2026-11-19T08:00:00"
    first = there.pull(which="changed")
    assert (len(codes(first)), first.watermark) == (4, max(str(row["srvDateUTC"]) for row in there.held.values()))
    there.push(customers("C002"))
    second = there.pull(first.watermark, which="changed")
    assert codes(second) == ["C002"]
    assert second.watermark == there.held["C002"]["srvDateUTC"]
    assert not second.complete


def test_a_pull_that_brings_nothing_keeps_its_place(there: There) -> None:
    assert there.pull("2999-01-01T00:00:00", which="changed").watermark == "2999-01-01T00:00:00"


@pytest.mark.parametrize(
    ("dates", "before", "after"),
    [
        (["2026-11-19T08:00:00", "2026-11-20T08:00:00"], "", "2026-11-20T08:00:00"),
        # As texts, the first would be the last.
        (["2026-11-20T09:00:00+02:00", "2026-11-20T08:00:00Z"], "", "2026-11-20T08:00:00Z"),
        (["2026-11-20 07:00:00", "2026-11-20T06:00:00.1234567Z"], "", "2026-11-20 07:00:00"),
        (["2026-11-20T08:00:00", "9999-12-31T00:00:00"], "", "2026-11-20T08:00:00"),
        (["2026-11-22T11:00:00"], "", "2026-11-22T11:00:00"),
        (["yesterday", "zzz", "", "2026-11-20T08:00:00", "2026-13-45T00:00:00"], "", "2026-11-20T08:00:00"),
        ([None, 7, True, {"a": 1}, ["x"], "2026-11-20T08:00:00"], "", "2026-11-20T08:00:00"),
        (["0001-01-01T00:00:00", "0001-01-01T00:00:00+05:00"], "2026-11-20T08:00:00", "2026-11-20T08:00:00"),
        (["2026-11-19T08:00:00"], "2026-11-20T08:00:00", "2026-11-20T08:00:00"),
        (["zzz"], "2026-11-20T08:00:00", "2026-11-20T08:00:00"),
        (["zzz"], "", ""),
    ],
)
def test_the_place_is_the_latest_moment_that_a_record_may_have(
    there: There, dates: list[Any], before: str, after: str
) -> None:
    record = dict(there.held["C001"])
    there.held.clear()
    for number, date in enumerate(dates):
        there.held[f"D{number}"] = record | {"customer_ID": f"D{number}", "srvDateUTC": date}
    fetched = there.pull(before, which="new")
    assert (fetched.watermark, len(codes(fetched))) == (after, len(dates))
    assert all(isinstance(date, str) and date for _, date in fetched.receipt.get("rows", []))


@pytest.mark.parametrize(
    ("watermark", "asked"),
    [
        ("2026-11-20T12:00:00", "2026-11-20 11:59:55"),
        ("2026-11-20T12:00:00Z", "2026-11-20 11:59:55"),
        ("2026-11-20T14:00:00+02:00", "2026-11-20 11:59:55"),
        ("2026-11-20T12:00:00.9999999Z", "2026-11-20 11:59:55"),
    ],
)
def test_what_changed_since_is_asked_for_in_their_time(watermark: str, asked: str) -> None:
    replies = answer({"authToken": "good"}), answer({"data": []})
    with serving(*replies) as server:
        settings = {"address": server.base, "project": "DEMO"}
        link = link_of(now=lambda: NOON, settings=settings, transfer={"entity": "customer", "which": "changed"})
        assert WEAVY.pull(link, watermark=watermark).watermark == watermark
    assert server.calls[1].json["filterFields"][0]["filterValues"] == [asked]


@pytest.mark.parametrize("place", ["0001-01-01T00:00:00", "2026-11-20T25:00:00", "2026", "-"])
def test_a_place_that_nobody_can_begin_at_is_refused(there: There, place: str) -> None:
    with fails("watermark_unread", Trouble.SETTINGS):
        there.pull(place, which="changed")


def test_a_place_that_is_no_moment_is_refused(there: There) -> None:
    with fails("watermark_unread", Trouble.SETTINGS):
        there.pull("yesterday", which="changed")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"city": "Lyon"}, ["C002"]),
        ({"city": "Lyon|Rennes"}, ["C002", "C003"]),
        ({"turnover GreaterThan": "100", "turnover LessThan": "1000"}, ["C002"]),
    ],
)
def test_filters_are_passed_on_and_what_is_left_proves_nothing(
    there: There, filters: dict[str, str], found: list[str]
) -> None:
    fetched = there.pull(which="all", filters=filters)
    assert (codes(fetched), fetched.complete) == (found, False)


def test_decimals_keep_every_digit(there: There) -> None:
    there.held["C003"]["turnover"] = 1234567890123.25
    assert b'"turnover":1234567890123.25' in there.pull().body


def test_a_packet_that_comes_again_is_refused(there: There) -> None:
    there.fill(1500)
    there.standin.faults.switch_on("repeated-page")
    with fails("page_repeated", Trouble.ANSWER) as failed:
        there.pull()
    assert failed.params["page"] == 2


def test_a_record_without_its_code_is_refused(there: There) -> None:
    there.held["C001"].pop("customer_ID")
    with fails("code_missing", Trouble.ANSWER):
        there.pull()


@pytest.mark.parametrize(
    ("fault", "code", "trouble"),
    [
        ("server-error:9", "remote_failing", Trouble.AGAIN),
        ("unavailable", "remote_failing", Trouble.AGAIN),
        ("too-many-requests-date:9", "remote_busy", Trouble.LATER),
        ("login-page", "answer_not_json", Trouble.ANSWER),
        ("cut-body:9", "answer_cut", Trouble.AGAIN),
        ("cut-without-length", "answer_cut", Trouble.AGAIN),
    ],
)
def test_what_is_no_whole_answer_brings_nothing(there: There, fault: str, code: str, trouble: Trouble) -> None:
    there.fill(1500)
    there.standin.faults.switch_on(fault)
    with fails(code, trouble):
        there.pull()


@pytest.mark.parametrize("fault", ["server-error", "too-many-requests", "cut-body"])
def test_a_passing_fault_is_waited_out(there: There, seconds: Seconds, fault: str) -> None:
    there.standin.faults.switch_on(fault)
    assert len(codes(there.pull())) == 4
    assert len(seconds.waits) == 1


@pytest.mark.parametrize(("fault", "count"), [("empty-listing", 0), ("half-listing", 2)])
def test_a_shrunken_source_comes_as_it_is_for_the_guards_to_judge(there: There, fault: str, count: int) -> None:
    there.standin.faults.switch_on(fault)
    assert len(codes(there.pull(which="all"))) == count


@pytest.mark.parametrize("entity", ["nothing", "customer?x=1"])
def test_an_entity_that_is_not_there_is_refused(there: There, entity: str) -> None:
    with fails("remote_refused", Trouble.ANSWER):
        there.pull(entity=entity)


# --- pushing


def test_records_are_sent_in_batches(there: There) -> None:
    sent = there.push(customers("C001", "X1", "X2"), batch=2)
    assert [(one.delivered, one.refused) for one in sent] == [(2, []), (1, [])]
    assert there.held["C001"]["name"] == "Name C001"
    assert there.held["C001"]["city"] == "Lille"
    assert {"X1", "X2"} <= set(there.held)


def test_the_record_to_blame_is_found_and_the_others_are_taken(there: There) -> None:
    items = [{"customercontact_ID": f"X{number}", "customer_ID": "C001"} for number in range(8)]
    items[5]["customer_ID"] = "none"
    [sent] = there.push(items, entity="customercontact")
    assert (sent.delivered, [(told.position, told.code) for told in sent.refused]) == (7, [(5, "foreign_key_invalid")])
    assert sent.refused[0].message == "customer_ID: there is no customer none."
    assert len(there.standin.entities["customercontact"]) == 10
    assert there.asked(BULK) == 7


def test_an_item_without_a_code_is_not_sent(there: There) -> None:
    items = [*customers("X1"), {"name": "?"}, *customers("X2"), {"customer_ID": "", "name": "?"}]
    [sent] = there.push(items)
    assert (sent.delivered, [told.position for told in sent.refused]) == (2, [1, 3])
    assert there.asked(BULK) == 1


def test_when_everything_is_refused_it_stops(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weavy, "REFUSED_AT_MOST", 3)
    items = [{"customercontact_ID": f"X{number}", "customer_ID": "none"} for number in range(8)]
    with fails("refused_too_many", Trouble.SETTINGS):
        there.push(items, entity="customercontact")


def test_what_was_confirmed_is_not_sent_again(there: There) -> None:
    there.push(customers("X1", "X2", "X3"), skip=2)
    assert set(there.held) & {"X1", "X2", "X3"} == {"X3"}


def test_a_reply_that_is_lost_is_asked_for_again(there: There) -> None:
    there.standin.faults.switch_on("lost-reply")
    [sent] = there.push(customers("X1"))
    assert (sent.delivered, there.asked(BULK), len(there.held)) == (1, 2, 5)


def test_a_company_is_named_where_there_is_one(there: There) -> None:
    there.settings["company"] = "01"
    assert len(codes(there.pull())) == 4
