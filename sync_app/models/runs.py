"""Runs: what was asked, what came of it, and the journal that proves it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RunKind(models.TextChoices):
    """`edit` is a change by hand or by an entity call; it is journalled like any other run."""

    IMPORT = "import", _("Import")
    EXPORT = "export", _("Export")
    APPLY = "apply", _("Apply")
    UNDO = "undo", _("Undo")
    EDIT = "edit", _("Edit")
    CATALOG = "catalog", _("Catalog")


class RunStatus(models.TextChoices):
    """`with_failures`: finished, some rows failed. `stopped`: `stopOnError` met one. `interrupted`: died thrice."""

    QUEUED = "queued", _("Queued")
    PLANNING = "planning", _("Planning")
    RUNNING = "running", _("Running")
    HELD = "held", _("Held")
    SUCCEEDED = "succeeded", _("Succeeded")
    WITH_FAILURES = "with_failures", _("With failures")
    STOPPED = "stopped", _("Stopped")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")
    INTERRUPTED = "interrupted", _("Interrupted")


OPEN_STATUSES = (RunStatus.QUEUED, RunStatus.PLANNING, RunStatus.RUNNING, RunStatus.HELD)


class Run(models.Model):
    """One run. Its row changes at its beginning and its end only; what moves meanwhile is on the lease."""

    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="runs")
    kind = models.CharField(max_length=16, choices=RunKind.choices)
    simulate = models.BooleanField(default=False)
    status = models.CharField(max_length=16, choices=RunStatus.choices, default=RunStatus.QUEUED)
    trigger = models.CharField(max_length=16, default="command")
    actor = models.CharField(max_length=200)
    membership = models.ForeignKey("accounts.Membership", models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    template_version = models.ForeignKey("templates_app.TemplateVersion", models.PROTECT, null=True, related_name="+")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    options = models.JSONField(default=dict)
    source = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    by_type = models.JSONField(default=dict)
    statistics = models.JSONField(default=dict)
    error = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        indexes = [
            models.Index(fields=["brand", "-id"], name="run_by_brand"),
            models.Index(fields=["brand", "created_at"], name="run_by_day"),
            models.Index(fields=["status"], name="run_open", condition=Q(status__in=["queued", "planning", "running"])),
        ]
        constraints = [
            models.UniqueConstraint(fields=["parent"], condition=Q(kind="apply"), name="simulation_applied_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def only_planned(self) -> bool:
        """Whether its operations are what would be: it is simulated, or all or nothing was asked and a row failed."""
        return self.simulate or self.error.get("code") == "atomic_failed"


class RunPayload(models.Model):
    """The body of a run, compressed in parts, in the database so that any machine can take the run."""

    run = models.ForeignKey(Run, models.CASCADE, db_index=False, related_name="payload")
    part = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "part"], name="payload_part_once")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.part}"


class RunLease(models.Model):
    """Who works on a run, until when, and how far it is. `fence` grows with each claim: an older worker's writes,
    which carry the older fence, are refused. `progress` commits with each chunk, so a run resumes after it. `put_back`:
    a worker has looked at it and left it, because another run was writing in its brand.
    """

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="lease")
    holder = models.CharField(max_length=100, blank=True)
    fence = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    cancel = models.BooleanField(default=False)
    put_back = models.BooleanField(default=False)
    progress = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.run_id} by {self.holder}"


class JournalEntry(models.Model):
    """One operation of one run: planned (`applied` false) or done. `before` and `after` hold the changed fields only.

    They are JSON texts rather than JSON columns: the digest of a revision is over these very texts, and list pages do
    not select them. `row` and `item` name the source (`12/3`); `row` 0 is no source row. `problems` is a JSON list.
    """

    pk = models.CompositePrimaryKey("run_id", "seq")
    run = models.ForeignKey(Run, models.CASCADE, db_constraint=False, db_index=False, related_name="entries")
    seq = models.BigIntegerField()
    row = models.IntegerField(default=0)
    item = models.CharField(max_length=32, blank=True)
    entity_type = models.CharField(max_length=64)
    key = models.CharField(max_length=255, blank=True)
    record = models.BigIntegerField(null=True)
    operation = models.CharField(max_length=10)
    applied = models.BooleanField()
    before = models.TextField(null=True)  # noqa: DJ001 - null is "no values", which an empty JSON text is not
    after = models.TextField(null=True)  # noqa: DJ001
    fields = models.TextField(blank=True)
    code = models.CharField(max_length=40, blank=True)
    problems = models.TextField(blank=True)
    version_seen = models.IntegerField(default=0)
    version_after = models.IntegerField(default=0)
    revision = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "operation", "entity_type", "seq"], name="entry_by_outcome"),
            models.Index(fields=["record", "revision"], name="entry_by_record", condition=Q(applied=True)),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.seq} {self.operation}"


class FailedRow(models.Model):
    """A row that failed, as it came, and what a person made of it (`edited`): JSON texts, which keep the order."""

    run = models.ForeignKey(Run, models.CASCADE, db_index=False, related_name="failed_rows")
    row = models.IntegerField()
    content = models.TextField()
    edited = models.TextField(blank=True)
    code = models.CharField(max_length=40)
    problems = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row"], name="failed_row_once")]

    def __str__(self) -> str:
        return f"{self.run_id} row {self.row}"


class RunSummary(models.Model):
    """What the journal of an ended run holds, counted once, so that no page of a report counts again.

    `changed`: lists of operation, type, field, count. `groups`: what was refused or kept, by code and place, each with
    an example. `places`: lists of operation, type, aspect (field, code or nothing), name, and a bit for each block of
    entries in which there is one, in hexadecimal.
    """

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="summary")
    changed = models.JSONField(default=list)
    groups = models.JSONField(default=list)
    places = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.run_id}"


class IdempotencyKey(models.Model):
    """A write that was asked under a name of the client's: the same key and body give the same answer."""

    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="+")
    actor = models.CharField(max_length=200)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    key = models.CharField(max_length=255)
    body_digest = models.CharField(max_length=64)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="+")
    status = models.IntegerField(default=0)
    answer = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "actor", "method", "path", "key"], name="idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return self.key
