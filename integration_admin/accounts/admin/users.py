"""The screen of site users: for superusers only, since a site user belongs to no brand."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserCreationForm

from integration_admin.accounts import audit
from integration_admin.accounts.models import User
from integration_admin.scoped_admin import BrandScopedAdmin, acting


class NewUserForm(UserCreationForm):
    """A new user with a password; Django's own form asks for a user name, which ours do not have."""

    class Meta:
        model = User
        fields = ("email", "full_name", "is_staff", "is_superuser")


class UserForm(ModelForm):
    """The site always keeps one superuser who can sign in."""

    class Meta:
        model = User
        fields = ("email", "full_name", "is_staff", "is_superuser", "is_active")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        stays = all(cleaned.get(name) for name in ("is_staff", "is_superuser", "is_active"))
        others = User.objects.filter(is_staff=True, is_superuser=True, is_active=True).exclude(pk=self.instance.pk)
        if not stays and not others.exists():
            raise ValidationError(_("This is the last superuser; the site would have nobody left."), code="last")
        return cleaned


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    """Deactivated, never deleted: histories name them."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    ordering = ("email",)
    list_display = ("email", "full_name", "is_staff", "is_superuser", "is_active", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active")
    search_fields = ("email", "full_name")
    filter_horizontal = ()
    empty_value_display = BrandScopedAdmin.empty_value_display
    readonly_fields = ("last_login",)
    fieldsets = ((None, {"fields": ("email", "full_name", "is_staff", "is_superuser", "is_active", "last_login")}),)
    add_fieldsets = ((None, {"fields": ("email", "full_name", "is_staff", "is_superuser", "password1", "password2")}),)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Nobody else is told which users there are: what is refused is refused before it is looked for."""
        if not _is_superuser(request):
            raise PermissionDenied
        return super().get_object(request, object_id, from_field)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        super().save_model(request, obj, form, change)
        shown = [name for name in form.changed_data if "password" not in name]
        audit.record(
            brand=None,
            by=acting(request),
            action="change_user" if change else "create_user",
            target=obj.email,
            at=timezone.now(),
            before={name: form.initial.get(name) for name in shown} if change else None,
            after={name: form.cleaned_data.get(name) for name in shown},
        )


def _is_superuser(request: HttpRequest) -> bool:
    user = request.user
    return bool(user.is_authenticated and user.is_active and user.is_staff and user.is_superuser)
