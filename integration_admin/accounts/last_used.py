"""When a key or account token was last used: noted in the shared cache, written to the rows by the worker's tick.

So that no read request writes to the database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from integration_admin.accounts.models import AccountToken, AppKey
from integration_admin.cache_door import keep, recall_many

KEPT_SECONDS: Final = 7 * 24 * 3600
#: What this process noted so shortly before need not be noted again: it is told by the minute.
APART_SECONDS: Final = 10.0

_noted_here: dict[str, float] = {}


def note(row: AppKey | AccountToken, *, at: datetime) -> None:
    """Remembers that the key or token was used at this moment, a few seconds more or less."""
    name, moment = _name(row), at.timestamp()
    if 0 < moment - _noted_here.get(name, 0) < APART_SECONDS:
        return
    keep(name, moment, seconds=KEPT_SECONDS)
    _noted_here[name] = moment


def flush_last_used() -> int:
    """Writes what was noted and is newer than what the rows say; answers how many rows changed."""
    appkeys = list(AppKey.objects.filter(revoked_at=None).only("pk", "last_used_at"))
    tokens = list(AccountToken.objects.filter(revoked_at=None).only("pk", "last_used_at"))
    return sum(_write(row, moment) for row, moment in _noted([*appkeys, *tokens]))


def _noted(rows: list[AppKey | AccountToken]) -> list[tuple[AppKey | AccountToken, datetime]]:
    stamps = recall_many([_name(row) for row in rows])
    moments = ((row, stamps.get(_name(row))) for row in rows)
    return [(row, datetime.fromtimestamp(stamp, tz=UTC)) for row, stamp in moments if stamp is not None]


def _write(row: AppKey | AccountToken, moment: datetime) -> bool:
    if row.last_used_at is not None and row.last_used_at >= moment:
        return False
    return bool(type(row).objects.filter(pk=row.pk).update(last_used_at=moment))


def _name(row: AppKey | AccountToken) -> str:
    return f"last_used:{type(row).__name__}:{row.pk}"
