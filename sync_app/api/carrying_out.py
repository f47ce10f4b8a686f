"""A queued run, carried out while the request waits, or handed to the worker."""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings
from django_q.status import Stat

from integration_admin.cache_door import CacheAway, asking
from integration_admin.health import worker_works
from sync_app.models import Run
from sync_app.runs.queue import enqueue
from sync_app.runs.verbs.sizing import size_of
from sync_app.runs.work.perform import perform
from sync_app.storage.clock import Clock
from templates_app.sources.rows import Source

HOLDER: Final = "web"
LOOK_EVERY_SECONDS: Final = 0.25


def carry_out(*, run: Run, asynchronous: bool, clock: Clock, opened: Source | None = None) -> Run:
    """The run as it stands when the request can be answered: ended, or still open with the worker.

    `asynchronous`: it is handed to the worker at once. Otherwise it is performed here, unless there is more to do than
    `ASYNC_ROWS` and a worker is there: then the request waits for the worker, `ASYNC_WAIT_SECONDS` at most. `opened` is
    its source, if whoever started it has it open.
    """
    if not run.is_open:
        return run
    if asynchronous:
        enqueue(run=run.pk)
        return run
    if size_of(run) > settings.ASYNC_ROWS and worker_is_there():
        enqueue(run=run.pk)
        return _awaited(run)
    return perform(run=run.pk, holder=HOLDER, clock=clock, opened=opened)


def worker_is_there() -> bool:
    """Whether a worker has shown a sign of life in the last seconds; one of another machine, in the last minutes."""
    return _is_here() or (settings.COUNT_IN_DATABASE and worker_works())


def _is_here() -> bool:
    try:
        with asking():
            return bool(Stat.get_all())
    except CacheAway:
        return False


def _awaited(run: Run) -> Run:
    until = time.monotonic() + settings.ASYNC_WAIT_SECONDS
    while run.is_open and time.monotonic() < until:
        time.sleep(LOOK_EVERY_SECONDS)
        run.refresh_from_db()
    return run
