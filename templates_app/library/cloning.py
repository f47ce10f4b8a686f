"""Copy a template under another name, or into another brand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.audit import record
from templates_app.library.permission import require_right
from templates_app.library.versions import add_version, new_template
from templates_app.models import TemplateVersion


@transaction.atomic
def clone(
    *, actor: Actor, version: TemplateVersion, name: str, at: datetime, into: Actor | None = None
) -> TemplateVersion:
    """The first version, a draft, of a new template with this version's text.

    `into` is the same person as an actor of another brand, where the right to edit templates is asked as well; the
    copy is checked against that brand's catalog when it is published. Raises NotAllowed and LibraryRefused.
    """
    require_right(actor, version.template)
    receiver = into or actor
    require_right(receiver)
    source = version.template
    template = new_template(brand=receiver.brand, name=name, direction=source.direction, description=source.description)
    note = f"= {source.name} {version.number}"
    copy = add_version(template=template, xml=version.xml, author=receiver.name, note=note, at=at)
    record(
        brand=receiver.brand,
        by=receiver.name,
        action="template.cloned",
        target=name,
        at=at,
        after={"from": f"{actor.brand.key}/{source.name}", "version": version.number, "digest": copy.digest},
    )
    return copy
