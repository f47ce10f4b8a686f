"""The screens of runs and records, one a file."""

from sync_app.admin.records import screen as records
from sync_app.admin.runs import screen as runs
from sync_app.admin.syncs import connections, notices
from sync_app.admin.syncs import screen as syncs

__all__ = ["connections", "notices", "records", "runs", "syncs"]
