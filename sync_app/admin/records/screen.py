"""The screen of records: the list, the pages of one, and where they are. Every change is a run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.pages import readable
from sync_app.admin.records import edit as record_edit
from sync_app.admin.records import erase as record_erase
from sync_app.admin.records import list as record_list
from sync_app.admin.records import page as record_page
from sync_app.admin.records import verbs as record_verbs
from sync_app.admin.values import record_address
from sync_app.models import Record

View = Callable[..., HttpResponseBase]
RecordView = Callable[[BrandScopedAdmin, HttpRequest, Record], HttpResponse]


@admin.register(Record)
class RecordAdmin(BrandScopedAdmin):
    """Of every brand this person is in, the types they may read; what they may not read is not found.

    The rights of Django's own pages are all closed: these pages ask the use cases.
    """

    read_only: ClassVar[bool] = True
    view_right: ClassVar[str | None] = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Record]:
        rows: QuerySet[Record] = super().get_queryset(request).defer("search")
        user = request.user
        if user.is_authenticated and user.is_superuser:
            return rows
        return rows.filter(readable(request))

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, RecordView, str]] = [
            ("<int:pk>/edit/", record_edit.edit, "edit"),
            ("<int:pk>/delete/", record_verbs.delete, "delete"),
            ("<int:pk>/revive/", record_verbs.revive, "revive"),
            ("<int:pk>/restore/", record_verbs.restore, "restore"),
            ("<int:pk>/erase/", record_erase.erase, "erase"),
        ]
        own = [path(route, self._of_one(view), name=f"sync_app_record_{name}") for route, view, name in pages]
        lists: list[tuple[str, View, str]] = [
            ("references/", self._references, "references"),
            ("columns/", partial(record_list.columns, self), "columns"),
        ]
        own += [
            path(route, self.admin_site.admin_view(view), name=f"sync_app_record_{name}") for route, view, name in lists
        ]
        return [*own, *super().get_urls()]

    def _of_one(self, view: RecordView) -> View:
        def opened(request: HttpRequest, pk: int) -> HttpResponse:
            return view(self, request, self.get_object(request, str(pk)))

        wrapped: View = self.admin_site.admin_view(opened)
        return wrapped

    def _references(self, request: HttpRequest) -> HttpResponse:
        scope = record_list.scope_of(request)
        if scope is None:
            raise Http404
        return record_edit.references(self, request, *scope)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return record_list.show(self, request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        scope = record_list.scope_of(request)
        if scope is None:
            return record_list.show(self, request)
        return record_edit.create(self, request, *scope)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return record_page.show(self, request, self.get_object(request, object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, object_id)
        return HttpResponseRedirect(f"{record_address(record.pk)}#history")
