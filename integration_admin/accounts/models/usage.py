"""How often was called: counters that run, and what they came to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.models.keys import AppKey

COUNTER_LENGTH = 100


class Counter(models.Model):
    """A counter that all machines share, where they share no cache."""

    name = models.CharField(max_length=COUNTER_LENGTH, primary_key=True)
    value = models.BigIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")

    def __str__(self) -> str:
        return self.name


class KeyUse(models.Model):
    """The calls of one hour with one application key, `refused` of them because a quota was used up."""

    appkey = models.ForeignKey(AppKey, on_delete=models.CASCADE, related_name="uses", verbose_name=_("application key"))
    hour = models.DateTimeField(_("hour"), db_index=True)
    calls = models.PositiveIntegerField(_("calls"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)

    class Meta:
        ordering: ClassVar = ["appkey", "hour"]
        verbose_name = _("use of an application key")
        verbose_name_plural = _("use of application keys")
        constraints: ClassVar = [models.UniqueConstraint(fields=["appkey", "hour"], name="one_use_an_hour")]

    def __str__(self) -> str:
        return f"{self.appkey_id}, {self.hour:%Y-%m-%d %H}"
