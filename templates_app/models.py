"""What a brand added to the catalog, and its templates with their versions.

A brand's built-in types are not here: they are data of the release (`catalog.packs`). These rows hold only what differs
from them, so that a new release brings its new fields to every brand.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

RESERVED_TEMPLATE_NAMES: Final = frozenset({"templates", "runs", "config"})

type_name = RegexValidator(r"\A[A-Z][A-Za-z0-9]{0,59}\Z", _("A name such as WorkOrder: letters and digits, no blanks."))
field_name = RegexValidator(
    r"\A(?:_[A-Za-z0-9_]{1,60}|[A-Z][A-Za-z0-9]{0,59})\Z",
    _("A name such as _IDDOSSIER: an underscore, then letters, digits or underscores."),
)
template_name = RegexValidator(
    r"\A[a-z0-9-]{2,60}\Z", _("2 to 60 small letters, digits or dashes, for example client-import.")
)


def not_reserved(name: str) -> None:
    """Refuses the names that are addresses of the integration API themselves."""
    if name in RESERVED_TEMPLATE_NAMES:
        raise ValidationError(_("This name is an address of the API and cannot be used."), code="reserved")


class CustomEntityType(models.Model):
    """An entity type of the brand's own. `label_fields`: alternatives by `|`, each one or more fields by `,`."""

    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="entity_types")
    name = models.CharField(max_length=60, validators=[type_name])
    title = models.CharField(max_length=100, blank=True)
    label_fields = models.CharField(max_length=500, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("own entity type")
        verbose_name_plural = _("own entity types")
        ordering = ("name",)
        constraints = (models.UniqueConstraint("brand", Lower("name"), name="entity_type_once_per_brand"),)

    def __str__(self) -> str:
        return self.name


class CustomField(models.Model):
    """A field the brand added. `kind` is a name of the catalog's kinds, `options` what configures it.

    Name, type and kind never change once stored: records hold values under them. A field is retired, not dropped.
    """

    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="custom_fields")
    entity_type = models.CharField(max_length=60)
    name = models.CharField(max_length=64, validators=[field_name])
    kind = models.CharField(max_length=32, default="Text")
    options = models.JSONField(default=dict, blank=True)
    label = models.CharField(max_length=100, blank=True)
    required = models.BooleanField(default=False)
    retired = models.BooleanField(default=False)
    position = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ("entity_type", "position", "id")
        constraints = (
            models.UniqueConstraint("brand", "entity_type", Lower("name"), name="custom_field_once_per_type"),
        )

    def __str__(self) -> str:
        return f"{self.entity_type}.{self.name}"


class DeclaredKey(models.Model):
    """What records of a type may be found by, beside the built-in keys. `fields`: names separated by `,`.

    `space` empty: the key's own. Types that name one space share its identities (person codes, e-mails).
    """

    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="declared_keys")
    entity_type = models.CharField(max_length=60)
    fields = models.CharField(max_length=255)
    unique = models.BooleanField(default=False)
    space = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("declared key")
        verbose_name_plural = _("declared keys")
        ordering = ("entity_type", "id")
        constraints = (models.UniqueConstraint(fields=["brand", "entity_type", "fields"], name="key_once_per_type"),)

    def __str__(self) -> str:
        return f"{self.entity_type}({self.fields})"


class Direction(models.TextChoices):
    """`in`: foreign rows become records. `out`: records become foreign items."""

    IN = "in", _("Import")
    OUT = "out", _("Export")


class Template(models.Model):
    """A mapping template under the name the API knows it by. What it does is in its versions.

    A built-in one is kept by the release: it can be cloned, not edited. An archived one can no longer be called.
    """

    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="templates")
    name = models.CharField(max_length=60, validators=[template_name, not_reserved])
    direction = models.CharField(max_length=3, choices=Direction.choices)
    builtin = models.BooleanField(default=False)
    description = models.CharField(max_length=500, blank=True)
    archived = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["brand", "name"], name="template_once_per_brand"),)

    def __str__(self) -> str:
        return self.name


class VersionStatus(models.TextChoices):
    """`draft`: being worked on, may hold errors. `published`: checked, never changed again, what calls use."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class PublishedVersionsDoNotChange(Exception):
    """Someone tried to write over a published version. Runs name their version, so it must stay what it was."""


class TemplateVersion(models.Model):
    """One state of a template's XML. `digest` is the SHA-256 of the XML in UTF-8, `author` who saved it."""

    template = models.ForeignKey(Template, models.CASCADE, db_index=False, related_name="versions")
    number = models.IntegerField()
    xml = models.TextField()
    digest = models.CharField(max_length=64)
    author = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=9, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("template version")
        verbose_name_plural = _("template versions")
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=["template", "number"], name="version_once_per_template"),)

    def __str__(self) -> str:
        return f"{self.template.name} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses to write over a published version; the database refuses it once more (see the migrations)."""
        if TemplateVersion.objects.filter(pk=self.pk, status=VersionStatus.PUBLISHED).exists():
            raise PublishedVersionsDoNotChange(str(self))
        super().save(*args, **kwargs)

    @property
    def published(self) -> bool:
        return self.status == VersionStatus.PUBLISHED


class TemplateSample(models.Model):
    """The rows a template is tried on while it is written: a small file, as it was given.

    `file` is how it is to be read where a person said so: encoding, delimiter, sheet, header row.
    """

    template = models.OneToOneField(Template, models.CASCADE, primary_key=True, related_name="sample")
    file_name = models.CharField(max_length=255, blank=True)
    content = models.BinaryField()
    file = models.JSONField(default=dict)
    author = models.CharField(max_length=200)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("template sample")
        verbose_name_plural = _("template samples")

    def __str__(self) -> str:
        return self.file_name or str(self.template)
