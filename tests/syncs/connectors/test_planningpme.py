"""What PlanningPME holds comes here whole or not at all, and what goes there was simulated first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from sync_app.standins.planningpme import PlanningPme as StandIn
from sync_app.syncs.connectors import planningpme
from sync_app.syncs.connectors.base import Fetched, Link, Sent, Trouble
from sync_app.syncs.connectors.planningpme import PlanningPme
from sync_app.syncs.connectors.planningpme_report import read_report
from sync_app.syncs.http.addresses import read_address
from sync_app.syncs.http.answers import Answer
from tests.syncs.connectors.conftest import NOON, Seconds, Serve
from tests.syncs.connectors.links import fails, link_of

PME = PlanningPme()
IMPORT = "POST /demo/api/integration/client-import"


class There:
    """A brand of theirs, and a connection to it."""

    def __init__(self, serve: Serve, *, cursors: bool = False) -> None:
        self.now: datetime = NOON
        self.standin = StandIn(clock=lambda: self.now, cursors=cursors)
        self.settings = {"address": f"{serve(self.standin)}/demo", "sign_in": "password", "username": "planner"}
        self.secrets = {"appkey": self.standin.appkey, "password": self.standin.password}

    def link(self, **transfer: Any) -> Link:
        return link_of(now=lambda: self.now, settings=self.settings, secrets=self.secrets, transfer=transfer)

    def pull(self, watermark: str = "", **transfer: Any) -> Fetched:
        return PME.pull(self.link(**transfer), watermark=watermark)

    def push(self, items: list[dict[str, Any]], skip: int = 0, **transfer: Any) -> list[Sent]:
        link = self.link(template="client-import", **transfer)
        return list(PME.push(link, items=iter(items), key="sync-7-41", skip=skip))

    def codes(self) -> set[str]:
        return {row["fields"]["IDDOSSIER"] for row in self.standin.entities["customer"].values()}

    def asked(self, line: str) -> int:
        return self.standin.requests.count(line)


@pytest.fixture
def there(serve: Serve) -> There:
    return There(serve)


def rows_of(fetched: Fetched) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(fetched.body)
    return found


def people(*numbers: int, **wrong: str) -> list[dict[str, Any]]:
    return [{"ID_DOSSIER": f"D-{number}", "Nom usage": f"Nom {number}"} | wrong for number in numbers]


# --- signing in


def test_a_test_names_the_templates(there: There) -> None:
    found = PME.test(there.link())
    assert found.ok
    assert "client-export, project-export" in found.lines[1]
    assert "client-import, project-import" in found.lines[2]


def test_an_account_token_opens_as_well(there: There) -> None:
    there.settings = {"address": there.settings["address"], "sign_in": "account"}
    there.secrets = {"appkey": there.standin.appkey, "account_token": there.standin.account_token}
    assert PME.test(there.link()).ok


@pytest.mark.parametrize("wrong", ["appkey", "password"])
def test_credentials_that_are_refused_stop_it_at_once(there: There, wrong: str) -> None:
    there.secrets[wrong] = "a-guess-that-nobody-made"
    with fails("credentials_refused", Trouble.CREDENTIALS) as failed:
        PME.test(there.link())
    assert there.standin.requests == ["POST /demo/token"]
    assert "a-guess-that-nobody-made" not in str(failed.params)


def test_a_token_that_ended_is_replaced_once(there: There) -> None:
    there.standin.faults.switch_on("expired-token")
    assert len(rows_of(there.pull(template="client-export"))) == 6
    assert there.asked("POST /demo/token") == 2


def test_a_token_that_ends_again_and_again_stops_it(there: There) -> None:
    there.standin.faults.switch_on("expired-token:9")
    with fails("credentials_refused", Trouble.CREDENTIALS):
        there.pull(template="client-export")
    assert there.asked("POST /demo/token") == 2


# --- pulling


def test_an_export_comes_with_the_names_of_its_template(there: There) -> None:
    fetched = there.pull(template="client-export")
    assert rows_of(fetched)[0] == {
        "ID_DOSSIER": "D-101",
        "Nom usage": "Roy",
        "Téléphone mobile": "+33 6 12 34 56 01",
        "Email": "lea.roy@example.org",
    }
    assert (fetched.kind, fetched.complete) == ("json", True)


def test_the_next_export_brings_what_changed_since_and_is_not_all_there_is(there: There) -> None:
    first = there.pull(template="client-export")
    assert first.watermark.startswith("since:")
    there.standin.entities["customer"][1002]["modified"] = "2999-01-01T00:00:00Z"
    second = there.pull(first.watermark, template="client-export")
    assert [row["ID_DOSSIER"] for row in rows_of(second)] == ["D-103"]
    assert not second.complete


def test_a_cursor_is_preferred_to_a_moment(serve: Serve) -> None:
    there = There(serve, cursors=True)
    first = there.pull(template="client-export")
    assert first.watermark.startswith("cursor:c-")
    assert rows_of(there.pull(first.watermark, template="client-export")) == []


def test_everything_comes_each_time_when_that_is_wanted(there: There) -> None:
    first = there.pull(template="client-export", changes=False)
    second = there.pull(first.watermark, template="client-export", changes=False)
    assert (len(rows_of(second)), second.complete) == (6, True)


def test_a_list_is_read_page_by_page(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planningpme, "PAGE", 4)
    fetched = there.pull(source="entity", entity="customer")
    assert [row["key"] for row in rows_of(fetched)] == [1000, 1001, 1002, 1003, 1004, 1005]
    assert fetched.complete
    assert there.asked("GET /demo/api/customer") == 2


def test_a_list_that_is_not_as_long_as_it_says_proves_nothing(there: There) -> None:
    there.standin.faults.switch_on("lying-total")
    fetched = there.pull(source="entity", entity="customer")
    assert (len(rows_of(fetched)), fetched.complete) == (6, False)


def test_a_page_that_comes_again_is_refused(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planningpme, "PAGE", 3)
    there.standin.faults.switch_on("repeated-page")
    with fails("page_repeated", Trouble.ANSWER) as failed:
        there.pull(source="entity", entity="customer")
    assert failed.params["page"] == 2


@pytest.mark.parametrize(
    ("fault", "code", "trouble"),
    [
        ("server-error:9", "remote_failing", Trouble.AGAIN),
        ("unavailable", "remote_failing", Trouble.AGAIN),
        ("too-many-requests:9", "remote_busy", Trouble.LATER),
        ("too-many-requests-absurd", "remote_busy", Trouble.LATER),
        ("login-page", "answer_not_json", Trouble.ANSWER),
        ("cut-body:9", "answer_cut", Trouble.AGAIN),
        ("cut-without-length", "answer_cut", Trouble.AGAIN),
    ],
)
@pytest.mark.parametrize("source", ["template", "entity"])
def test_what_is_no_whole_answer_brings_nothing(
    there: There, fault: str, code: str, trouble: Trouble, source: str
) -> None:
    there.standin.faults.switch_on(fault)
    with fails(code, trouble):
        there.pull(source=source, template="client-export", entity="customer")


@pytest.mark.parametrize("fault", ["server-error", "too-many-requests", "too-many-requests-bare", "cut-body"])
def test_a_passing_fault_is_waited_out(there: There, seconds: Seconds, fault: str) -> None:
    there.standin.faults.switch_on(fault)
    assert len(rows_of(there.pull(template="client-export"))) == 6
    assert len(seconds.waits) == 1


@pytest.mark.parametrize(("fault", "count"), [("empty-listing", 0), ("half-listing", 3)])
def test_a_shrunken_source_comes_as_it_is_for_the_guards_to_judge(there: There, fault: str, count: int) -> None:
    there.standin.faults.switch_on(fault)
    assert len(rows_of(there.pull(source="entity", entity="customer"))) == count


@pytest.mark.parametrize("name", ["../token", "none", "client-import"])
def test_a_template_that_is_not_one_is_refused(there: There, name: str) -> None:
    with fails(
        "remote_refused" if "/" not in name else "path_unfit", Trouble.ANSWER if "/" not in name else Trouble.SETTINGS
    ):
        there.pull(template=name)


# --- pushing


def test_everything_is_simulated_before_the_first_is_sent(there: There) -> None:
    sent = there.push(people(901, 902, 903), batch=2)
    assert [(one.delivered, one.refused) for one in sent] == [(2, []), (1, [])]
    assert there.asked(IMPORT) == 4
    assert {"D-901", "D-902", "D-903"} <= there.codes()


def test_nothing_is_sent_when_the_simulation_of_any_batch_finds_a_mistake(there: There) -> None:
    items = [*people(901, 902), *people(903, Email="nowhere"), *people(904)]
    with fails("simulation_refused", Trouble.SETTINGS) as failed:
        there.push(items, batch=2)
    assert (failed.params["item"], failed.params["rows"]) == (3, 1)
    assert failed.params["message"] == "This is not an e-mail address."
    assert not {"D-901", "D-902", "D-903", "D-904"} & there.codes()


def test_the_rest_is_sent_and_the_mistakes_are_told_when_that_is_wanted(there: There) -> None:
    items = [*people(901), *people(902, Email="nowhere"), *people(903), *people(904, Email="no"), *people(905)]
    sent = there.push(items, batch=3, mistakes="leave_out")
    assert [one.delivered for one in sent] == [2, 1]
    assert [(told.position, told.code) for one in sent for told in one.refused] == [
        (1, "email_invalid"),
        (3, "email_invalid"),
    ]
    assert {"D-901", "D-903", "D-905"} <= there.codes()


def test_a_batch_of_mistakes_only_is_not_sent(there: There) -> None:
    [sent] = there.push(people(901, Email="no"), mistakes="leave_out")
    assert (sent.delivered, len(sent.refused), there.asked(IMPORT)) == (0, 1, 1)


def test_what_was_confirmed_is_not_sent_again(there: There) -> None:
    there.push(people(901, 902, 903), skip=2)
    assert "D-903" in there.codes()
    assert not {"D-901", "D-902"} & there.codes()


def test_a_reply_that_is_lost_is_asked_for_again_with_the_same_key(there: There) -> None:
    there.standin.faults.switch_on("lost-reply:2")
    [sent] = there.push(people(901))
    assert (sent.delivered, there.asked(IMPORT)) == (1, 4)
    assert len(there.codes()) == 7


def test_a_push_that_breaks_off_has_confirmed_what_it_yielded(there: There) -> None:
    link = there.link(template="client-import", batch=1)
    sending = PME.push(link, items=iter(people(901, 902)), key="k", skip=0)
    assert next(sending).delivered == 1
    there.standin.faults.switch_on("unavailable")
    with fails("remote_failing", Trouble.AGAIN):
        next(sending)
    there.standin.faults.switch_off()
    again = PME.push(link, items=iter(people(901, 902)), key="k", skip=1)
    assert [one.delivered for one in again] == [1]
    assert {"D-901", "D-902"} <= there.codes()


# --- reports


def reported(content: Any) -> Answer:
    """An answer with a report."""
    there = read_address("https://pme.example")
    return Answer(200, {}, json.dumps(content).encode(), there, NOON, framed=True, secrets={"s3cret/key"})


READ: list[tuple[dict[str, Any], dict[int, tuple[str, str]]]] = [
    ({"status": "succeeded", "counts": {"rowsFailed": 0}, "errors": []}, {}),
    ({"errors": 1, "errorList": [{"index": 1, "message": "No."}]}, {2: ("refused", "No.")}),
    (
        {
            "counts": {"rowsFailed": 2},
            "errors": [{"row": 1, "code": "a", "message": "A"}],
            "operations": [
                {"row": 1, "operation": "Error", "code": "a", "problems": [{"message": "A"}]},
                {"row": 2, "operation": "Insert"},
                {"row": 3, "operation": "Error", "code": "b", "problems": []},
            ],
        },
        {1: ("a", "A"), 3: ("b", "")},
    ),
]


@pytest.mark.parametrize(("content", "failed"), READ)
def test_a_report_is_read(content: dict[str, Any], failed: dict[int, tuple[str, str]]) -> None:
    assert read_report(reported(content), rows=3).failed == failed


UNCLEAR: list[Any] = [
    [],
    {},
    {"counts": {"rowsFailed": 2}, "errors": [{"row": 1}]},
    {"counts": {"rowsFailed": 1}, "errors": [{"row": 9}]},
    {"errors": 2, "errorList": []},
    {"counts": [], "errors": []},
    {"status": ["succeeded"], "counts": {"rowsFailed": 0}, "errors": []},
    {"status": {}, "errors": 0, "errorList": []},
    {"counts": {"rowsFailed": 0, "unprocessed": "many"}, "errors": []},
    {"counts": {"rowsFailed": 0, "unprocessed": [1]}, "errors": []},
    {"status": "queued"},
    {"status": "running", "run": {"id": 7}},
    {"status": "held", "run": True, "errors": 0, "errorList": []},
]


@pytest.mark.parametrize("content", UNCLEAR)
def test_a_report_that_cannot_be_counted_confirms_nothing(content: Any) -> None:
    with fails("report_unclear", Trouble.ANSWER):
        read_report(reported(content), rows=3)


@pytest.mark.parametrize(
    "content",
    [
        {"errors": 1, "errorList": [{"index": 0, "message": "No s3cret%2Fkey here."}]},
        {"counts": {"rowsFailed": 1}, "errors": [{"row": 1, "code": "s3cret&#47;key", "message": "s3cret/key"}]},
        {
            "counts": {"rowsFailed": 1},
            "operations": [{"row": 1, "operation": "Error", "problems": [{"message": "s3cret\\/key"}]}],
        },
    ],
)
def test_no_secret_is_in_what_is_said_of_a_row(content: Any) -> None:
    told = str(read_report(reported(content), rows=1).failed)
    assert "•••" in told
    assert "s3cret" not in told


def test_no_secret_is_in_what_is_said_of_a_run() -> None:
    answer = reported({"run": "s3cret/key", "status": "failed", "error": {"message": "s3cret%2fkey"}})
    with fails("import_failed", Trouble.ANSWER) as failed:
        read_report(answer, rows=3)
    assert (failed.params["run"], failed.params["message"]) == ("•••", "•••")


def test_a_run_that_failed_there_failed_here() -> None:
    answer = reported({"run": 7, "status": "failed", "error": {"message": "Too late."}})
    with fails("import_failed", Trouble.ANSWER) as failed:
        read_report(answer, rows=3)
    assert (failed.params["run"], failed.params["message"]) == ("7", "Too late.")


def test_the_turn_is_asked_between_requests(there: There) -> None:
    beats: list[int] = []

    def items() -> Iterator[dict[str, Any]]:
        return iter(people(901))

    link = link_of(
        now=lambda: there.now,
        settings=there.settings,
        secrets=there.secrets,
        transfer={"template": "client-import"},
        beat=lambda: beats.append(1),
    )
    list(PME.push(link, items=items(), key="k", skip=0))
    assert len(beats) >= len(there.standin.requests)


def test_the_overlap_reaches_back_before_the_answer(there: There) -> None:
    # The server's answers carry the time of the machine, whatever day it is.
    there.now = datetime.now(NOON.tzinfo)
    watermark = there.pull(template="client-export").watermark
    moment = datetime.strptime(watermark, "since:%Y%m%d%H%M%S").replace(tzinfo=NOON.tzinfo)
    assert timedelta(seconds=55) < datetime.now(NOON.tzinfo) - moment < timedelta(minutes=5)
