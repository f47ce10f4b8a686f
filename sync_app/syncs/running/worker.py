"""What the queue calls, and nothing else: a run or a sync's turn by its id, the minute's housekeeping, a sign of life.

The queue delivers at least once, at times twice, at times hours late. Nothing here relies on it: a run is claimed by
its lease, so a second delivery finds it held or ended, and the housekeeping queues again what was lost.
"""

from __future__ import annotations

import logging
import os
import socket
from typing import Final

from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule

from integration_admin.cache_door import keep
from integration_admin.health import say_alive
from sync_app.models import Run
from sync_app.runs.queue import SEND, TRANSFER, WORKER
from sync_app.runs.work.perform import perform
from sync_app.runs.work.time_limit import limited
from sync_app.syncs.notices.sending import send_waiting
from sync_app.syncs.running.housekeeping import keep_house
from sync_app.syncs.set_back import pull_back_schedule
from sync_app.syncs.turns import transfer as turns

EXECUTE: Final = WORKER
TICK: Final = "sync_app.syncs.running.worker.tick"
ANSWER: Final = "sync_app.syncs.running.worker.answer"
# Each callable with the types of its arguments: a task that is anything else is thrown away unrun.
LISTED: Final[dict[str, tuple[type, ...]]] = {
    EXECUTE: (int,),
    TRANSFER: (int,),
    SEND: (),
    TICK: (),
    ANSWER: (str,),
}

SCHEDULE: Final = "tick"
ANSWER_KEPT_SECONDS: Final = 3600

log = logging.getLogger(__name__)


def execute(run_id: int) -> None:
    """Performs the run to its end, unless somebody else does or has done so, or another run writes in its brand."""
    try:
        with limited():
            perform(run=run_id, holder=_holder(), clock=timezone.now, in_turn=True)
    except Run.DoesNotExist:
        log.warning("a queued run is gone", extra={"run": run_id})


def transfer(turn_id: int) -> None:
    """Does what is next for the turn of a sync, unless somebody else does or it has ended."""
    with limited():
        turns.transfer(turn=turn_id, holder=_holder(), clock=timezone.now)


def send() -> None:
    """Sends the messages that wait. Several at once, or late ones in a row, send each once."""
    with limited():
        send_waiting(clock=timezone.now)


def _holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def tick() -> None:
    """The minute's housekeeping, done by the queue."""
    say_alive()
    keep_house()


def answer(question: str) -> None:
    """A sign of life: whoever asked finds the answer in the shared cache."""
    keep(answer_key(question), 1, seconds=ANSWER_KEPT_SECONDS)
    say_alive()


def answer_key(question: str) -> str:
    """Where the answer to this question is found."""
    return f"syncs:answer:{question}"


def ensure_schedule() -> None:
    """The one schedule row there is; made once, kept at one when two machines start together, and never far ahead."""
    with transaction.atomic():
        mine = list(Schedule.objects.filter(name=SCHEDULE).order_by("pk"))
        if not mine:
            Schedule.objects.create(name=SCHEDULE, func=TICK, schedule_type=Schedule.MINUTES, minutes=1, repeats=-1)
        Schedule.objects.filter(pk__in=[row.pk for row in mine[1:]]).delete()
        hurry_schedule()


def hurry_schedule() -> None:
    """The schedule does not wait until the clock is where it was before it was set back."""
    pull_back_schedule(name=SCHEDULE, now=timezone.now())
