"""Writing the configuration history: the one way an AuditEntry comes to be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model

from integration_admin.accounts.models import AuditEntry, Brand

Values = Mapping[str, object]


def audited_as(obj: Model) -> str:
    """What the history calls an object: its text, or what it gives where that hangs on something else."""
    return str(getattr(obj, "audited_as", obj))


def record(
    *,
    brand: Brand | None,
    by: str,
    action: str,
    target: str,
    at: datetime,
    before: Values | None = None,
    after: Values | None = None,
) -> AuditEntry:
    """Writes one entry. `before` and `after` are plain JSON values of what changed, and never hold a secret."""
    return AuditEntry.objects.create(
        brand=brand,
        at=at,
        actor=by[:300],
        action=action,
        target=target[:300],
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
    )
