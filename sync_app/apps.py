"""The Django app of this floor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from integration_admin.column_words import name_columns

COLUMNS: Final[Mapping[str, Mapping[str, object]]] = {
    "Run": {
        "brand": _("brand"),
        "actor": _("who"),
        "kind": _("kind"),
        "status": _("status"),
        "simulate": _("Simulated"),
        "created_at": _("created"),
    },
    "Connection": {"brand": _("brand")},
    "Sync": {"brand": _("brand"), "health": _("health")},
    "NoticeSettings": {"brand": _("brand")},
}


class SyncAppConfig(AppConfig):
    name = "sync_app"
    label = "sync_app"
    verbose_name = _("Records and runs")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        name_columns(self, COLUMNS)
