"""How far a run is, written beside what it wrote."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from sync_app.models import RunLease

LEASE = RunLease._meta.db_table


def keep_progress(*, run: int, fence: int, progress: dict[str, Any], until: datetime, further: bool) -> bool | None:
    """Write where the run stands, and hold it until then. `further`: the attempts begin anew.

    Gives whether a person asked to stop it; None when the fence has moved on, so that nothing was written.
    """
    sql = (
        f"UPDATE {LEASE} SET progress = %s, expires_at = %s, attempts = CASE WHEN %s THEN 1 ELSE attempts END"
        " WHERE run_id = %s AND fence = %s RETURNING cancel"
    )
    kept = connection.ops.adapt_json_value(progress, None)
    with connection.cursor() as cursor:
        cursor.execute(sql, [kept, connection.ops.adapt_datetimefield_value(until), further, run, fence])
        found = cursor.fetchone()
    return None if found is None else bool(found[0])
