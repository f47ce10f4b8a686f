"""Publish a draft: from then on it never changes, and calls use it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.audit import record
from templates_app.brand_catalog import catalog_rows, setting_of
from templates_app.library.checking import check_kept
from templates_app.library.permission import require_own, require_right
from templates_app.library.refusals import LibraryRefused, TemplateHasErrors
from templates_app.library.versions import current_version, locked
from templates_app.models import TemplateVersion, VersionStatus


@transaction.atomic
def publish(
    *, actor: Actor, version: TemplateVersion, at: datetime, note: str | None = None, seen: str | None = None
) -> TemplateVersion:
    """The published version. Refused with findings of severity error, when published already, or when a newer one is.

    `note` replaces the draft's note when given. `seen` is the digest of the text that is meant: when the draft holds
    another one by now, `draft_changed` is refused. Raises NotAllowed, TemplateHasErrors and LibraryRefused.
    """
    require_right(actor, version.template)
    template = locked(version.template)
    require_own(template)
    draft = template.versions.get(pk=version.pk)
    if draft.published:
        raise LibraryRefused("already_published", number=draft.number)
    before = current_version(template)
    if before is not None and before.number > draft.number:
        raise LibraryRefused("superseded", number=draft.number, current=before.number)
    if seen is not None and seen != draft.digest:
        raise LibraryRefused("draft_changed", number=draft.number)
    checked = check_kept(draft.xml, catalog_rows(actor.brand), setting_of(actor.brand))
    if not checked.publishable:
        raise TemplateHasErrors(checked.findings)
    draft.status, draft.published_at = VersionStatus.PUBLISHED, at
    draft.note = draft.note if note is None else note
    draft.save()
    record(
        brand=actor.brand,
        by=actor.name,
        action="template.published",
        target=template.name,
        at=at,
        before={"version": before.number, "digest": before.digest} if before else None,
        after={"version": draft.number, "digest": draft.digest, **({"note": draft.note} if draft.note else {})},
    )
    return draft
