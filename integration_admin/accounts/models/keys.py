"""Application keys and tokens, kept as digests: nothing in these rows opens a door."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.models.brands import MOST_CALLS, Brand
from integration_admin.accounts.models.logins import Membership

DIGEST_LENGTH = 64


class Scope(models.TextChoices):
    """What an application key may be used for, whoever signs in with it."""

    IMPORT = "import", _("import")
    EXPORT = "export", _("export")
    RECORDS = "records", _("records")
    TEMPLATES = "templates", _("templates")
    RUNS = "runs", _("runs")


def every_scope() -> list[str]:
    """All scopes: what a new key has."""
    return list(Scope.values)


def check_scopes(value: object) -> None:
    """Raises ValidationError unless the value is a list of scopes."""
    if not isinstance(value, list) or not set(map(str, value)) <= set(Scope.values):
        raise ValidationError(_("Use a list of: import, export, records, templates, runs."), code="scopes")


def check_template_names(value: object) -> None:
    """Raises ValidationError unless the value is a list of texts."""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValidationError(_("Use a list of template names."), code="allowed_templates")


class AppKey(models.Model):
    """Names the calling application. `allowed_templates` empty means all; `prefix` is what people see of the key."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="appkeys", verbose_name=_("brand"))
    label = models.CharField(_("label"), max_length=100)
    partner = models.CharField(_("partner"), max_length=200, blank=True)
    prefix = models.CharField(_("begins with"), max_length=16, editable=False)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=every_scope, validators=[check_scopes])
    allowed_templates = models.JSONField(
        _("allowed templates"), default=list, blank=True, validators=[check_template_names]
    )
    calls_per_hour = models.PositiveIntegerField(
        _("calls an hour"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CALLS)],
        help_text=_("Empty: as the site is set. An import is one call, whatever its size."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["brand", "label", "pk"]
        verbose_name = _("application key")
        verbose_name_plural = _("application keys")

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"

    def is_valid(self, *, at: datetime) -> bool:
        """Neither revoked nor expired, and its brand is active."""
        return _is_live(self.revoked_at, self.expires_at, at) and self.brand.active


class AccountToken(models.Model):
    """A long-lived secret of one login, copied once and exchanged for access tokens any number of times."""

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="account_tokens", verbose_name=_("API user")
    )
    label = models.CharField(_("label"), max_length=100, blank=True)
    prefix = models.CharField(_("begins with"), max_length=16, editable=False)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["membership", "pk"]
        verbose_name = _("account token")
        verbose_name_plural = _("account tokens")

    def __str__(self) -> str:
        return f"{self.membership.username} ({self.prefix}…)"

    def is_valid(self, *, at: datetime) -> bool:
        """Neither revoked nor expired."""
        return _is_live(self.revoked_at, self.expires_at, at)


class AccessToken(models.Model):
    """What an API call shows. It ends with its appkey, its login's generation, and the account token it came from."""

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="access_tokens", verbose_name=_("API user")
    )
    appkey = models.ForeignKey(
        AppKey, on_delete=models.CASCADE, null=True, related_name="access_tokens", verbose_name=_("application key")
    )
    account_token = models.ForeignKey(
        AccountToken, on_delete=models.CASCADE, null=True, related_name="access_tokens", verbose_name=_("account token")
    )
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    generation = models.PositiveIntegerField(editable=False)
    issued_at = models.DateTimeField(_("issued"))
    expires_at = models.DateTimeField(_("expires"), db_index=True)

    class Meta:
        ordering: ClassVar = ["-issued_at", "-pk"]
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")

    def __str__(self) -> str:
        return f"{self.membership.username}, {self.issued_at:%Y-%m-%d %H:%M}"

    def is_valid(self, *, at: datetime) -> bool:
        """Within its lifetime, and nothing that it rests on has ended."""
        member = self.membership
        lives = at < self.expires_at
        rests = (self.appkey is None or self.appkey.is_valid(at=at)) and (
            self.account_token is None or self.account_token.is_valid(at=at)
        )
        stands = member.is_active and member.generation == self.generation and member.group is not None
        return lives and rests and stands and member.brand.active


def _is_live(revoked_at: datetime | None, expires_at: datetime | None, at: datetime) -> bool:
    return revoked_at is None and (expires_at is None or at < expires_at)
