"""Give a brand the ready-to-use templates, and bring those it has up to the present release."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from integration_admin.accounts.models import Brand
from templates_app.builtin import BUILTIN_TEMPLATES, BuiltinTemplate
from templates_app.library.versions import add_version, current_version, digest_of, locked
from templates_app.models import Template, TemplateVersion

AUTHOR: Final = "Integration Admin"


@transaction.atomic
def ensure_builtin(brand: Brand, at: datetime) -> list[TemplateVersion]:
    """The versions added: all of them for a new brand, none when nothing changed since.

    A release adds a version and never changes one that is there. A template of the brand's own that had the name
    before the product took it stays what it is.
    """
    added = (_brought_up(brand, builtin, at) for builtin in BUILTIN_TEMPLATES)
    return [version for version in added if version is not None]


def _brought_up(brand: Brand, builtin: BuiltinTemplate, at: datetime) -> TemplateVersion | None:
    row, _ = Template.objects.get_or_create(
        brand=brand,
        name=builtin.name,
        defaults={"direction": builtin.direction, "builtin": True, "description": builtin.description},
    )
    template = locked(row)
    if not template.builtin:
        return None
    if template.description != builtin.description:
        template.description = builtin.description
        template.save(update_fields=["description"])
    present = current_version(template)
    if present is not None and present.digest == digest_of(builtin.xml):
        return None
    return add_version(template=template, xml=builtin.xml, author=AUTHOR, note="", at=at, published=True)
