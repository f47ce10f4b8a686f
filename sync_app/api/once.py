"""A write asked under an Idempotency-Key happens once; its answer is kept as the run it made, and told from that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from integration_admin.accounts.access import Actor
from sync_app.api.problems import AGAIN_SECONDS, DoorRefused
from sync_app.models import Run
from sync_app.runs.finding import find_run
from sync_app.runs.records.editing import EditResult
from sync_app.runs.verbs import idempotency
from sync_app.runs.verbs.starting import Note, unnoted
from sync_app.storage.clock import Clock

OK: Final = 200
ACCEPTED: Final = 202


#: Does the edit, and tells what is given to it within the same transaction.
Edit = Callable[[Callable[[EditResult], None] | None], EditResult]


class Written(msgspec.Struct, frozen=True):
    """What an edit of one record did: the record, and the run that tells of it (None where nothing differed).

    Kept under an Idempotency-Key; the values are not, so that erasing a record leaves nothing of it here.
    """

    record: int
    run: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what under which key. `path` without the brand; `digest` is that of the raw body."""

    actor: Actor
    method: str
    path: str
    key: str | None
    digest: str


def start_once(*, asked: Asked, start: Callable[[Note], Run], asynchronous: bool, clock: Clock) -> tuple[Run, bool]:
    """The run, and whether it is an earlier one that the same key made.

    `start` tells of the run inside the transaction that makes it, and there the key is settled: either both are there
    or neither, so that whoever dies in the middle leaves a run that can be asked for, and no second one is made of the
    same request. A refusal of `start` frees the key again. Raises RunRefused (other body: 422, in progress: 409).
    """
    if asked.key is None:
        return start(unnoted), False
    claim = _claim(asked, asked.key, clock)
    if claim.replay is not None:
        return _earlier(asked.actor, claim.replay), True
    settled: set[int] = set()

    def note(run: Run) -> None:
        idempotency.settle(claim=claim, status=ACCEPTED if asynchronous else OK, answer=b"", run=run.pk)
        settled.add(run.pk)

    try:
        run = start(note)
    except BaseException:
        idempotency.release(claim)
        raise
    if run.pk not in settled:
        # It asked something of a run that was there.
        note(run)
    return run, False


def edit_once(*, asked: Asked, edit: Edit, status: int, clock: Clock) -> tuple[Written, bool]:
    """What the edit of one record did, and whether it is an earlier one that the same key made.

    The key is settled in the transaction of the edit: either both are there or neither. A refusal frees the key again.
    Raises RunRefused (other body: 422, in progress: 409).
    """
    if asked.key is None:
        return _written(edit(None)), False
    claim = _claim(asked, asked.key, clock)
    if claim.replay is not None:
        return msgspec.json.decode(claim.replay.body, type=Written), True

    def note(result: EditResult) -> None:
        written = _written(result)
        idempotency.settle(claim=claim, status=status, answer=msgspec.json.encode(written), run=written.run)

    try:
        result = edit(note)
        if result.run is None:
            note(result)
    except BaseException:
        idempotency.release(claim)
        raise
    return _written(result), False


def _written(result: EditResult) -> Written:
    return Written(result.records[0].record, result.run.pk if result.run else None)


def _claim(asked: Asked, key: str, clock: Clock) -> idempotency.Claim:
    return idempotency.claim(
        actor=asked.actor, method=asked.method, path=asked.path, key=key, body_digest=asked.digest, clock=clock
    )


def _earlier(actor: Actor, stored: idempotency.StoredAnswer) -> Run:
    run = find_run(actor=actor, run=stored.run or 0)
    if run.is_open and stored.status != ACCEPTED:
        raise DoorRefused("run_in_progress", status=409, headers={"Retry-After": str(AGAIN_SECONDS)}, run=run.pk)
    return run
