"""The middle floor: what can be mapped, and the language that maps it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TemplatesAppConfig(AppConfig):
    name = "templates_app"
    label = "templates_app"
    verbose_name = _("Catalog and templates")
    default_auto_field = "django.db.models.BigAutoField"
