"""The screen of the configuration history: to read, never to change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integration_admin.accounts.audit_words import action_words
from integration_admin.accounts.models import AuditEntry
from integration_admin.keyset import KeysetList
from integration_admin.scoped_admin import BrandScopedAdmin


class ActionFilter(admin.SimpleListFilter):
    """The things that were done, by their words."""

    title = gettext_lazy("what")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        seen = model_admin.get_queryset(request).order_by("action").values_list("action", flat=True).distinct()
        return [(action, action_words(action)) for action in seen]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(KeysetList, BrandScopedAdmin):
    """Newest first."""

    read_only: ClassVar[bool] = True
    list_display = ("at", "brand", "actor", "what", "target")
    sortable_by = ("at",)
    list_filter = ("brand", ActionFilter)
    list_select_related = ("brand",)
    search_fields = ("actor", "action", "target")
    fields = ("at", "brand", "actor", "what", "target", "changes")
    readonly_fields = ("what", "changes")

    @admin.display(description=gettext_lazy("what"), ordering="action")
    def what(self, entry: AuditEntry) -> str:
        return action_words(entry.action)

    @admin.display(description=gettext_lazy("changes"))
    def changes(self, entry: AuditEntry) -> SafeString:
        listed = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", _changes(entry))
        return format_html('<dl class="ia-changes">{}</dl>', listed or "–")


def _changes(entry: AuditEntry) -> Iterator[tuple[str, SafeString]]:
    """(name, old → new) of what changed; an entry without `before` tells what was set."""
    before: dict[str, Any] = entry.before or {}
    after: dict[str, Any] = entry.after or {}
    for name in dict.fromkeys((*before, *after)):
        old = format_html("<del>{}</del> → ", _value(before[name])) if name in before else ""
        new = format_html("<ins>{}</ins>", _value(after[name])) if name in after else ""
        yield name, format_html("{}{}", old, new)


def _value(value: object) -> str:
    if value is None or value == "":
        return _("empty")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
