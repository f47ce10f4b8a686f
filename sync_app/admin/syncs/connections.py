"""The screen of connections: the list, and where the pages of one are."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.models import Right
from integration_admin.figures import figure
from integration_admin.framed_pages import View, addresses
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.columns import labelled
from sync_app.admin.syncs import connection_page
from sync_app.models import Connection
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.last_tests import LastTest, last_tests

TONES: Final = {"ok": "success", "failed": "danger", "never": ""}
TESTS: Final = "sync_app.last_tests"


@admin.register(Connection)
class ConnectionAdmin(BrandScopedAdmin):
    """Who administers a brand connects it to other systems."""

    view_right: ClassVar[str | None] = Right.ADMINISTRATION
    change_right: ClassVar[str | None] = Right.ADMINISTRATION
    list_display = ("name", "brand", "kind", "used", "tested", "refused")
    list_filter = ("brand", "connector")
    list_select_related = ("brand",)
    search_fields = ("name",)
    ordering = ("name", "id")
    actions: ClassVar[Any] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Connection]:
        rows: QuerySet[Connection] = super().get_queryset(request)
        return rows.annotate(users=Count("syncs"))

    @admin.display(description=_("connector"), ordering="connector")
    def kind(self, row: Connection) -> str:
        found = CONNECTORS.get(row.connector)
        return gettext(found.label) if found is not None else row.connector

    @admin.display(description=_("used by"), ordering="users")
    def used(self, row: Connection) -> str:
        count: int = vars(row)["users"]
        return ngettext("%(count)s sync", "%(count)s syncs", count) % {"count": figure(count)} if count else "–"

    @labelled(description=_("last test"), tones=TONES)
    def tested(self, row: Connection) -> tuple[str, object]:
        found: LastTest | None = vars(row).get(TESTS)
        if found is None:
            return "never", gettext("not tested lately")
        at = date_format(timezone.localtime(found.at), "SHORT_DATETIME_FORMAT")
        words = {"at": at}
        return ("ok", gettext("works, %(at)s") % words) if found.ok else ("failed", gettext("failed, %(at)s") % words)

    @admin.display(description=_("refused"), ordering="refusals")
    def refused(self, row: Connection) -> str:
        return figure(row.refusals) if row.refusals else "–"

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The last tests of the rows of this page come in one question."""
        shown = super().get_changelist_instance(request)
        rows = list(shown.result_list)
        found = last_tests([row.pk for row in rows])
        for row in rows:
            vars(row)[TESTS] = found.get(row.pk)
        shown.result_list = rows
        return shown

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, View, str]] = [
            ("<int:pk>/test/", connection_page.test, "test"),
            ("<int:pk>/remove/", connection_page.remove, "remove"),
        ]
        return [*addresses(self, "sync_app_connection", pages), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return connection_page.add(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found: Connection = self.get_object(request, object_id)
        return connection_page.change(self, request, found.pk)
