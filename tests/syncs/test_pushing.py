"""A push: what has changed is sent once, in the order of the export, and what was confirmed is never sent again."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.models import Health, JournalEntry, Run, RunKind, RunStatus, SyncTurn, TurnStatus
from sync_app.runs.reports.report import report_of
from sync_app.runs.upkeep.verifying import verify
from sync_app.runs.verbs import sending
from sync_app.runs.verbs.cancelling import cancel
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.keeping.changing import set_watermark
from sync_app.syncs.turns import pushing
from tests.runs.conftest import Killed, customer, killed_at
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

AWAY = TransferFailed("connect_failed", Trouble.AGAIN, host="crm")


def codes(desk: Desk) -> list[str]:
    return [item["code"] for _key, item in desk.fake.sent]


def filled(desk: Desk, *names: str) -> None:
    desk.house.send(*(customer(name) for name in names))


def test_everything_is_sent_first_and_then_only_what_changed(desk: Desk) -> None:
    filled(desk, "A", "B", "C")
    sync = desk.push_sync()
    turn = desk.run(sync)
    assert codes(desk) == ["A", "B", "C"]
    assert (turn.status, turn.counts["rowsOk"], turn.rows) == (TurnStatus.SUCCEEDED, 3, 3)
    assert desk.fresh(sync).watermark
    desk.house.send(customer("B", "New"))
    desk.run(sync)
    assert codes(desk) == ["A", "B", "C", "B"]
    assert {key for key, _item in desk.fake.sent[:3]} == {f"sync-{sync.pk}-{turn.pk}"}


def test_nothing_to_send_makes_no_run_and_moves_the_watermark(desk: Desk) -> None:
    sync = desk.push_sync()
    turn = desk.run(sync)
    assert (turn.status, turn.run) == (TurnStatus.SUCCEEDED, None)
    assert desk.fresh(sync).watermark
    assert desk.fresh(sync).health == Health.WELL


def test_a_rehearsal_shows_what_would_be_sent_and_sends_nothing(desk: Desk) -> None:
    filled(desk, "A")
    sync = desk.push_sync(simulate=True)
    turn = desk.run(sync)
    assert (turn.status, turn.rows, codes(desk)) == (TurnStatus.SUCCEEDED, 1, [])
    assert desk.fresh(sync).watermark == ""
    assert turn.run is not None
    items = sending.items_of(turn.run)
    assert items is not None
    assert [item["code"] for item in items] == ["A"]


def test_what_was_refused_stands_in_the_report_and_the_rest_is_delivered(desk: Desk) -> None:
    filled(desk, "A", "B", "C")
    turn = desk.run(desk.push_sync(), refuses={1: "Unknown country"})
    assert (turn.status, turn.counts["rowsOk"], turn.counts["rowsFailed"]) == (TurnStatus.WITH_FAILURES, 2, 1)
    assert turn.run is not None
    report = report_of(actor=desk.actor, run=turn.run)
    assert [(error["row"], error["code"]) for error in report["errors"]] == [(2, "push_refused")]
    assert "Unknown country" in report["errors"][0]["message"]
    assert verify() == []
    assert desk.fresh(turn.sync).watermark


def test_what_broke_off_goes_on_where_it_stopped_under_the_same_key(desk: Desk) -> None:
    filled(desk, *"ABCDE")
    sync = desk.push_sync()
    first = desk.run(sync, fails={"push": AWAY}, stops_after=2)
    assert (first.status, codes(desk)) == (TurnStatus.FAILED, ["A", "B"])
    assert desk.fresh(sync).watermark == ""
    assert first.run is not None
    assert (first.run.status, first.run.counts["unprocessed"]) == (RunStatus.FAILED, 3)
    desk.house.send(customer("F"))
    second = desk.run(sync, fails={}, stops_after=None)
    assert (second.status, codes(desk)) == (TurnStatus.SUCCEEDED, list("ABCDE"))
    assert {key for key, _item in desk.fake.sent} == {f"sync-{sync.pk}-{first.pk}"}
    assert (second.counts["rows"], second.counts["rowsOk"]) == (3, 3)
    desk.run(sync)
    assert codes(desk) == list("ABCDEF")


REFUSED = TransferFailed("remote_refused", Trouble.ANSWER, host="crm", status=422, excerpt="C: no such name")


def test_what_was_refused_whole_is_sent_as_it_is_by_now_and_what_was_taken_is_not_sent_again(desk: Desk) -> None:
    filled(desk, *"ABCDE")
    sync = desk.push_sync()
    first = desk.run(sync, fails={"push": REFUSED}, stops_after=2)
    assert (first.status, codes(desk)) == (TurnStatus.FAILED, ["A", "B"])
    desk.house.send(customer("C", "Repaired"), customer("B", "Changed since"))
    second = desk.run(sync, stops_after=4)
    assert (second.status, second.rows) == (TurnStatus.FAILED, 4)
    desk.house.send(customer("D", "Repaired, too"))
    third = desk.run(sync, fails={}, stops_after=None)
    assert (third.status, third.counts["rows"], third.counts["rowsOk"]) == (TurnStatus.SUCCEEDED, 3, 3)
    sent = [(item["code"], item["name"]) for _key, item in desk.fake.sent]
    assert sent[:2] == [("A", "Name"), ("B", "Name")]
    assert sorted(sent[2:]) == [
        ("B", "Changed since"),
        ("C", "Repaired"),
        ("D", "Name"),
        ("D", "Repaired, too"),
        ("E", "Name"),
    ]
    assert len({key for key, _item in desk.fake.sent}) == 3
    assert desk.run(sync).rows == 0
    assert verify() == []


def test_what_may_have_arrived_before_it_was_refused_is_not_sent_under_another_key(desk: Desk) -> None:
    filled(desk, *"ABCD")
    sync = desk.push_sync()
    for reason in (AWAY, REFUSED, None):
        desk.run(sync, fails={"push": reason} if reason else {}, stops_after=2 if reason else None)
    assert (codes(desk), len({key for key, _item in desk.fake.sent})) == (list("ABCD"), 1)


def test_it_goes_on_after_a_turn_that_did_not_even_begin(desk: Desk) -> None:
    filled(desk, *"ABC")
    sync = desk.push_sync()
    desk.run(sync, fails={"push": AWAY}, stops_after=2)
    connector = desk.fake.push_form
    desk.connection.__class__.objects.filter(pk=desk.connection.pk).update(secrets="spoiled")
    broken = desk.run(sync, stops_after=None)
    assert (broken.status, broken.error["code"]) == (TurnStatus.FAILED, "secrets_unreadable")
    desk.connection.save()
    desk.run(sync, fails={})
    assert connector is not None
    assert codes(desk) == list("ABC")


@pytest.mark.parametrize(
    ("changed", "sent"),
    [
        ({"name": "Another name", "rule": {}, "notify": {"emails": ["ada@acme.example"]}}, "ABCDE"),
        ({"transfer": {"path": "elsewhere"}}, "ABABCDE"),
    ],
    ids=["what says nothing of what is sent", "where it is sent"],
)
def test_what_broke_off_is_begun_anew_only_where_the_sync_sends_otherwise(
    desk: Desk, changed: dict[str, Any], sent: str
) -> None:
    filled(desk, *"ABCDE")
    sync = desk.push_sync(transfer={"path": "here"})
    desk.run(sync, fails={"push": AWAY}, stops_after=2)
    desk.push_sync(sync=sync.pk, **{"transfer": {"path": "here"}, **changed})
    assert desk.run(sync, fails={}, stops_after=None).status == TurnStatus.SUCCEEDED
    assert codes(desk) == list(sent)


def test_a_watermark_set_back_sends_everything_anew(desk: Desk) -> None:
    filled(desk, "A", "B")
    sync = desk.push_sync()
    desk.run(sync)
    set_watermark(actor=desk.actor, sync=sync.pk, watermark="", clock=desk.clock)
    desk.run(sync)
    assert codes(desk) == ["A", "B", "A", "B"]


def test_a_connector_that_answers_for_too_few_has_not_delivered(desk: Desk) -> None:
    filled(desk, *"ABC")
    sync = desk.push_sync()
    turn = desk.run(sync, stops_after=2)
    assert (turn.status, turn.error["code"]) == (TurnStatus.FAILED, "push_incomplete")
    assert desk.fresh(sync).watermark == ""


def test_who_asks_to_come_later_gets_the_rest_later(desk: Desk) -> None:
    filled(desk, *"ABC")
    sync = desk.push_sync()
    later = TransferFailed("remote_busy", Trouble.LATER, after=60, host="crm")
    assert desk.run(sync, fails={"push": later}, stops_after=2).status == TurnStatus.POSTPONED
    assert desk.run(sync, fails={}, stops_after=None).status == TurnStatus.SUCCEEDED
    assert codes(desk) == ["A", "B", "C"]


def test_a_push_whose_run_is_cancelled_stops_between_batches_and_goes_on_the_next_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(desk, *"ABCD")
    sync = desk.push_sync()
    keep = sending.note_not_taken

    def cancelled(*, run: Run, **more: Any) -> None:
        keep(run=run, **more)
        cancel(actor=desk.actor, run=run.pk, clock=desk.clock)

    with monkeypatch.context() as patch:
        patch.setattr(pushing, "note_not_taken", cancelled)
        assert desk.run(sync).status == TurnStatus.CANCELLED
    assert codes(desk) == ["A", "B"]
    assert desk.run(sync).status == TurnStatus.SUCCEEDED
    assert codes(desk) == ["A", "B", "C", "D"]


# --- deaths


@pytest.mark.parametrize("call", [1, 2])
def test_a_worker_that_dies_between_batches_sends_no_confirmed_item_again(desk: Desk, call: int) -> None:
    filled(desk, *"ABCD")
    sync = desk.push_sync()
    with killed_at(pushing, "note_not_taken", call, after=True), pytest.raises(Killed):
        desk.run(sync)
    desk.clock.advance(minutes=6)
    turn = SyncTurn.objects.get(sync=sync)
    desk.transfer(turn.pk)
    assert desk.turn(turn).status == TurnStatus.SUCCEEDED
    unknown = ["A", "B", "C", "D"][2 * (call - 1) : 2 * call]
    confirmed = [code for code in "ABCD" if code not in unknown]
    assert [codes(desk).count(code) for code in confirmed] == [1] * len(confirmed)
    assert len({key for key, _item in desk.fake.sent}) == 1


def test_a_worker_that_dies_before_the_end_moves_the_watermark_later_and_once(desk: Desk) -> None:
    filled(desk, "A")
    sync = desk.push_sync()
    with killed_at(pushing, "end_sending", 1), pytest.raises(Killed):
        desk.run(sync)
    assert desk.fresh(sync).watermark == ""
    desk.clock.advance(minutes=6)
    desk.transfer(SyncTurn.objects.get().pk)
    assert desk.fresh(sync).watermark
    assert codes(desk) == ["A"]
    assert Run.objects.filter(kind=RunKind.EXPORT).count() == 1


# --- no echo


def pulled(desk: Desk, *rows: Any) -> None:
    desk.run(desk.sync("In"), *rows)


def test_what_its_own_connection_brought_is_not_sent_back(desk: Desk) -> None:
    push = desk.push_sync()
    pulled(desk, customer("A"), customer("B"))
    filled(desk, "C")
    desk.run(push)
    assert codes(desk) == ["C"]


def test_what_somebody_changed_as_well_is_sent(desk: Desk) -> None:
    push = desk.push_sync()
    pull = desk.sync("In")
    desk.run(pull, customer("A"))
    desk.run(push)
    assert codes(desk) == []
    desk.house.send(customer("A", score=5))
    desk.run(pull, customer("A", "Theirs"))
    desk.run(push)
    assert codes(desk) == ["A"]
    desk.run(pull, customer("A", "Theirs again"))
    desk.run(push)
    assert codes(desk) == ["A"]


def test_an_undone_pull_is_sent_as_it_was_before(desk: Desk) -> None:
    push = desk.push_sync()
    desk.house.send(customer("A", "Ours"))
    desk.run(push)
    turn = desk.run(desk.sync("In"), customer("A", "Theirs"))
    assert turn.run is not None
    desk.house.undo(turn.run)
    desk.run(push)
    assert [item["name"] for _key, item in desk.fake.sent] == ["Ours", "Ours"]


def test_a_push_writes_no_record(desk: Desk) -> None:
    filled(desk, "A")
    before = JournalEntry.objects.filter(applied=True).count()
    desk.run(desk.push_sync(), refuses={0: "no"})
    assert JournalEntry.objects.filter(applied=True).count() == before
