"""The screen of records: to read. They change by runs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin import record_page
from sync_app.admin.columns import labelled
from sync_app.admin.pages import readable
from sync_app.admin.record_filters import DeletedFilter, TypeFilter
from sync_app.models import Record
from templates_app.catalog.folding import fold


@admin.register(Record)
class RecordAdmin(BrandScopedAdmin):
    """Of every brand this person is in, the types they may read; what they may not read is not found."""

    read_only: ClassVar[bool] = True
    view_right: ClassVar[str | None] = None
    list_display = ("name", "entity_type", "key", "brand", "version", "modified_at", "deleted")
    list_filter = (TypeFilter, DeletedFilter, "brand")
    list_select_related = ("brand",)
    search_fields = ("search",)
    search_help_text = _("Search in labels and keys")
    ordering = ("-id",)
    actions: ClassVar[Any] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Record]:
        rows: QuerySet[Record] = super().get_queryset(request).defer("data", "search")
        user = request.user
        if user.is_authenticated and user.is_superuser:
            return rows
        return rows.filter(readable(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Record], search_term: str
    ) -> tuple[QuerySet[Record], bool]:
        """Every word must occur in the folded text that is kept for searching."""
        for word in fold(search_term).split():
            queryset = queryset.filter(search__contains=word)
        return queryset, False

    @admin.display(description=_("label"), ordering="sort_label")
    def name(self, record: Record) -> str:
        return record.label or "–"

    @admin.display(description=_("key"), ordering="id")
    def key(self, record: Record) -> int:
        return record.pk

    @labelled(description=_("state"), tones={"live": "success", "deleted": "danger"})
    def deleted(self, record: Record) -> tuple[str, Any]:
        return ("deleted", _("Deleted")) if record.deleted_at else ("live", _("Live"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return record_page.show(self, request, self.get_object(request, object_id))
