"""The screen of the configuration history: to read, never to change."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime, timedelta
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import RangeDateFilter

from integration_admin.accounts.audit_words import action_words
from integration_admin.accounts.histories import told
from integration_admin.accounts.models import AuditEntry
from integration_admin.keyset import KeysetList
from integration_admin.scoped_admin import BrandScopedAdmin

SHOWN_IN_LIST: Final = 3
ACTORS_OFFERED: Final = 50


class ActionFilter(admin.SimpleListFilter):
    """The things that were done, by their words."""

    title = gettext_lazy("what")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        seen = model_admin.get_queryset(request).order_by("action").values_list("action", flat=True).distinct()
        return [(action, action_words(action)) for action in seen]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(action=self.value()) if self.value() else queryset


class ActorFilter(admin.SimpleListFilter):
    """Who did it."""

    title = gettext_lazy("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        seen = model_admin.get_queryset(request).order_by("actor").values_list("actor", flat=True).distinct()
        return [(actor, actor) for actor in seen[:ACTORS_OFFERED]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(actor=self.value()) if self.value() else queryset


class DaysFilter(RangeDateFilter):
    """From the beginning of one day to the end of another, in the zone the page shows; what is no day is not asked."""

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        first, last = (_day(self.used_parameters.get(f"{self.parameter_name}_{end}")) for end in ("from", "to"))
        if first is not None:
            queryset = queryset.filter(at__gte=make_aware(first))
        return queryset.filter(at__lt=make_aware(last + timedelta(days=1))) if last is not None else queryset


def _day(text: object) -> datetime | None:
    try:
        day = datetime.fromisoformat(str(text)[:10])
    except ValueError:
        return None
    return day if MINYEAR < day.year < MAXYEAR else None


@admin.register(AuditEntry)
class AuditEntryAdmin(KeysetList, BrandScopedAdmin):
    """Newest first. Each line says what changed; the page of an entry says all of it."""

    read_only: ClassVar[bool] = True
    list_display = ("at", "brand", "actor", "what", "target", "changed")
    sortable_by = ("at",)
    list_filter = ("brand", ActionFilter, ActorFilter, ("at", DaysFilter))
    list_filter_submit = True
    list_select_related = ("brand",)
    search_fields = ("actor", "action", "target")
    fields = ("at", "brand", "actor", "what", "target", "changes")
    readonly_fields = ("what", "changes")

    @admin.display(description=gettext_lazy("what"), ordering="action")
    def what(self, entry: AuditEntry) -> str:
        return action_words(entry.action)

    @admin.display(description=gettext_lazy("changes"))
    def changes(self, entry: AuditEntry) -> SafeString:
        return render_to_string("integration_admin/audit_changes.html", {"changes": told(entry).changes})

    @admin.display(description=gettext_lazy("changes"), empty_value="–")
    def changed(self, entry: AuditEntry) -> SafeString | None:
        """The first of them in a line."""
        changes = told(entry).changes
        shown = format_html_join(
            "; ",
            "{}: {}{}",
            (
                (
                    one.label,
                    format_html("<del>{}</del> → ", _short(one.old)) if one.old is not None else "",
                    format_html("<ins>{}</ins>", _short(one.new)) if one.new is not None else "",
                )
                for one in changes[:SHOWN_IN_LIST]
            ),
        )
        more = len(changes) - SHOWN_IN_LIST
        rest = ngettext("%(count)d more", "%(count)d more", more) % {"count": more} if more > 0 else ""
        return (
            format_html('<span class="ia-changes">{}{}</span>', shown, f"; {rest}" if rest else "") if changes else None
        )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
