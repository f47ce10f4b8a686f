"""The screen of templates: the list, and where its pages are."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from integration_admin.framed_pages import View, addresses
from templates_app.admin import (
    downloads,
    editor,
    look_page,
    sample_page,
    starting,
    suggest_page,
    template_page,
    version_compare,
    version_page,
    vocabulary,
)
from templates_app.admin.screen import TemplateScreen
from templates_app.library import description_in_words
from templates_app.models import Template, VersionStatus


@admin.register(Template)
class TemplateAdmin(TemplateScreen):
    """The list of all brands this person is in; its pages are ours."""

    list_display = ("name", "brand", "direction", "what_for", "current", "builtin", "archived")
    list_filter = ("brand", "direction", "builtin", "archived")
    list_select_related = ("brand",)
    search_fields = ("name", "description")
    actions: ClassVar[Any] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Template]:
        published = Q(versions__status=VersionStatus.PUBLISHED)
        rows: QuerySet[Template] = super().get_queryset(request)
        return rows.annotate(current_number=Max("versions__number", filter=published))

    @admin.display(description=_("Description"), ordering="description")
    def what_for(self, template: Template) -> str:
        return description_in_words(template)

    @admin.display(description=_("published version"), ordering="current_number", empty_value="–")
    def current(self, template: Template) -> int | None:
        number: int | None = vars(template).get("current_number")
        return number

    def get_urls(self) -> list[URLPattern]:
        version = "<int:pk>/versions/<int:number>/"
        pages: list[tuple[str, View, str]] = [
            ("schema.xsd", downloads.schema, "schema"),
            ("<int:pk>/edit/", editor.edit, "edit"),
            ("<int:pk>/look/", look_page.look, "look"),
            ("<int:pk>/words.json", vocabulary.vocabulary, "words"),
            ("<int:pk>/sample/", sample_page.sample, "sample"),
            ("<int:pk>/suggest/", suggest_page.suggest, "suggest"),
            ("<int:pk>/compare/", version_compare.compare_versions, "compare"),
            ("<int:pk>/archive/", template_page.archive_or_bring_back, "archive"),
            (version, version_page.show, "version"),
            (f"{version}publish/", version_page.publish_it, "publish"),
            (f"{version}restore/", version_page.restore_it, "restore"),
            (f"{version}clone/", version_page.clone_it, "clone"),
            (f"{version}download/", downloads.download, "download"),
        ]
        return [*addresses(self, "templates_app_template", pages), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return starting.begin(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        return template_page.show(self, request, found)
