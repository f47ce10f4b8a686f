"""The Django app of this floor."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SyncAppConfig(AppConfig):
    name = "sync_app"
    label = "sync_app"
    verbose_name = _("Records and runs")
    default_auto_field = "django.db.models.BigAutoField"
