"""Save a text as a draft: it may hold errors, it is what the author sees next time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.audit import record
from templates_app.brand_catalog import catalog_rows, setting_of
from templates_app.library.checking import CheckedText, check_kept
from templates_app.library.permission import require_own, require_right
from templates_app.library.refusals import LibraryRefused
from templates_app.library.versions import (
    add_version,
    current_version,
    digest_of,
    locked,
    new_template,
    newest_version,
)
from templates_app.models import Direction, Template, TemplateVersion

#: Findings of a text that no database keeps, or that is not worth keeping.
_UNSAVABLE = frozenset({"xml_not_utf8", "xml_too_large"})


@transaction.atomic
def save_draft(
    *,
    actor: Actor,
    name: str,
    xml: str,
    at: datetime,
    note: str = "",
    description: str | None = None,
    seen: str | None = None,
) -> tuple[TemplateVersion, CheckedText]:
    """Keeps the text as the newest version and says what was found in it.

    The newest version is written over while it is a draft; a published one is followed by a new number. A name that
    is not there yet becomes a template. `seen` is the digest of the version the author began with: when it is no longer
    the newest, `draft_changed` is refused. Raises NotAllowed and LibraryRefused.
    """
    require_right(actor)
    checked = check_kept(xml, catalog_rows(actor.brand), setting_of(actor.brand))
    if refused := [found for found in checked.findings if found.code in _UNSAVABLE]:
        raise LibraryRefused("template_unsavable", findings=refused)
    template = _template(actor, name, checked.direction)
    describe(template, description)
    version = _kept(template, xml=xml, actor=actor, note=note, at=at, seen=seen)
    record(
        brand=actor.brand,
        by=actor.name,
        action="template.draft",
        target=name,
        at=at,
        after={"version": version.number, "digest": version.digest, **({"note": note} if note else {})},
    )
    return version, checked


def describe(template: Template, description: str | None) -> None:
    """Says what a template of the brand's own is for; None says nothing new."""
    if description is not None and description != template.description and not template.builtin:
        template.description = description
        template.save(update_fields=["description"])


def _template(actor: Actor, name: str, direction: Direction | None) -> Template:
    found = Template.objects.filter(brand=actor.brand, name=name).first()
    if found is None:
        return new_template(brand=actor.brand, name=name, direction=direction or Direction.IN)
    template = locked(found)
    require_own(template)
    if direction is not None and direction != template.direction:
        if current_version(template) is not None:
            raise LibraryRefused("direction_fixed", name=name, direction=_ROOTS[Direction(template.direction)])
        template.direction = direction
        template.save(update_fields=["direction"])
    return template


_ROOTS = {Direction.IN: "<In>", Direction.OUT: "<Out>"}


def _kept(template: Template, *, xml: str, actor: Actor, note: str, at: datetime, seen: str | None) -> TemplateVersion:
    newest = newest_version(template)
    if newest is not None and seen is not None and seen != newest.digest:
        raise LibraryRefused("draft_changed", number=newest.number)
    if newest is None or newest.published:
        return add_version(template=template, xml=xml, author=actor.name, note=note, at=at)
    newest.xml, newest.digest = xml, digest_of(xml)
    newest.author, newest.note, newest.created_at = actor.name, note, at
    newest.save()
    return newest
