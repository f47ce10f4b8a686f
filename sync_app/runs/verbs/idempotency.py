"""Idempotency keys: the same key and body get the same answer for 30 days; the write happens once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from integration_admin.accounts.access import Actor
from sync_app.models import IdempotencyKey
from sync_app.runs.errors import RunConflict, RunUnprocessable
from sync_app.storage.clock import Clock

KEPT = timedelta(days=30)
#: A request that died leaves its key claimed; after this it may be tried again.
ABANDONED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer the first request got."""

    status: int
    body: bytes
    run: int | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed key, or the answer to give again."""

    id: int
    at: datetime
    replay: StoredAnswer | None = None


def claim(*, actor: Actor, method: str, path: str, key: str, body_digest: str, clock: Clock) -> Claim:
    """Take the key. Raises RunConflict `idempotency_in_progress`, RunUnprocessable `idempotency_mismatch`."""
    now = clock()
    place = {"brand": actor.brand, "actor": _who(actor), "method": method, "path": path[:500], "key": key}
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(**place, body_digest=body_digest, created_at=now)
            return Claim(row.pk, now)
    except IntegrityError:
        row = IdempotencyKey.objects.get(**place)
    if row.created_at < now - KEPT or (not row.status and row.created_at < now - ABANDONED):
        taken = IdempotencyKey.objects.filter(pk=row.pk, created_at=row.created_at)
        if taken.update(body_digest=body_digest, created_at=now, status=0, answer=None, run=None):
            return Claim(row.pk, now)
    if row.body_digest != body_digest:
        raise RunUnprocessable("idempotency_mismatch")
    if not row.status:
        raise RunConflict("idempotency_in_progress")
    return Claim(row.pk, row.created_at, StoredAnswer(row.status, bytes(row.answer or b""), row.run_id))


def settle(*, claim: Claim, status: int, answer: bytes, run: int | None) -> None:
    """Keep the answer: the same request gets it again. Raises RunConflict when the key was given up and taken again."""
    mine = IdempotencyKey.objects.filter(pk=claim.id, created_at=claim.at)
    if not mine.update(status=status, answer=answer, run_id=run):
        raise RunConflict("idempotency_in_progress")


def release(claim: Claim) -> None:
    """Nothing was done: the key is free again."""
    IdempotencyKey.objects.filter(pk=claim.id, created_at=claim.at, status=0).delete()


def forget(*, claim: Claim, run: int) -> None:
    """The run that the key made came to nothing: the key is free again."""
    IdempotencyKey.objects.filter(pk=claim.id, created_at=claim.at, run_id=run).delete()


def _who(actor: Actor) -> str:
    """Who asks, so that two callers of a brand never meet each other's answers.

    By name only who has neither login nor user: somebody may be called otherwise when they ask again.
    """
    login = actor.membership.pk if actor.membership else 0
    appkey = actor.appkey.pk if actor.appkey else 0
    user = actor.user.pk if actor.user else 0
    return f"m{login}/k{appkey}/u{user}" if login or user else f"k{appkey}/{actor.name}"[:200]
