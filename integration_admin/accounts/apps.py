"""The app of brands, users, keys and tokens."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "integration_admin.accounts"
    label = "accounts"
    verbose_name = _("Who may come in")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The house front is no app of its own; its checks are announced here.
        import_module("integration_admin.checks")
