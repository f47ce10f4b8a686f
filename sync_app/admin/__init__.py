"""The screens of runs and records, one a file."""

from sync_app.admin import records, runs

__all__ = ["records", "runs"]
