"""The rows of the top floor."""

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
)

__all__ = [
    "LIVE",
    "OPEN_STATUSES",
    "Blob",
    "BrandClock",
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
]
