"""The screen of brands."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from integration_admin.accounts.admin.usage_chart import ShowsUse
from integration_admin.accounts.brands import equip_brand, follow_zone
from integration_admin.accounts.models import Brand


@admin.register(Brand)
class BrandAdmin(ShowsUse):
    """Superusers make brands; a brand's administrators change what concerns only them."""

    brand_path: ClassVar[str] = "pk"
    list_display = ("key", "name", "time_zone", "language", "api_version", "sandbox", "active")
    list_filter = ("active", "sandbox")
    search_fields = ("key", "name")
    fields = (
        "key",
        "name",
        "time_zone",
        "language",
        "api_version",
        "auth_password",
        "auth_account",
        "calls_per_hour",
        "sandbox",
        "active",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.is_active and request.user.is_superuser)

    def brand_of(self, obj: models.Model) -> Brand | None:
        return obj if isinstance(obj, Brand) else None

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        """The key stands in the addresses of partners and never changes; the house rules are the superusers'."""
        fields = super().get_readonly_fields(request, obj)
        if obj is not None:
            fields = [*fields, "key"]
        return fields if self.has_add_permission(request) else [*fields, "calls_per_hour", "sandbox", "active"]

    def save_model(self, request: HttpRequest, obj: Brand, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            equip_brand(brand=obj, at=obj.created_at)
        elif "time_zone" in form.changed_data:
            follow_zone(brand=obj, at=timezone.now())
