"""How long the list of turns goes back: as long as the journal of their runs, and never without the last of a sync."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync_app.models import Run, Sync, SyncEvent, SyncTurn, TurnStatus
from sync_app.runs.upkeep import purging
from sync_app.runs.upkeep.purging import purge_journals, purge_turns
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

AWAY = TransferFailed("connect_failed", Trouble.AGAIN, host="crm")


def purged(desk: Desk, *, days: int = 365) -> int:
    now = desk.clock()
    before = now - timedelta(days=days)
    purge_journals(before=before, now=now)
    return purge_turns(before=before)


@pytest.fixture
def sync(desk: Desk) -> Sync:
    """One that has failed, recovered, skipped and worked."""
    sync = desk.sync()
    desk.run(sync, fails={"pull": AWAY})
    desk.run(sync, customer("A"), fails={}, watermark="w1")
    desk.run(sync, customer("A", "New"), watermark="w2")
    desk.run(sync, body=b"")
    SyncTurn.objects.create(sync=sync, due_at=desk.clock(), status=TurnStatus.OVERLAPPED, finished_at=desk.clock())
    desk.fake.body = None
    return sync


def test_nothing_goes_before_its_time(desk: Desk, sync: Sync) -> None:
    desk.clock.advance(days=364)
    assert purged(desk) == 0


def test_what_is_old_goes_but_what_the_page_of_the_sync_still_tells(desk: Desk, sync: Sync) -> None:
    desk.clock.advance(days=366)
    assert purged(desk) == 2
    left = SyncTurn.objects.filter(sync=sync).order_by("pk")
    # The last with a run, the last that did something, the last of all.
    assert [turn.status for turn in left] == [TurnStatus.SUCCEEDED, TurnStatus.SUCCEEDED, TurnStatus.OVERLAPPED]
    assert SyncEvent.objects.filter(sync=sync).count() == 2
    assert desk.fresh(sync).watermark == "w2"
    assert purged(desk) == 0


def test_what_is_open_held_or_unsettled_stays(desk: Desk, sync: Sync) -> None:
    SyncTurn.objects.filter(sync=sync).update(settled=False)
    desk.run(sync, work=False)
    desk.clock.advance(days=366)
    assert purged(desk) == 0
    SyncTurn.objects.filter(sync=sync).update(settled=True)
    purged(desk)
    assert SyncTurn.objects.filter(sync=sync, finished_at=None).count() == 1


def test_a_turn_stays_as_long_as_the_journal_of_its_run_is_read(desk: Desk, sync: Sync) -> None:
    """Whether a change came by this connection is known by its turn."""
    desk.run(sync, customer("A", "Newer"))
    desk.clock.advance(days=366)
    purge_turns(before=desk.clock() - timedelta(days=365))
    journalled = Run.objects.filter(entries__applied=True, trigger="manual").distinct()
    assert all(SyncTurn.objects.filter(run=run).exists() for run in journalled)


def test_it_goes_in_batches(desk: Desk, sync: Sync, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "TURNS_AT_ONCE", 1)
    monkeypatch.setattr(purging, "BATCHES_AT_ONCE", 1)
    desk.clock.advance(days=366)
    assert [purged(desk), purged(desk), purged(desk)] == [1, 1, 0]
