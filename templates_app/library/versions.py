"""What drafting, publishing, restoring and cloning have in common: finding, numbering and writing versions."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max

from integration_admin.accounts.models import Brand
from templates_app.library.refusals import LibraryRefused
from templates_app.models import Template, TemplateVersion, VersionStatus, not_reserved, template_name


def digest_of(xml: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal."""
    return hashlib.sha256(xml.encode()).hexdigest()


def find_template(*, brand: Brand, name: str) -> Template | None:
    """The template a call names. Archived ones are not found: nobody can call them."""
    if "\0" in name:
        # PostgreSQL does not look for what no text can hold.
        return None
    return Template.objects.filter(brand=brand, name=name, archived=False).first()


def current_version(template: Template) -> TemplateVersion | None:
    """The published version with the highest number: what a call uses. None while there are only drafts."""
    return template.versions.filter(status=VersionStatus.PUBLISHED).order_by("-number").first()


def newest_version(template: Template) -> TemplateVersion | None:
    """The version with the highest number, draft or published."""
    return template.versions.order_by("-number").first()


def installed_templates(brand: Brand) -> list[TemplateVersion]:
    """The current version of every template that can be called, by name; `.template.brand` is there without a query."""
    published = TemplateVersion.objects.filter(
        template__brand=brand, template__archived=False, status=VersionStatus.PUBLISHED
    )
    newest = published.values("template").annotate(newest=Max("number"))
    wanted = {row["template"]: row["newest"] for row in newest}
    versions = published.select_related("template__brand").order_by("template__name")
    return [version for version in versions if wanted[version.template_id] == version.number]


def locked(template: Template) -> Template:
    """The template's row, held until the transaction ends: two people cannot take the same number."""
    return Template.objects.select_for_update().get(pk=template.pk)


def new_template(*, brand: Brand, name: str, direction: str, description: str = "") -> Template:
    """Refuses `name_invalid` and `template_taken` (archived ones keep their name)."""
    try:
        template_name(name)
        not_reserved(name)
    except ValidationError:
        raise LibraryRefused("name_invalid", name=name) from None
    if Template.objects.filter(brand=brand, name=name).exists():
        raise LibraryRefused("template_taken", name=name)
    try:
        with transaction.atomic():
            return Template.objects.create(brand=brand, name=name, direction=direction, description=description)
    except IntegrityError:
        raise LibraryRefused("template_taken", name=name) from None


def add_version(
    *, template: Template, xml: str, author: str, note: str, at: datetime, published: bool = False
) -> TemplateVersion:
    """The next version of a template that is locked or new."""
    highest = template.versions.aggregate(highest=Max("number"))["highest"] or 0
    return TemplateVersion.objects.create(
        template=template,
        number=highest + 1,
        xml=xml,
        digest=digest_of(xml),
        author=author,
        note=note,
        status=VersionStatus.PUBLISHED if published else VersionStatus.DRAFT,
        created_at=at,
        published_at=at if published else None,
    )
