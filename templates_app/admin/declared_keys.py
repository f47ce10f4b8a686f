"""The screen of declared keys: to read. A key of a new field is declared with it; one of a field that records have
values of is declared by a run, which looks at those records first.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from integration_admin.scoped_admin import BrandScopedAdmin
from templates_app.models import DeclaredKey


@admin.register(DeclaredKey)
class DeclaredKeyAdmin(BrandScopedAdmin):
    """What a brand declared beside the built-in keys."""

    read_only: ClassVar[bool] = True
    view_right: ClassVar[str | None] = None
    list_display = ("entity_type", "fields", "brand", "unique", "space")
    list_filter = ("brand", "entity_type", "unique")
    list_select_related = ("brand",)
    search_fields = ("entity_type", "fields")
