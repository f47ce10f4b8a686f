"""Several at once, each with a connection of its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from integration_admin.accounts.access import Actor, system_actor
from integration_admin.accounts.brands import create_brand
from sync_app.models import JournalEntry, Record, Run, RunLease, RunStatus
from sync_app.runs.errors import RunConflict, RunRefused
from sync_app.runs.upkeep.verifying import verify
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.exporting import open_export
from sync_app.runs.verbs.idempotency import claim
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.work.perform import perform
from sync_app.storage import clock as storage_clock
from tests.at_once import at_once
from tests.runs.conftest import Clock, House, customer, equip

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 4


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def shared() -> House:
    brand = create_brand(key="acme", name="Acme", sandbox=False, at=now(), by="tests")
    equip(brand, now())
    return House(brand, system_actor(brand=brand, name="tests"), Clock(now()))


def send(actor: Actor, rows: list[dict[str, Any]]) -> Any:
    run = start_import(actor=actor, template="customers", body=json.dumps(rows).encode(), clock=now)
    return perform(run=run.pk, holder=threading.current_thread().name, clock=now)


def test_two_imports_of_the_same_new_keys_make_each_record_once(shared: House) -> None:
    rows = [customer(f"C{n}") for n in range(30)]
    works = [lambda order=order: send(shared.actor, rows[::order]) for order in (1, -1, 1, -1)]
    runs = at_once(*works)
    assert [getattr(run, "status", run) for run in runs] == [RunStatus.SUCCEEDED] * THREADS
    assert sum(run.counts["inserted"] for run in runs) == 30
    assert sum(run.counts["unchanged"] for run in runs) == 90
    assert Record.objects.filter(brand=shared.brand).count() == 30
    assert verify() == []


def test_a_plan_applied_by_many_at_once_is_applied_once(shared: House) -> None:
    plan = shared.simulate(customer("A"))

    def apply() -> Any:
        return perform(run=start_apply(actor=shared.actor, run=plan.pk, clock=now).pk, holder="x", clock=now)

    answers = at_once(*[apply] * THREADS)
    refused = [answer for answer in answers if isinstance(answer, RunConflict)]
    [applied] = [answer for answer in answers if not isinstance(answer, Exception)]
    assert [answer.problem.params for answer in refused] == [{"run": applied.pk}] * (THREADS - 1)
    assert JournalEntry.objects.filter(applied=True).count() == 1


def test_a_run_is_done_by_one_of_many_workers(shared: House) -> None:
    run = shared.start(*(customer(f"C{n}") for n in range(20)))
    at_once(*[lambda: perform(run=run.pk, holder=threading.current_thread().name, clock=now)] * THREADS)
    assert RunLease.objects.get(run=run).attempts == 1
    assert JournalEntry.objects.filter(run=run).count() == 20
    assert verify() == []


def test_runs_of_one_brand_given_to_many_workers_are_all_done_one_after_the_other(shared: House) -> None:
    runs = [shared.start(*(customer(f"{brand}{n}") for n in range(20))) for brand in "ABCD"]
    works = [
        lambda run=run.pk: perform(run=run, holder=threading.current_thread().name, clock=now, in_turn=True)
        for run in runs
    ]
    at_once(*works)
    for task in iter(OrmQ.objects.order_by("pk").first, None):
        task.delete()
        perform(run=SignedPackage.loads(task.payload)["args"][0], holder="next", clock=now, in_turn=True)
    ended = Run.objects.order_by("started_at")
    assert {run.status for run in ended} == {RunStatus.SUCCEEDED}
    moments = [moment for run in ended for moment in (run.started_at, run.finished_at) if moment is not None]
    assert (len(moments), sorted(moments)) == (8, moments)
    assert verify() == []


def test_one_of_many_requests_with_one_key_is_carried_out(shared: House) -> None:
    def ask() -> Any:
        return claim(actor=shared.actor, method="POST", path="/x", key="k", body_digest="d", clock=now)

    answers = at_once(*[ask] * 8)
    taken = [answer for answer in answers if not isinstance(answer, Exception)]
    assert len(taken) == 1
    assert {type(answer) for answer in answers if answer not in taken} == {RunConflict}


def test_edits_imports_and_undo_at_once_leave_everything_in_agreement(shared: House) -> None:
    done = shared.send(*(customer(f"C{n}", "One") for n in range(10)))
    works: list[Callable[[], Any]] = [
        lambda: send(shared.actor, [customer(f"C{n}", "Two") for n in range(10)]),
        lambda: send(shared.actor, [customer(f"C{n}", "Three") for n in range(9, -1, -1)]),
        lambda: shared.undo(done),
    ]
    for answer in at_once(*works):
        assert not isinstance(answer, Exception) or isinstance(answer, RunRefused), answer
    assert verify() == []


# --- what is committed late


def modified_since(brand: int, moment: datetime) -> set[str]:
    """The export this product does not have: by the time of change, from the caller's last call on."""
    rows = Record.objects.filter(brand=brand, modified_at__gt=moment)
    return {row.data["_CODE"] for row in rows}


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Released after each read. Transactions take a while between what they write and their commit: the first as long
    as two reads, so that one lies wholly before its commit; on a machine of any speed somebody is late.
    """
    close, reads, first = storage_clock._close, threading.Semaphore(0), iter([True])

    def late(held: Any, stamp: Any) -> None:
        if held.written is not None and next(first, False):
            while reads.acquire(blocking=False):
                pass
            for _ in range(2):
                reads.acquire(timeout=20)
        time.sleep(0.05)
        close(held, stamp)

    monkeypatch.setattr(storage_clock, "_close", late)
    return reads


def test_exports_miss_nothing_that_is_committed_while_they_run(shared: House, reads: threading.Semaphore) -> None:
    seen: dict[str, list[str]] = {"cursor": [], "since": [], "modified": []}
    stop = threading.Event()

    def write(writer: int) -> None:
        for n in range(6):
            send(shared.actor, [customer(f"W{writer}-{n}-{m}") for m in range(3)])

    def poll() -> None:
        cursor, since, moment = None, None, now() - timedelta(seconds=1)
        rounds = 0
        while rounds < 3:
            rounds += stop.is_set()
            asked = now()
            seen["modified"] += modified_since(shared.brand.pk, moment)
            moment = asked
            reads.release()
            for name in ("cursor", "since"):
                point = (None, cursor) if name == "cursor" else (since, None)
                with open_export(
                    actor=shared.actor, template="customers-flat", since=point[0], cursor=point[1], clock=now
                ) as export:
                    seen[name] += [item["code"] for item in export.items]
                    cursor, since = (export.cursor, since) if name == "cursor" else (cursor, export.next_since)
            time.sleep(0.01)

    def write_all() -> None:
        answers = at_once(*(lambda w=w: write(w) for w in range(3)))
        stop.set()
        assert answers == [None] * 3

    for answer in at_once(poll, write_all):
        assert not isinstance(answer, Exception), answer
    expected = {f"W{w}-{n}-{m}" for w in range(3) for n in range(6) for m in range(3)}
    assert set(seen["cursor"]) == expected
    assert len(seen["cursor"]) == len(expected)
    assert set(seen["since"]) == expected
    assert set(seen["modified"]) != expected, "by the time of change something committed late must be missed"
    assert connection.vendor in {"sqlite", "postgresql"}
