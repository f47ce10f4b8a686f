"""The history of configuration: who changed what in the rules of the house. Changes of data are runs, not this."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.audit_words import action_words
from integration_admin.accounts.models.brands import Brand


class AuditEntry(models.Model):
    """Never holds a secret: keys appear by label and prefix. The actor is kept as text, which outlives the user."""

    brand = models.ForeignKey(
        Brand, on_delete=models.SET_NULL, null=True, related_name="audit_entries", verbose_name=_("brand")
    )
    at = models.DateTimeField(_("when"))
    actor = models.CharField(_("who"), max_length=300)
    action = models.CharField(_("what"), max_length=60)
    target = models.CharField(_("on"), max_length=300)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        verbose_name = _("configuration change")
        verbose_name_plural = _("configuration history")
        indexes: ClassVar = [models.Index(fields=["brand", "-at"], name="audit_by_brand")]

    def __str__(self) -> str:
        return f"{action_words(self.action)}: {self.target}"
