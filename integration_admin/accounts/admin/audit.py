"""The screen of the configuration history: to read, never to change."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from integration_admin.accounts.models import AuditEntry
from integration_admin.scoped_admin import BrandScopedAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(BrandScopedAdmin):
    """Newest first."""

    read_only: ClassVar[bool] = True
    list_display = ("at", "brand", "actor", "action", "target")
    list_filter = ("brand", "action")
    list_select_related = ("brand",)
    search_fields = ("actor", "action", "target")
    fields = ("at", "brand", "actor", "action", "target", "before", "after")
