"""The rows of the top floor."""

from sync_app.models.choices import ColumnChoice
from sync_app.models.notices import Channel, Notice, NoticeKind, NoticeSettings
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
from sync_app.models.syncs import (
    OPEN_TURNS,
    Connection,
    Health,
    Sync,
    SyncDirection,
    SyncEvent,
    SyncTurn,
    TurnStatus,
    TurnTotal,
)
from sync_app.models.totals import RunTotal
from sync_app.models.uploads import Upload, UploadPart

__all__ = [
    "LIVE",
    "OPEN_STATUSES",
    "OPEN_TURNS",
    "Blob",
    "BrandClock",
    "Channel",
    "ColumnChoice",
    "Connection",
    "FailedRow",
    "Health",
    "IdempotencyKey",
    "Identity",
    "JournalEntry",
    "Notice",
    "NoticeKind",
    "NoticeSettings",
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
    "Sync",
    "SyncDirection",
    "SyncEvent",
    "SyncTurn",
    "TurnStatus",
    "TurnTotal",
    "Upload",
    "UploadPart",
]
