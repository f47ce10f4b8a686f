"""What all runs together did, for whoever watches the site."""

from __future__ import annotations

from django.db import models


class RunTotal(models.Model):
    """Runs of one kind and outcome since the site began: how many, their rows, and how long they took together.

    They only ever grow, whatever is purged.
    """

    kind = models.CharField(max_length=16)
    simulate = models.BooleanField()
    status = models.CharField(max_length=16)
    runs = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    rows_failed = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "simulate", "status"], name="total_once_per_outcome")]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}: {self.runs}"
