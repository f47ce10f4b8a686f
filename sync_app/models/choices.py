"""How a brand likes to look at its records."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ColumnChoice(models.Model):
    """The fields shown as columns in the list of one entity type, in order: names of the catalog."""

    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="+")
    entity_type = models.CharField(max_length=64)
    fields = models.JSONField(default=list)

    class Meta:
        verbose_name = _("choice of columns")
        verbose_name_plural = _("choices of columns")
        constraints = [models.UniqueConstraint(fields=["brand", "entity_type"], name="columns_once_per_type")]

    def __str__(self) -> str:
        return self.entity_type
