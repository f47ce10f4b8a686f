"""Bring back the text of an older version, as a new one: history is added to, never rewritten."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.audit import record
from templates_app.library.permission import require_own, require_right
from templates_app.library.publishing import publish
from templates_app.library.versions import add_version, locked
from templates_app.models import TemplateVersion


@transaction.atomic
def restore(
    *, actor: Actor, version: TemplateVersion, at: datetime, note: str = "", published: bool = False
) -> TemplateVersion:
    """A new version with the text of this one; `published` publishes it too, under the same conditions as ever.

    A draft that is being worked on keeps its own number. Raises NotAllowed, TemplateHasErrors and LibraryRefused.
    """
    require_right(actor, version.template)
    template = locked(version.template)
    require_own(template)
    restored = add_version(
        template=template,
        xml=version.xml,
        author=actor.name,
        note=note or f"= {version.number}",
        at=at,
    )
    record(
        brand=actor.brand,
        by=actor.name,
        action="template.restored",
        target=template.name,
        at=at,
        before={"version": version.number},
        after={"version": restored.number, "digest": restored.digest},
    )
    return publish(actor=actor, version=restored, at=at) if published else restored
