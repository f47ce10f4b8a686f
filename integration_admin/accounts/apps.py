"""The app of brands, users, keys and tokens."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "integration_admin.accounts"
    label = "accounts"
    verbose_name = _("Who may come in")
    default_auto_field = "django.db.models.BigAutoField"
