"""What runs by itself: a connection to another system, a sync over it, and each time the sync was due."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SyncDirection(models.TextChoices):
    """`pull`: fetch and import. `push`: export and send."""

    PULL = "pull", _("Pull")
    PUSH = "push", _("Push")


class Health(models.TextChoices):
    """How a sync does. People are told when it changes, not each time it is bad."""

    UNKNOWN = "unknown", _("Not run yet")
    WELL = "well", _("Well")
    FAILING = "failing", _("Failing")
    HELD = "held", _("Held")


class TurnStatus(models.TextChoices):
    """`held`: planned, and a guard asks a person. `rejected`: that person said no. `overlapped`: the one before
    was still going. `postponed`: the other system asked to come later, which is no failure.
    """

    WAITING = "waiting", _("Waiting")
    FETCHING = "fetching", _("Fetching")
    PLANNING = "planning", _("Planning")
    WRITING = "writing", _("Writing")
    SENDING = "sending", _("Sending")
    HELD = "held", _("Held")
    SUCCEEDED = "succeeded", _("Succeeded")
    WITH_FAILURES = "with_failures", _("With failures")
    FAILED = "failed", _("Failed")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")
    OVERLAPPED = "overlapped", _("Skipped")
    POSTPONED = "postponed", _("Postponed")


OPEN_TURNS = (
    TurnStatus.WAITING,
    TurnStatus.FETCHING,
    TurnStatus.PLANNING,
    TurnStatus.WRITING,
    TurnStatus.SENDING,
    TurnStatus.HELD,
)


class Connection(models.Model):
    """Another system as one brand reaches it. `connector` names how (`syncs.connectors`); `settings` are its answers
    to the connector's form; `secrets` are those of them nobody may read again, sealed (`accounts.sealing`).
    """

    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="connections")
    name = models.CharField(_("name"), max_length=100)
    connector = models.CharField(_("connector"), max_length=40)
    settings = models.JSONField(default=dict)
    secrets = models.TextField(blank=True)
    refusals = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="connection_once")]

    def __str__(self) -> str:
        return self.name


class Sync(models.Model):
    """One exchange that repeats. It acts as the person of `user`, with the rights they have at that moment.

    `transfer`: the connector's settings for this sync. `options`: those of an import. `rule`: the schedule as JSON,
    empty = only by hand. `guards`, `mirror`, `protected`: JSON of their rules (`syncs.guards`, `syncs.mirror`).
    `watermark` is the connector's own word for "up to here" (pull), or our cursor (push); empty = from the beginning.
    `begun_at`: when it was last led elsewhere; what it brought before came from there. None = never.
    `columns` is the shape of the last source that was accepted: name -> sort of value; `rows` its size.
    """

    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="syncs")
    name = models.CharField(_("name"), max_length=100)
    direction = models.CharField(_("direction"), max_length=8, choices=SyncDirection.choices)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="syncs")
    template = models.ForeignKey("templates_app.Template", models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    transfer = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    simulate = models.BooleanField(_("only rehearse"), default=False)
    rule = models.JSONField(default=dict)
    guards = models.JSONField(default=dict)
    mirror = models.JSONField(default=dict)
    protected = models.JSONField(default=list)
    notify = models.JSONField(default=dict)
    active = models.BooleanField(_("active"), default=True)
    next_due = models.DateTimeField(null=True)
    watermark = models.TextField(blank=True)
    begun_at = models.DateTimeField(null=True)
    columns = models.JSONField(default=dict)
    rows = models.IntegerField(null=True)
    health = models.CharField(max_length=8, choices=Health.choices, default=Health.UNKNOWN)
    health_since = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sync")
        verbose_name_plural = _("syncs")
        indexes = [models.Index(fields=["next_due"], name="sync_due", condition=Q(active=True))]
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="sync_once")]

    def __str__(self) -> str:
        return self.name


class SyncTurn(models.Model):
    """One time a sync was due, and what came of it: one row per due time, whoever else thought it was due as well.

    `watermark` is where the sync stands once this turn has committed. `fence` and `expires_at` are its lease while it
    fetches or sends; runs have their own. `columns` is the shape of what it fetched. `held`: what tripped, as a list of
    problems. `trouble`: what sort of failure the other system gave (`connectors.base.Trouble`). `receipt` waits for the
    connector to settle it until `settled`.
    """

    id = models.BigAutoField(primary_key=True)
    sync = models.ForeignKey(Sync, models.CASCADE, db_index=False, related_name="turns")
    due_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=16, choices=TurnStatus.choices, default=TurnStatus.WAITING)
    run = models.OneToOneField("sync_app.Run", models.SET_NULL, null=True, related_name="turn")
    holder = models.CharField(max_length=100, blank=True)
    fence = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    watermark = models.TextField(blank=True)
    receipt = models.JSONField(default=dict)
    settled = models.BooleanField(default=True)
    complete = models.BooleanField(default=False)
    rows = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    held = models.JSONField(default=list)
    error = models.JSONField(default=dict)
    trouble = models.CharField(max_length=16, blank=True)
    cancel = models.BooleanField(default=False)
    progress = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("turn of a sync")
        verbose_name_plural = _("turns of syncs")
        indexes = [
            models.Index(fields=["sync", "-id"], name="turn_by_sync"),
            models.Index(fields=["status"], name="turn_open", condition=Q(finished_at=None)),
            models.Index(fields=["finished_at"], name="turn_unsettled", condition=Q(settled=False)),
        ]
        constraints = [models.UniqueConstraint(fields=["sync", "due_at"], name="turn_once_per_due_time")]

    def __str__(self) -> str:
        return f"{self.sync_id} at {self.due_at:%Y-%m-%d %H:%M}"


class SyncEvent(models.Model):
    """The health of a sync has turned: written with what turned it, and waiting for whoever tells people of it."""

    id = models.BigAutoField(primary_key=True)
    sync = models.ForeignKey(Sync, models.CASCADE, related_name="events")
    turn = models.ForeignKey(SyncTurn, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    before = models.CharField(max_length=8, choices=Health.choices)
    after = models.CharField(max_length=8, choices=Health.choices)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("turn of health")
        verbose_name_plural = _("turns of health")
        indexes = [models.Index(fields=["id"], name="event_untold", condition=Q(told_at=None))]

    def __str__(self) -> str:
        return f"{self.sync_id}: {self.before} to {self.after}"


class TurnTotal(models.Model):
    """How many turns have ended so: what is counted stays when the turns themselves are long forgotten."""

    connector = models.CharField(max_length=40)
    direction = models.CharField(max_length=8)
    outcome = models.CharField(max_length=16)
    trouble = models.CharField(max_length=16, blank=True)
    turns = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connector", "direction", "outcome", "trouble"], name="turn_total_once"),
        ]

    def __str__(self) -> str:
        return f"{self.connector} {self.direction} {self.outcome}: {self.turns}"
