"""The task `clusters`: two machines work off one queue, each with two workers, and a cache of its own without Redis.

Syncs fall due again and again, and everybody asks at once what is due: each due time has one turn, and one run.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import OperationalError, connections
from django.utils import timezone
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from sync_app.models import JournalEntry, Run, Sync, SyncTurn, TurnStatus
from sync_app.runs.queue import enqueue_turn
from sync_app.runs.upkeep.verifying import verify
from sync_app.syncs.due import start_due
from sync_app.syncs.running.worker import TICK
from tests.kill.private import ROOT, Postgres, wait_until
from tests.kill.sides import Side, make_side, make_sync
from tests.kill.works import put_file
from tests.runs.conftest import customer

MACHINES: Final = 2
SYNCS: Final = 3
ASKING: Final = 4
BOUND_SECONDS: Final = 60.0
#: Its own times do not come while this lasts: each due time is set by hand, a minute after the one before.
RULE: Final = {"every": 12, "unit": "hours"}
ROWS: Final = 3


def run(*, folder: Path, server: Postgres | None, options: argparse.Namespace) -> dict[str, Any]:
    """How many due times there were, and what was done more or less often than once."""
    sides = [make_side(f"due-{number}") for number in range(SYNCS)]
    syncs = [make_sync(side, "each minute", "pull", rule=RULE) for side in sides]
    Sync.objects.filter(pk__in=[sync.pk for sync in syncs]).update(next_due=None)
    began, rounds = time.monotonic(), 0
    with ExitStack() as stack:
        for number in range(MACHINES):
            stack.enter_context(_machine(folder / f"machine-{number}"))
        problems: list[str] = []
        while not problems and rounds < options.kills and time.monotonic() - began < options.seconds:
            problems += _fall_due(sides, syncs, timezone.now() - timedelta(days=1) + timedelta(minutes=rounds), rounds)
            rounds += 1
    return {
        "database": "PostgreSQL" if server is not None else "SQLite",
        "redis": bool(settings.REDIS_URL),
        "machines": MACHINES,
        "dueTimes": rounds * SYNCS,
        "turns": SyncTurn.objects.count(),
        "runs": Run.objects.filter(turn__isnull=False).count(),
        "problems": [*problems, *_problems(rounds), *(str(found) for found in verify())],
    }


def _fall_due(sides: Sequence[Side], syncs: Sequence[Sync], due: datetime, number: int) -> list[str]:
    """Each sync is due, and all ask at once; some turns are delivered more than once."""
    for side in sides:
        put_file(side, [customer(f"{number}-{row}") for row in range(ROWS)])
    Sync.objects.filter(pk__in=[sync.pk for sync in syncs]).update(next_due=due)
    for _ in range(MACHINES):
        async_task(TICK, q_options={"save": False})
    with ThreadPoolExecutor(ASKING) as pool:
        list(pool.map(lambda _: _ask(), range(ASKING)))
    for turn in SyncTurn.objects.filter(due_at=due).values_list("pk", flat=True):
        enqueue_turn(turn=turn)
    turns = SyncTurn.objects.filter(due_at=due, settled=True).exclude(finished_at=None)
    ended = wait_until(lambda: turns.count() == len(syncs) and not OrmQ.objects.exists(), seconds=BOUND_SECONDS)
    left = [SignedPackage.loads(row.payload)["func"] for row in OrmQ.objects.all()]
    return [] if ended else [f"round {number}: {turns.count()} of {len(syncs)} turns ended, in the queue: {left}"]


def _ask() -> None:
    """As another machine would. Where a whole database is locked, whoever finds it so asks again at the next tick."""
    try:
        with suppress(OperationalError):
            start_due(now=timezone.now())
    finally:
        connections.close_all()


def _problems(rounds: int) -> Iterator[str]:
    turns = SyncTurn.objects.filter(sync__name="each minute")
    if turns.count() != rounds * SYNCS:
        yield f"{turns.count()} turns, not {rounds * SYNCS}"
    unlike = turns.exclude(status=TurnStatus.SUCCEEDED).values_list("status", flat=True)
    if unlike:
        yield f"turns that did not succeed: {sorted(unlike)}"
    runs = Run.objects.filter(kind="import").count()
    if runs != rounds * SYNCS:
        yield f"{runs} runs, not {rounds * SYNCS}"
    written = JournalEntry.objects.filter(applied=True, operation="Insert").count()
    if written != rounds * SYNCS * ROWS:
        yield f"{written} records were written, not {rounds * SYNCS * ROWS}"


@contextmanager
def _machine(data: Path) -> Iterator[None]:
    """One machine's workers. It shares the database, and the Redis if there is one, and nothing else."""
    argv = [sys.executable, "-m", "django", "run_worker", "--skip-checks"]
    data.mkdir()
    with (data / "errors").open("wb") as err:
        more = {"DATA_DIR": str(data), "WORKERS": "2"}
        process = subprocess.Popen(argv, cwd=ROOT, env=os.environ | more, stdout=err, stderr=err)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=BOUND_SECONDS)
