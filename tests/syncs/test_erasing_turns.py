"""An erased record is not told of by turns of syncs either: not in their errors, not in what they hold, not by post."""

from __future__ import annotations

import json
from typing import Any

import pytest

from integration_admin.accounts.models import AuditEntry
from sync_app.models import Channel, Notice, NoticeKind, Record, SyncTurn, TurnStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.records.erasing import erase_record, plan_erasure
from sync_app.runs.upkeep.verifying import verify
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.keeping.deciding import approve, reject
from sync_app.syncs.keeping.reading import view_sync
from tests.runs.conftest import customer
from tests.runs.test_erasing import CODE, MAIL, NAME, SECRETS, places_of
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

ZELDA = customer(CODE, NAME, mail=MAIL)


def erase(desk: Desk, record: Record) -> None:
    erase_record(actor=desk.actor, record=record, seen=record.version, clock=desk.clock, trigger="ui")


def noticed(desk: Desk, text: str, **more: Any) -> Notice:
    at = desk.clock()
    return Notice.objects.create(
        brand=desk.house.brand,
        key=f"test-{Notice.objects.count()}",
        kind=NoticeKind.FAILING,
        channel=Channel.EMAIL,
        address="ada@acme.example",
        subject=text[:250],
        body=text,
        created_at=at,
        due_at=at,
        **more,
    )


def test_no_turn_and_no_message_tells_of_it_any_more(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, ZELDA, customer("B"))
    said = TransferFailed("remote_failing", Trouble.ANSWER, host="crm", status=500, excerpt=f"no room for {MAIL}")
    failed = desk.run(sync, fails={"pull": said})
    sent = desk.run(sync, ZELDA, fails={})
    SyncTurn.objects.filter(pk=sent.pk).update(progress={"from": "", "notes": [f"took {CODE}", "took B"]})
    told, other = (
        noticed(desk, f"One line\nThe last error: no room for {MAIL}"),
        noticed(desk, "The last error: no room"),
    )
    erase(desk, desk.house.record(CODE))
    assert places_of(*SECRETS) == set()
    kept = SyncTurn.objects.get(pk=failed.pk)
    assert (kept.status, kept.error["code"], kept.error["params"]["status"]) == (
        TurnStatus.FAILED,
        "remote_failing",
        500,
    )
    assert view_sync(actor=desk.actor, sync=sync.pk, now=desk.clock()).turns
    assert SyncTurn.objects.get(pk=sent.pk).progress["notes"] == ["…", "took B"]
    told.refresh_from_db()
    assert (told.subject, told.body) == ("…", "One line\n…"), "it is sent without"
    assert Notice.objects.get(pk=other.pk).body == "The last error: no room"
    assert verify() == []


def test_what_is_held_says_why_without_it_and_can_only_be_rejected(desk: Desk) -> None:
    sync = desk.sync(guards={"updates": {"most": 0}, "columns": ["new"]})
    desk.run(sync, ZELDA)
    turn = desk.run(sync, ZELDA | {"name": "Changed"})
    assert turn.status == TurnStatus.HELD
    named = {"code": "shape_new", "params": {"column": f"Answer of {MAIL}", "becomes": "text"}}
    SyncTurn.objects.filter(pk=turn.pk).update(held=[*turn.held, named])
    record = desk.house.record(CODE)
    assert plan_erasure(actor=desk.actor, record=record).counts["turns"] == 1
    erase(desk, record)
    assert places_of(*SECRETS) == set()
    assert [entry["code"] for entry in desk.turn(turn).held] == ["guard_updates", "shape_new"]
    assert view_sync(actor=desk.actor, sync=sync.pk, now=desk.clock()).held
    with pytest.raises(RunConflict, match="plan_erased"):
        approve(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    reject(actor=desk.actor, sync=sync.pk, clock=desk.clock)


def test_a_webhook_that_waits_is_sent_without_it(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, ZELDA)
    body = {"type": "sync.failing", "data": {"error": {"message": f"no room for {MAIL}"}, "turn": 7}}
    told = noticed(desk, "x")
    Notice.objects.filter(pk=told.pk).update(channel=Channel.WEBHOOK, body=json.dumps(body))
    erase(desk, desk.house.record(CODE))
    told.refresh_from_db()
    assert json.loads(told.body) == {"type": "sync.failing", "data": {"error": {"message": "…"}, "turn": 7}}


def test_an_open_turn_keeps_what_its_worker_needs(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, ZELDA)
    turn = desk.run(sync, ZELDA, work=False)
    SyncTurn.objects.filter(pk=turn.pk).update(
        receipt={"name": f"{CODE}.csv"}, error={"code": "x", "params": {"v": MAIL}}
    )
    erase(desk, desk.house.record(CODE))
    now = desk.turn(turn)
    assert (now.receipt, now.error) == ({"name": f"{CODE}.csv"}, {"code": "x", "params": {"v": "…"}})


def test_the_history_counts_what_was_cleaned(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, ZELDA)
    said = TransferFailed("remote_failing", Trouble.ANSWER, host="crm", status=500, excerpt=MAIL)
    desk.run(sync, fails={"pull": said})
    noticed(desk, MAIL)
    erase(desk, desk.house.record(CODE))
    entry = AuditEntry.objects.get(action="record.erased")
    assert entry.after is not None
    assert (entry.after["turns"], entry.after["messages"]) == (1, 1)
