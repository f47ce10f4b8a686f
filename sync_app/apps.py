"""The Django app of this floor."""

from __future__ import annotations

from django.apps import AppConfig


class SyncAppConfig(AppConfig):
    name = "sync_app"
    label = "sync_app"
    default_auto_field = "django.db.models.BigAutoField"
