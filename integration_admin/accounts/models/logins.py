"""API logins, and the groups that say what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.models.brands import Brand
from integration_admin.accounts.models.users import User
from integration_admin.accounts.names import USERNAME_LENGTH, folded_username, is_plain_text

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

USERNAME_TAKEN: Final = _("This brand already has such a user.")


class Right(models.TextChoices):
    """What a group may do in its brand, apart from the access to each entity type."""

    IMPORT = "import", _("import")
    EXPORT = "export", _("export")
    UNDO = "undo", _("undo")
    TEMPLATES = "templates", _("templates")
    ADMINISTRATION = "administration", _("administration")


class Access(models.TextChoices):
    """`Read` sees, `Write` writes without reading, `All` both."""

    ALL = "All", _("All")
    READ = "Read", _("Read")
    WRITE = "Write", _("Write")


class Group(models.Model):
    """Rights and access, given to memberships. `every_type` means All on every entity type, also on later ones."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="groups", verbose_name=_("brand"))
    name = models.CharField(_("name"), max_length=100)
    may_import = models.BooleanField(_("may import"), default=False)
    may_export = models.BooleanField(_("may export"), default=False)
    may_undo = models.BooleanField(_("may undo"), default=False)
    may_edit_templates = models.BooleanField(_("may edit templates"), default=False)
    may_administer = models.BooleanField(_("may administer the brand"), default=False)
    every_type = models.BooleanField(_("all access to every entity type"), default=False)

    class Meta:
        ordering: ClassVar = ["brand", "name"]
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints: ClassVar = [models.UniqueConstraint(fields=["brand", "name"], name="group_name_in_brand")]

    def __str__(self) -> str:
        return f"{self.name} ({self.brand})"

    @property
    def audited_as(self) -> str:
        """What the configuration history calls it, whatever its brand is called by then."""
        return f"{self.name} ({self.brand.key})"

    def rights(self) -> frozenset[str]:
        """The values of Right that this group gives."""
        given = {
            Right.IMPORT: self.may_import,
            Right.EXPORT: self.may_export,
            Right.UNDO: self.may_undo,
            Right.TEMPLATES: self.may_edit_templates,
            Right.ADMINISTRATION: self.may_administer,
        }
        return frozenset(right.value for right, has in given.items() if has)


class GroupAccess(models.Model):
    """What a group may do with the records of one entity type; a type without a row is closed to it."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="accesses", verbose_name=_("group"))
    entity_type = models.CharField(_("entity type"), max_length=60)
    access = models.CharField(_("access"), max_length=5, choices=Access.choices, default=Access.READ)

    class Meta:
        ordering: ClassVar = ["entity_type"]
        verbose_name = _("access to an entity type")
        verbose_name_plural = _("access to entity types")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "entity_type"], name="group_access_once_a_type")
        ]

    def __str__(self) -> str:
        return f"{self.entity_type}: {self.access}"


class Membership(models.Model):
    """An API login: a user name within one brand, with a password of its own.

    `generation` counts what must end every token at once: a new password, deactivation. A token carries the generation
    it was issued under. `user` links the login to a site user, who thereby has its rights on the pages too.
    """

    class Status(models.TextChoices):
        """Only an active login is let in."""

        ACTIVE = "active", _("active")
        DEACTIVATED = "deactivated", _("deactivated")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("brand"))
    username = models.CharField(_("user name"), max_length=USERNAME_LENGTH)
    username_folded = models.CharField(max_length=USERNAME_LENGTH * 2, editable=False)
    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    group = models.ForeignKey(
        Group, on_delete=models.SET_NULL, null=True, blank=True, related_name="memberships", verbose_name=_("group")
    )
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="memberships", verbose_name=_("site user")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.ACTIVE)
    password = models.CharField(_("password"), max_length=200, editable=False)
    password_changed_at = models.DateTimeField(_("password changed"), null=True, editable=False)
    generation = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["brand", "username"]
        verbose_name = _("API user")
        verbose_name_plural = _("API users")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["brand", "username_folded"],
                name="username_in_brand",
                violation_error_message=USERNAME_TAKEN,
                violation_error_code="username_taken",
            ),
            models.UniqueConstraint(fields=["brand", "user"], name="site_user_once_in_brand"),
        ]

    def __str__(self) -> str:
        return f"{self.username} ({self.brand})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username_folded = folded_username(self.username)
        super().save(*args, **kwargs)

    @property
    def audited_as(self) -> str:
        """What the configuration history calls it, whatever its brand is called by then."""
        return f"{self.username} ({self.brand.key})"

    def clean(self) -> None:
        """The group is one of the same brand, and the user name is text that is free in this brand."""
        if self.group is not None and self.group.brand_id != self.brand_id:
            raise _refused("group", _("This group belongs to another brand."), "foreign_group")
        if not is_plain_text(self.username) or not folded_username(self.username):
            raise _refused("username", _("Use letters, digits and signs only."), "username")
        self.username_folded = folded_username(self.username)
        same = Membership.objects.filter(brand_id=self.brand_id, username_folded=self.username_folded)
        if self.brand_id and same.exclude(pk=self.pk).exists():
            raise _refused("username", USERNAME_TAKEN, "username_taken")

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE


def _refused(field: str, sentence: StrOrPromise, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(sentence, code=code)})
