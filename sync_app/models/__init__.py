"""The rows of the top floor."""

from sync_app.models.choices import ColumnChoice
from sync_app.models.records import LIVE, Blob, BrandClock, Identity, Record, Reference, Revision
from sync_app.models.runs import (
    OPEN_STATUSES,
    FailedRow,
    IdempotencyKey,
    JournalEntry,
    Run,
    RunKind,
    RunLease,
    RunPayload,
    RunStatus,
    RunSummary,
)
from sync_app.models.totals import RunTotal
from sync_app.models.uploads import Upload, UploadPart

__all__ = [
    "LIVE",
    "OPEN_STATUSES",
    "Blob",
    "BrandClock",
    "ColumnChoice",
    "FailedRow",
    "IdempotencyKey",
    "Identity",
    "JournalEntry",
    "Record",
    "Reference",
    "Revision",
    "Run",
    "RunKind",
    "RunLease",
    "RunPayload",
    "RunStatus",
    "RunSummary",
    "RunTotal",
    "Upload",
    "UploadPart",
]
