"""The screens of runs and records, one a file."""

from sync_app.admin import notices, records, runs

__all__ = ["notices", "records", "runs"]
