"""What a run keeps for how long, and what still works when it is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sync_app.models import FailedRow, JournalEntry, Run, RunPayload, RunStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.lists.histories import history_page
from sync_app.runs.reports.report import operations_page, report_of
from sync_app.runs.upkeep import purging
from sync_app.runs.upkeep.purging import purge_journals, purge_payloads
from sync_app.runs.upkeep.verifying import records_digest, verify
from sync_app.runs.verbs.undoing import start_undo
from tests.runs.conftest import House, customer

pytestmark = pytest.mark.django_db
ROWS = [customer("A"), customer("B"), {"Nom": "no key"}]


def later(house: House, **passed: Any) -> None:
    house.clock.advance(**passed)


def payloads(house: House, *, days: int = 30) -> int:
    return purge_payloads(before=house.clock() - timedelta(days=days))


def journals(house: House, *, days: int = 365) -> int:
    now = house.clock()
    return purge_journals(before=now - timedelta(days=days), now=now)


def test_nothing_is_purged_before_its_time(house: House) -> None:
    house.send(*ROWS)
    later(house, days=29)
    assert (payloads(house), journals(house)) == (0, 0)
    assert RunPayload.objects.exists()


def test_a_run_without_its_rows_still_reports_and_can_be_undone_but_not_retried(house: House) -> None:
    run = house.send(*ROWS)
    assert FailedRow.objects.filter(run=run).exists()
    later(house, days=31)
    assert payloads(house) == 1
    assert not RunPayload.objects.exists()
    assert not FailedRow.objects.exists()
    with pytest.raises(RunConflict) as refused:
        house.retry(run)
    assert refused.value.problem.code == "payload_purged"
    assert report_of(actor=house.actor, run=run)["errorsTotal"] == 1
    assert house.undo(run).status == RunStatus.SUCCEEDED
    assert payloads(house) == 0


def test_a_purged_run_keeps_its_summary_and_its_records_and_says_that_undo_is_over(house: House) -> None:
    run = house.send(*ROWS)
    digest = records_digest(house.brand)
    later(house, days=366)
    assert journals(house) > 0
    run.refresh_from_db()
    assert run.purged_at is not None
    assert run.counts["inserted"] == 2
    assert operations_page(actor=house.actor, run=run).items == []
    assert records_digest(house.brand) == digest
    with pytest.raises(RunConflict) as refused:
        start_undo(actor=house.actor, run=run.pk, clock=house.clock)
    assert refused.value.problem.code == "run_purged"
    assert verify() == []


def test_the_history_of_a_record_says_that_it_is_no_longer_complete(house: House) -> None:
    house.send(customer("A", "One"))
    later(house, days=200)
    house.send(customer("A", "Two"))
    later(house, days=200)
    journals(house)
    page = history_page(actor=house.actor, record=house.record("A"))
    assert (len(page.changes), page.next, page.complete) == (1, None, False)


def test_a_run_that_another_one_builds_on_now_is_left_alone(house: House) -> None:
    plan = house.simulate(*ROWS)
    later(house, days=400)
    waiting = Run.objects.create(
        brand=house.brand, kind="apply", parent=plan, status=RunStatus.QUEUED, actor="x", created_at=house.clock()
    )
    assert (payloads(house), journals(house)) == (0, 0)
    waiting.delete()
    assert payloads(house) == 1
    assert journals(house) > 0


def test_a_purge_goes_on_where_it_was_interrupted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "ENTRIES_AT_ONCE", 2)
    monkeypatch.setattr(purging, "BATCHES_AT_ONCE", 2)
    run = house.send(*(customer(f"C{n}") for n in range(10)))
    later(house, days=366)
    assert [journals(house) for _ in range(4)] == [4, 4, 2, 0]
    assert not JournalEntry.objects.filter(run=run).exists()
