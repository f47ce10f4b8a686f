"""The screens of runs and records, one a file."""

from sync_app.admin import connections, notices, records, runs, syncs

__all__ = ["connections", "notices", "records", "runs", "syncs"]
