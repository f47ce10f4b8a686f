"""The screen of syncs: the list, and where the pages of one are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.models import Right
from integration_admin.figures import figure
from integration_admin.framed_pages import View, addresses
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.columns import labelled
from sync_app.admin.sync_refusals import syncs_seen_in
from sync_app.admin.sync_words import HEALTH_TONES, TURN_TONES
from sync_app.admin.syncs import form as sync_form
from sync_app.admin.syncs import page as sync_page
from sync_app.admin.syncs import watermark as sync_watermark
from sync_app.admin.syncs.verbs import verb_pages
from sync_app.models import Health, Sync, SyncTurn, TurnStatus
from sync_app.syncs.keeping.reading import TOLD
from sync_app.syncs.schedule_words import schedule_in_words


@admin.register(Sync)
class SyncAdmin(BrandScopedAdmin):
    """Who makes templates or administers the brand sees its syncs; what may be done asks the use case."""

    view_right: ClassVar[str | None] = Right.TEMPLATES
    change_right: ClassVar[str | None] = Right.TEMPLATES
    list_display = ("name", "brand", "way", "over", "state", "schedule", "due", "outcome", "ended", "rows_last")
    list_filter = ("brand", "health", "direction", "active")
    list_select_related = ("brand", "connection")
    search_fields = ("name",)
    ordering = ("name", "id")
    actions: ClassVar[Any] = ()

    def seen_in(self, request: HttpRequest) -> frozenset[int]:
        return syncs_seen_in(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sync]:
        rows: QuerySet[Sync] = super().get_queryset(request)
        last = SyncTurn.objects.filter(sync=OuterRef("pk"), status__in=TOLD).order_by("-pk")
        return rows.annotate(
            has_run=Exists(SyncTurn.objects.filter(sync=OuterRef("pk"))),
            last_status=Subquery(last.values("status")[:1]),
            last_rows=Subquery(last.values("rows")[:1]),
            last_at=Subquery(last.values("finished_at")[:1]),
        )

    @admin.display(description=_("direction"), ordering="direction")
    def way(self, row: Sync) -> str:
        return str(row.get_direction_display())

    @admin.display(description=_("connection"), ordering="connection__name")
    def over(self, row: Sync) -> str:
        return row.connection.name

    @labelled(description=_("health"), ordering="health", tones=HEALTH_TONES)
    def state(self, row: Sync) -> tuple[str, object]:
        return row.health, row.get_health_display()

    @admin.display(description=_("schedule"))
    def schedule(self, row: Sync) -> str:
        return schedule_in_words(row.rule)

    @admin.display(description=_("next due"), ordering="next_due")
    def due(self, row: Sync) -> object:
        if not row.active:
            return _("paused")
        return _moment(row.next_due)

    @labelled(description=_("last outcome"), tones={**TURN_TONES, "": ""})
    def outcome(self, row: Sync) -> tuple[str, object]:
        status: str | None = vars(row)["last_status"]
        if status is None:
            return "", "–" if vars(row)["has_run"] else Health.UNKNOWN.label
        return status, TurnStatus(status).label

    @admin.display(description=_("last run"))
    def ended(self, row: Sync) -> str:
        return _moment(vars(row)["last_at"])

    @admin.display(description=_("rows"))
    def rows_last(self, row: Sync) -> str:
        rows: int | None = vars(row)["last_rows"]
        return "–" if rows is None else figure(rows)

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, View, str]] = [
            ("times/", sync_form.times, "times"),
            ("<int:pk>/edit/", sync_form.edit, "edit"),
            ("<int:pk>/watermark/", sync_watermark.show, "watermark"),
            *verb_pages(),
        ]

        def now(request: HttpRequest, pk: int) -> Any:
            return sync_page.signed_in_only(self, request, pk)

        moving = path("<int:pk>/now/", now, name="sync_app_sync_now")
        return [moving, *addresses(self, "sync_app_sync", pages), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return sync_form.add(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found: Sync = self.get_object(request, object_id)
        return sync_page.show(self, request, found.pk)


def _moment(at: datetime | None) -> str:
    """In the zone that the list names: that of the brand looked at, UTC for several."""
    return "–" if at is None else date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
