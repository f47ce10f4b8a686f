"""A turn writes and sends by what its sync says at that moment, and not by what it said when the turn began."""

from __future__ import annotations

from typing import Final

from sync_app.models import Sync, SyncTurn
from sync_app.runs.work.turn_ends import locked_sync

#: What decides whether anything is written, and as whose.
RULES: Final = ("simulate", "guards", "mirror", "options", "protected", "user_id")


class SyncChanged(RuntimeError):
    """A person has changed what the turn goes by: it begins again, by what holds now."""


def held_unchanged(turn: SyncTurn) -> Sync:
    """The sync of the turn, held until the transaction ends. Raises SyncChanged."""
    held = locked_sync(turn)
    if any(getattr(held, name) != getattr(turn.sync, name) for name in RULES):
        raise SyncChanged
    return held
