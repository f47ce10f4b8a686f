"""A brand: one organisation's room. Everything else belongs to exactly one."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.names import BRAND_KEY_LENGTH, brand_key

MOST_CALLS = 100_000_000


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def check_brand_key(value: str) -> None:
    """Raises ValidationError unless the value is a brand key, written as it is kept."""
    if brand_key(value) != value or value.strip("-") != value:
        message = _(
            "Use 2 to 40 small letters, digits or hyphens, first and last no hyphen, and none of the words this site "
            "needs for itself."
        )
        raise ValidationError(message, code="brand_key")


def check_time_zone(value: str) -> None:
    """Raises ValidationError unless the value names a zone of the tz database."""
    if value not in _time_zones():
        raise ValidationError(_("This is not a time zone, such as Europe/Paris."), code="time_zone")


class Brand(models.Model):
    """`key` is the first part of the brand's addresses; `api_version` decides how enums are written.

    An inactive brand answers nobody: its keys and tokens are refused from the next request on.
    """

    class ApiVersion(models.TextChoices):
        """4.1 writes enums as numbers, 4.7 by name."""

        V4_1 = "4.1", "4.1"
        V4_7 = "4.7", "4.7"

    key = models.CharField(_("key"), max_length=BRAND_KEY_LENGTH, unique=True, validators=[check_brand_key])
    name = models.CharField(_("name"), max_length=200)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_time_zone])
    language = models.CharField(_("language"), max_length=10, default="en", choices=settings.LANGUAGES)
    api_version = models.CharField(_("API version"), max_length=5, choices=ApiVersion.choices, default=ApiVersion.V4_7)
    sandbox = models.BooleanField(_("sandbox"), default=False, help_text=_("For rehearsal: its data may be reset."))
    auth_password = models.BooleanField(_("sign-in with user name and password"), default=True)
    auth_account = models.BooleanField(_("sign-in with an account token"), default=True)
    active = models.BooleanField(_("active"), default=True)
    calls_per_hour = models.PositiveIntegerField(
        _("calls an hour"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CALLS)],
        help_text=_("With all its keys together. Empty: as the site is set."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["key"]
        verbose_name = _("brand")
        verbose_name_plural = _("brands")

    def __str__(self) -> str:
        return self.name

    @property
    def audited_as(self) -> str:
        """What the configuration history calls it: the name may change, and two may have the same."""
        return self.key

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which times without a zone are read. ZoneInfoNotFoundError where the kept name is none."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (ValueError, OSError) as none:
            raise zoneinfo.ZoneInfoNotFoundError(self.time_zone) from none

    @property
    def shown_zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which pages show times: UTC where the kept name is none, or none that this machine knows."""
        return self.zone if self.zone_is_known else zoneinfo.ZoneInfo("UTC")

    @property
    def zone_is_known(self) -> bool:
        """Whether the kept name is that of a zone."""
        try:
            return bool(self.zone)
        except zoneinfo.ZoneInfoNotFoundError:
            return False
