"""The screens of application keys, account tokens and access tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.admin.key_form import AppKeyForm
from integration_admin.accounts.admin.usage_chart import ShowsUse
from integration_admin.accounts.logins import create_appkey, revoke_account_token, revoke_appkey
from integration_admin.accounts.models import AccessToken, AccountToken, AppKey
from integration_admin.accounts.shown_once import SENT_BEFORE, Shown, shown_once
from integration_admin.keyset import KeysetList
from integration_admin.scoped_admin import BrandScopedAdmin, acting

APPKEYS = "admin:accounts_appkey_changelist"


@admin.register(AppKey)
class AppKeyAdmin(ShowsUse):
    """The key is shown once, when it is made. Revoked, never deleted: histories name it."""

    sent_before: ClassVar[object] = SENT_BEFORE
    form = AppKeyForm
    list_display = ("label", "brand", "partner", "prefix", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("brand",)
    list_select_related = ("brand",)
    search_fields = ("label", "partner", "prefix")
    readonly_fields = ("prefix", "created_at", "last_used_at", "revoked_at")
    actions: ClassVar[Any] = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        return AppKeyForm.Meta.fields if obj is None else (*AppKeyForm.Meta.fields, *self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: AppKey, form: forms.ModelForm[AppKey], change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        row, clear = create_appkey(
            brand=obj.brand,
            label=obj.label,
            partner=obj.partner,
            scopes=obj.scopes,
            allowed_templates=obj.allowed_templates,
            expires_at=obj.expires_at,
            calls_per_hour=obj.calls_per_hour,
            at=timezone.now(),
            by=acting(request),
        )
        obj.pk = row.pk
        obj.refresh_from_db()
        vars(obj)["shown_once"] = clear

    def response_add(self, request: HttpRequest, obj: AppKey, post_url_continue: str | None = None) -> HttpResponse:
        shown = Shown(label=f"{obj.label} ({obj.brand})", value=vars(obj)["shown_once"])
        return shown_once(request=request, shown=[shown], back=reverse(APPKEYS))

    @admin.action(description=_("Revoke: refused at once, with every token issued under it"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[AppKey]) -> None:
        for key in queryset.select_related("brand"):
            if self.has_change_permission(request, key):
                revoke_appkey(appkey=key, at=timezone.now(), by=acting(request))


class TokenAdmin(BrandScopedAdmin):
    """Tokens are made by exchange or on the account page; here they are seen."""

    brand_path: ClassVar[str] = "membership__brand"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        return list(self.fields or ())


@admin.register(AccountToken)
class AccountTokenAdmin(TokenAdmin):
    """Revoking one ends the access tokens it was exchanged for."""

    when_empty: ClassVar[object] = _("People make their own at My access.")
    list_display = ("membership", "label", "prefix", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("membership__brand",)
    search_fields = ("membership__username", "label", "prefix")
    fields = ("membership", "label", "prefix", "created_at", "expires_at", "last_used_at", "revoked_at")
    actions: ClassVar[Any] = ("revoke",)

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[AccountToken]) -> None:
        for token in queryset.select_related("membership__brand"):
            if self.has_change_permission(request, token):
                revoke_account_token(token=token, at=timezone.now(), by=acting(request))


@admin.register(AccessToken)
class AccessTokenAdmin(KeysetList, TokenAdmin):
    """Newest first, to read only."""

    when_empty: ClassVar[object] = _("One comes of each sign-in of a program.")
    read_only: ClassVar[bool] = True
    list_display = ("membership", "appkey", "issued_at", "expires_at")
    ordering = ("-id",)
    sortable_by = ()
    list_select_related = ("membership__brand", "appkey")
    search_fields = ("membership__username",)
    fields = ("membership", "appkey", "account_token", "issued_at", "expires_at")
