"""A write asked under an Idempotency-Key happens once; its answer is kept as the run it made, and told from that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from integration_admin.accounts.access import Actor
from sync_app.api.problems import DoorRefused
from sync_app.models import Run
from sync_app.runs import idempotency
from sync_app.runs.finding import find_run
from sync_app.storage.clock import Clock

RETRY_SECONDS: Final = 2
OK: Final = 200
ACCEPTED: Final = 202


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what under which key. `path` without the brand; `digest` is that of the raw body."""

    actor: Actor
    method: str
    path: str
    key: str | None
    digest: str


def start_once(*, asked: Asked, start: Callable[[], Run], asynchronous: bool, clock: Clock) -> tuple[Run, bool]:
    """The run, and whether it is an earlier one that the same key made.

    The run is noted under the key as soon as there is one: whoever dies in the middle of it leaves a run that can be
    asked for. A refusal of `start` frees the key again. Raises RunRefused (other body: 422, in progress: 409).
    """
    if asked.key is None:
        return start(), False
    claim = idempotency.claim(
        actor=asked.actor,
        method=asked.method,
        path=asked.path,
        key=asked.key,
        body_digest=asked.digest,
        clock=clock,
    )
    if claim.replay is not None:
        return _earlier(asked.actor, claim.replay), True
    try:
        run = start()
    except BaseException:
        idempotency.release(claim)
        raise
    idempotency.settle(claim=claim, status=ACCEPTED if asynchronous else OK, answer=b"", run=run.pk)
    return run, False


def _earlier(actor: Actor, stored: idempotency.StoredAnswer) -> Run:
    run = find_run(actor=actor, run=stored.run or 0)
    if run.is_open and stored.status != ACCEPTED:
        raise DoorRefused("run_in_progress", status=409, headers={"Retry-After": str(RETRY_SECONDS)}, run=run.pk)
    return run
