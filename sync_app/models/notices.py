"""What people are told of syncs, and where: the wishes of a brand, and each message until it has arrived."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """The first three tell of a turn of health; `digest` once a day of the rest; `test` because somebody asked."""

    FAILING = "failing", _("Started failing")
    RECOVERED = "recovered", _("Recovered")
    HELD = "held", _("Held")
    DIGEST = "digest", _("Daily digest")
    TEST = "test", _("Test")


class Channel(models.TextChoices):
    """How a message travels."""

    EMAIL = "email", _("E-mail")
    WEBHOOK = "webhook", _("Webhook")


class NoticeSettings(models.Model):
    """Who is told in a brand, unless a sync says otherwise. `secret` signs webhooks, sealed (`accounts.sealing`).

    `digest_at`: when in the day of the brand the digest goes out, None = never; `digested_at`: up to when it told.
    """

    brand = models.OneToOneField(
        "accounts.Brand", models.CASCADE, primary_key=True, related_name="notices", verbose_name=_("brand")
    )
    emails = models.JSONField(_("e-mail addresses"), default=list, blank=True)
    webhook = models.CharField(_("webhook"), max_length=2000, blank=True)
    secret = models.TextField(blank=True)
    digest_at = models.TimeField(_("daily digest at"), null=True, blank=True)
    digested_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notifications of a brand")
        verbose_name_plural = _("notifications")

    def __str__(self) -> str:
        return str(self.brand)


class Notice(models.Model):
    """One message to one address: its text is made once, so that every try says the same.

    `key` tells whoever receives it that two are one. `due_at` is when it may be tried: taking it moves that on, so that
    of two workers one sends it. `sent_at` or `given_up_at` end it. `error` is the last problem: code and params.
    """

    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey("accounts.Brand", models.CASCADE, db_index=False, related_name="+")
    event = models.ForeignKey("sync_app.SyncEvent", models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.CharField(max_length=2000)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["brand", "-id"], name="notice_by_brand"),
            models.Index(
                fields=["due_at"], name="notice_waiting", condition=Q(sent_at__isnull=True, given_up_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.channel}"
