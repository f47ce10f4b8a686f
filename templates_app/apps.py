"""The middle floor: what can be mapped, and the language that maps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from integration_admin.column_words import name_columns

COLUMNS: Final[Mapping[str, Mapping[str, object]]] = {
    "CustomEntityType": {
        "brand": _("brand"),
        "name": _("name"),
        "title": _("title"),
        "label_fields": _("fields of the label"),
        "retired": _("retired"),
    },
    "CustomField": {
        "brand": _("brand"),
        "entity_type": _("entity type"),
        "name": _("name"),
        "kind": _("kind"),
        "options": _("options"),
        "label": _("label"),
        "required": _("required"),
        "retired": _("retired"),
        "position": _("Position"),
    },
    "DeclaredKey": {
        "brand": _("brand"),
        "entity_type": _("entity type"),
        "fields": _("Fields"),
        "unique": _("unique"),
        "space": _("shared with"),
    },
    "Template": {
        "brand": _("brand"),
        "name": _("name"),
        "direction": _("direction"),
        "builtin": _("built in"),
        "archived": _("archived"),
    },
}


class TemplatesAppConfig(AppConfig):
    name = "templates_app"
    label = "templates_app"
    verbose_name = _("Catalog and templates")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        name_columns(self, COLUMNS)
