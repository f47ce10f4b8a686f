"""Take a template out of use without losing it, and bring it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.audit import record
from templates_app.library.permission import require_right
from templates_app.library.versions import locked
from templates_app.models import Template


@transaction.atomic
def archive(*, actor: Actor, template: Template, at: datetime, archived: bool = True) -> Template:
    """An archived template keeps its name, its versions and the runs that name them; it can no longer be called.

    One that is so already stays so, and nothing is told of it. Raises NotAllowed.
    """
    require_right(actor, template)
    row = locked(template)
    if row.archived == archived:
        return row
    row.archived = archived
    row.save(update_fields=["archived"])
    record(
        brand=actor.brand,
        by=actor.name,
        action="template.archived" if archived else "template.unarchived",
        target=row.name,
        at=at,
        before={"archived": not archived},
        after={"archived": archived},
    )
    return row
