"""What the database does not take, though what was looked at before allowed it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError

from sync_app.engine.applier import Applier
from sync_app.engine.plan import PlannedRow


class NotTaken(Exception):
    """Two records would have one key by what is written together, and nobody saw it: nothing of it is written."""


def apply_rows(applier: Applier, rows: Iterable[PlannedRow]) -> None:
    """Write what these rows say. Raises NotTaken: the transaction is of no use any more then."""
    try:
        applier.apply(operation for row in rows for operation in row.operations)
    except IntegrityError as refused:
        raise NotTaken from refused
