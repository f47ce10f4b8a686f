"""Who may change the catalog and the templates of a brand."""

from __future__ import annotations

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.models import Right
from templates_app.library.refusals import LibraryRefused
from templates_app.models import Template


def require_right(actor: Actor, template: Template | None = None) -> None:
    """Raises NotAllowed unless the actor may edit templates, and this template is one of the actor's brand."""
    actor.require(Right.TEMPLATES)
    if template is not None and template.brand_id != actor.brand.pk:
        raise NotAllowed("not_in_brand")


def require_own(template: Template) -> None:
    """Refuses to change what comes with the product, and what was archived."""
    if template.builtin:
        raise LibraryRefused("builtin_template", name=template.name)
    if template.archived:
        raise LibraryRefused("template_archived", name=template.name)
