"""Contracts are transmitted as one whole list, after a look at what that would change; abnormal numbers stop it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sync_app.standins.campus_skills import CampusSkills as StandIn
from sync_app.standins.campus_skills_data import Contract, contract, seeded
from sync_app.syncs.connectors import campus_skills
from sync_app.syncs.connectors.base import Fetched, Link, Sent, TransferFailed, Trouble, sends_everything
from sync_app.syncs.connectors.campus_skills import CampusSkills
from tests.syncs.connectors.conftest import NOON, Seconds, Serve
from tests.syncs.connectors.links import fails, link_of

CAMPUS = CampusSkills()
DIFF = "POST /api/sync/v1/contrats-diff"
SYNC = "POST /api/sync/v1/contrats"


class There:
    """A centre of theirs, and a connection to it."""

    def __init__(self, serve: Serve) -> None:
        self.standin = StandIn()
        self.settings = {"address": serve(self.standin)}
        self.secrets = {"token": self.standin.token}

    def link(self, **transfer: Any) -> Link:
        return link_of(now=lambda: NOON, settings=self.settings, secrets=self.secrets, transfer=transfer)

    def pull(self, **transfer: Any) -> Fetched:
        return CAMPUS.pull(self.link(**transfer), watermark="")

    def push(self, contracts: list[Contract], skip: int = 0, **transfer: Any) -> list[Sent]:
        return list(CAMPUS.push(self.link(**transfer), items=iter(contracts), key="sync-7-41", skip=skip))

    def hold(self, count: int) -> None:
        self.standin.transmitted = {f"C-{number}": contract(number) for number in range(1, count + 1)}


@pytest.fixture
def there(serve: Serve) -> There:
    return There(serve)


def changed(contracts: list[Contract], count: int) -> list[Contract]:
    return [one | {"nomEntreprise": "Other"} if place < count else one for place, one in enumerate(contracts)]


# --- the connection


def test_a_test_names_the_centre(there: There) -> None:
    assert CAMPUS.test(there.link()).lines == ["The token belongs to CFA des Deux Rives."]


def test_a_token_that_is_refused_stops_it_at_once(there: There) -> None:
    there.secrets["token"] = "a-guess-that-nobody-made"
    with fails("credentials_refused", Trouble.CREDENTIALS) as failed:
        CAMPUS.test(there.link())
    assert len(there.standin.requests) == 1
    assert "a-guess" not in str(failed.params)


# --- pulling


@pytest.mark.parametrize(("chosen", "count"), [("integrated", 9), ("transmitted", 10)])
def test_either_list_comes_whole(there: There, chosen: str, count: int) -> None:
    there.standin.transmitted["C-4"] = contract(4) | {"nomGroupe": ""}
    fetched = there.pull(list=chosen)
    assert (len(json.loads(fetched.body)), fetched.complete, fetched.kind) == (count, True, "json")


def test_it_is_read_page_by_page(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campus_skills, "PAGE", 4)
    assert [one["codeContrat"] for one in json.loads(there.pull().body)] == [f"C-{number}" for number in range(1, 11)]
    assert len(there.standin.requests) == 3


def test_a_list_that_is_not_as_long_as_it_says_proves_nothing(there: There) -> None:
    there.standin.faults.switch_on("lying-total")
    assert not there.pull().complete


def test_a_page_that_comes_again_is_refused(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campus_skills, "PAGE", 4)
    there.standin.faults.switch_on("repeated-page")
    with fails("page_repeated", Trouble.ANSWER):
        there.pull()


@pytest.mark.parametrize(
    ("fault", "code", "trouble"),
    [
        ("server-error:9", "remote_failing", Trouble.AGAIN),
        ("too-many-requests-absurd", "remote_busy", Trouble.LATER),
        ("login-page", "answer_not_json", Trouble.ANSWER),
        ("cut-body:9", "answer_cut", Trouble.AGAIN),
        ("cut-without-length", "answer_cut", Trouble.AGAIN),
        ("expired-token", "credentials_refused", Trouble.CREDENTIALS),
    ],
)
def test_what_is_no_whole_answer_brings_nothing(there: There, fault: str, code: str, trouble: Trouble) -> None:
    there.standin.faults.switch_on(fault)
    with fails(code, trouble):
        there.pull()


def test_a_passing_fault_is_waited_out(there: There, seconds: Seconds) -> None:
    there.standin.faults.switch_on("server-error:3")
    assert len(json.loads(there.pull().body)) == 10
    assert len(seconds.waits) == 3


# --- pushing


def test_a_push_is_handed_everything_each_time() -> None:
    assert sends_everything(CAMPUS, {})


def test_it_compares_first_and_then_transmits(there: There) -> None:
    [sent] = there.push([*seeded(), contract(77)])
    assert (sent.delivered, sent.refused) == (11, ())
    assert there.standin.requests == [DIFF, SYNC]
    assert "C-77" in there.standin.transmitted


ABNORMAL: list[tuple[int, int, dict[str, int], bool]] = [
    (89, 0, {}, True),
    (90, 0, {}, False),
    (100, 51, {}, True),
    (100, 50, {}, False),
    (60, 0, {"removed": 50}, False),
    (95, 0, {"removed": 0, "few": 5}, False),
    (94, 0, {"removed": 0, "few": 5}, True),
    (99, 0, {"removed": 0, "few": 0}, True),
]


@pytest.mark.parametrize(("kept", "updated", "limits", "stops"), ABNORMAL)
def test_abnormal_numbers_stop_it_before_anything_is_transmitted(
    there: There, kept: int, updated: int, limits: dict[str, int], stops: bool
) -> None:
    there.hold(100)
    sent = changed([contract(number) for number in range(1, kept + 1)], updated)
    if not stops:
        assert there.push(sent, **limits)[0].delivered == kept
        return
    with fails("difference_abnormal", Trouble.SETTINGS) as failed:
        there.push(sent, **limits)
    assert (failed.params["removed"], failed.params["updated"]) == (100 - kept, updated)
    assert (len(there.standin.transmitted), there.standin.requests) == (100, [DIFF])


def test_the_first_transmission_is_never_abnormal(there: There) -> None:
    there.hold(0)
    assert there.push(seeded())[0].delivered == 10


def test_one_wrong_contract_stops_all_of_them(there: There) -> None:
    with fails("contracts_refused", Trouble.SETTINGS) as failed:
        there.push([*seeded(), contract(77) | {"emailApprenant": ""}])
    assert failed.params["reason"] == "C-77: emailApprenant is required."
    assert "C-77" not in there.standin.transmitted


def test_the_second_version_tells_the_wrong_ones(there: There) -> None:
    [sent] = there.push([*seeded(), contract(77) | {"emailApprenant": ""}, contract(78)], version="v2")
    assert (sent.delivered, [told.position for told in sent.refused]) == (11, [10])
    assert "C-78" in there.standin.transmitted


def test_nothing_to_send_archives_nothing(there: There) -> None:
    assert there.push([]) == []
    assert there.standin.requests == []


def test_what_was_answered_is_not_sent_again(there: There) -> None:
    assert there.push(seeded(), skip=10) == []
    assert there.standin.requests == []


def test_a_reply_that_is_lost_is_asked_for_again(there: There) -> None:
    there.standin.faults.switch_on("lost-reply")
    [sent] = there.push([*seeded(), contract(77)])
    assert (sent.delivered, there.standin.requests) == (11, [DIFF, SYNC, SYNC])
    assert len(there.standin.transmitted) == 11


@pytest.mark.parametrize("fault", ["login-page", "cut-body:9"])
def test_a_comparison_that_did_not_come_transmits_nothing(there: There, fault: str) -> None:
    there.standin.faults.switch_on(fault)
    with pytest.raises(TransferFailed):
        there.push([contract(1)])
    assert len(there.standin.transmitted) == 10
