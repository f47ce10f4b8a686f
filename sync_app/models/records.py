"""The record store: records, what finds them, what refers to them, and the clock that orders every write."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sync_app.models.exact_json import ExactJSONField


class BrandClock(models.Model):
    """One row per brand: the lock every writing transaction takes first, and the revision it will write.

    It is not the Brand row: locking that one would block every insert that refers to it. `stamp` never goes back.
    `counts` are the live records per entity type, so that totals need no scan.
    """

    brand = models.OneToOneField("accounts.Brand", models.CASCADE, primary_key=True, related_name="clock")
    revision = models.BigIntegerField(default=0)
    stamp = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.brand_id} at {self.revision}"


class Revision(models.Model):
    """One committed write of one brand. `digest` is over the journal entries it wrote; `verify` and undo compare it."""

    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="+")
    number = models.BigIntegerField()
    run = models.ForeignKey("sync_app.Run", models.CASCADE, related_name="revisions")
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    stamp = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "number"], name="revision_once_per_brand")]
        indexes = [models.Index(fields=["brand", "stamp", "number"], name="revision_by_stamp")]

    def __str__(self) -> str:
        return f"{self.brand_id}/{self.number}"


class Record(models.Model):
    """One thing of a brand. `id` is the API's `key`. `data` is keyed by catalog field name; an empty field is absent.

    `version` counts the changes of this record, `revision` names the transaction that last changed it.
    """

    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="+")
    entity_type = models.CharField(max_length=64)
    data = ExactJSONField()
    label = models.CharField(max_length=255, blank=True)
    sort_label = models.CharField(max_length=255, blank=True)
    search = models.TextField(blank=True)
    version = models.IntegerField(default=1)
    revision = models.BigIntegerField()
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    export_status = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        # With the state at their end, the records before a page of a list are passed over without being looked at.
        indexes = [
            models.Index(fields=["brand", "entity_type", "sort_label", "id", "deleted_at"], name="record_by_label"),
            models.Index(fields=["brand", "entity_type", "revision", "id", "deleted_at"], name="record_by_revision"),
            models.Index(fields=["brand", "entity_type", "id", "deleted_at"], name="record_by_key"),
        ]

    def __str__(self) -> str:
        return self.label or f"{self.entity_type} {self.pk}"


class Identity(models.Model):
    """What a record is found by: (brand, space, value, tie) -> record.

    `tie` is 0 for a unique key, else the record id: one unique index is guard and look-up for both. It is written only
    by the applier, beside the record, so it carries no foreign keys of its own; `verify` recomputes it.
    """

    pk = models.CompositePrimaryKey("brand_id", "space", "value", "tie")
    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    space = models.CharField(max_length=160)
    value = models.CharField(max_length=255)
    tie = models.BigIntegerField()
    record = models.ForeignKey(Record, models.CASCADE, db_constraint=False, db_index=False, related_name="identities")

    def __str__(self) -> str:
        return f"{self.space}={self.value}"


class Reference(models.Model):
    """A reference field's target, one row a position, so that both directions can be asked and deletion guarded."""

    pk = models.CompositePrimaryKey("record_id", "field", "position")
    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    record = models.ForeignKey(Record, models.CASCADE, db_constraint=False, db_index=False, related_name="references")
    field = models.CharField(max_length=64)
    position = models.IntegerField()
    target = models.ForeignKey(Record, models.PROTECT, db_constraint=False, db_index=False, related_name="referrers")

    class Meta:
        indexes = [models.Index(fields=["brand", "target", "field"], name="reference_by_target")]

    def __str__(self) -> str:
        return f"{self.record_id}.{self.field} -> {self.target_id}"


class Blob(models.Model):
    """The bytes of a binary value, once per brand and digest."""

    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="+")
    digest = models.CharField(max_length=80)
    content = models.BinaryField()
    content_type = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "digest"], name="blob_once_per_brand")]

    def __str__(self) -> str:
        return self.digest


LIVE = Q(deleted_at__isnull=True)
