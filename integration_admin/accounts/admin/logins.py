"""The screens of API users and groups."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import ActionForm

from integration_admin.accounts import credentials
from integration_admin.accounts.logins import activate, create_account_token, deactivate, set_password
from integration_admin.accounts.models import Group, GroupAccess, Membership
from integration_admin.accounts.shown_once import SENT_BEFORE, Shown, shown_once
from integration_admin.one_press import fresh, one_press
from integration_admin.scoped_admin import BrandScopedAdmin, ScopedInline, acting

MEMBERSHIPS = "admin:accounts_membership_changelist"


class OnceActionForm(ActionForm):
    """The choice of an action, which is one press."""

    once = forms.CharField(label="", required=False, initial=fresh, widget=forms.HiddenInput)


@admin.register(Membership)
class MembershipAdmin(BrandScopedAdmin):
    """A new API user's password is made and shown once. What ends or opens a login are actions, sent by POST."""

    sent_before: ClassVar[object] = SENT_BEFORE
    action_form = OnceActionForm
    list_display = ("username", "brand", "full_name", "group", "status", "user")
    list_filter = ("brand", "status", "group")
    list_select_related = ("brand", "group", "user")
    search_fields = ("username", "full_name", "company")
    fields = ("brand", "username", "full_name", "company", "group", "user", "status", "password_changed_at")
    readonly_fields = ("status", "password_changed_at")
    actions: ClassVar[Any] = ("new_password", "new_account_token", "deactivate", "activate")

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        """Only superusers see who the site users are, and link one to a login: that gives them its rights."""
        fields = super().get_readonly_fields(request, obj)
        user = request.user
        return fields if user.is_authenticated and user.is_superuser else [*fields, "user"]

    def save_model(self, request: HttpRequest, obj: Membership, form: ModelForm[Any], change: bool) -> None:
        if not change:
            clear = credentials.mint_password()
            obj.password = credentials.password_hash(password=clear)
            obj.password_changed_at = timezone.now()
            vars(obj)["shown_once"] = clear
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Membership, post_url_continue: str | None = None) -> HttpResponse:
        shown = Shown(label=str(obj), value=vars(obj)["shown_once"])
        return shown_once(request=request, shown=[shown], back=reverse(MEMBERSHIPS))

    @admin.action(description=_("Make a new password, shown once"), permissions=["change"])
    def new_password(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse:
        shown = []
        for member in self._changeable(request, queryset):
            clear = credentials.mint_password()
            set_password(membership=member, password=clear, at=timezone.now(), by=acting(request))
            shown.append(Shown(label=str(member), value=clear))
        return shown_once(request=request, shown=shown, back=reverse(MEMBERSHIPS))

    @admin.action(description=_("Make an account token, shown once"), permissions=["change"])
    def new_account_token(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse:
        shown = []
        with one_press(request) as press:
            if not press.first:
                messages.warning(request, SENT_BEFORE)
                return HttpResponseRedirect(reverse(MEMBERSHIPS))
            for member in self._changeable(request, queryset):
                _row, clear = create_account_token(membership=member, at=timezone.now(), by=acting(request))
                shown.append(Shown(label=str(member), value=clear))
        return shown_once(request=request, shown=shown, back=reverse(MEMBERSHIPS))

    @admin.action(description=_("Deactivate: their tokens end at once"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for member in self._changeable(request, queryset):
            deactivate(membership=member, at=timezone.now(), by=acting(request))

    @admin.action(description=_("Activate"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for member in self._changeable(request, queryset):
            activate(membership=member, at=timezone.now(), by=acting(request))

    def _changeable(self, request: HttpRequest, queryset: QuerySet[Membership]) -> list[Membership]:
        return [member for member in queryset if self.has_change_permission(request, member)]


class GroupAccessInline(ScopedInline):
    """One row a type; a type without a row is closed."""

    model = GroupAccess
    fields = ("entity_type", "access")


@admin.register(Group)
class GroupAdmin(BrandScopedAdmin):
    """Deleting a group leaves its members without one: they are let in no more until they join another."""

    deletable: ClassVar[bool] = True
    list_display = ("name", "brand", "may_import", "may_export", "may_undo", "may_edit_templates", "may_administer")
    list_filter = ("brand",)
    list_select_related = ("brand",)
    search_fields = ("name",)
    fields = (
        "brand",
        "name",
        "may_import",
        "may_export",
        "may_undo",
        "may_edit_templates",
        "may_administer",
        "every_type",
    )
    inlines = (GroupAccessInline,)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], Any]:
        """Its access rows go with it; whoever may delete the group needs no further permission for them."""
        to_delete, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected
