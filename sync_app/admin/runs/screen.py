"""The screen of runs: the list, and where its pages are."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from integration_admin.keyset import KeysetList
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.columns import labelled
from sync_app.admin.run_verbs import address_of
from sync_app.admin.runs import page as run_page
from sync_app.admin.runs.filters import TemplateFilter
from sync_app.admin.runs.previews import preview_urls
from sync_app.admin.runs.progress import progress_urls
from sync_app.admin.runs.urls import run_urls
from sync_app.admin.wizard.screen import wizard_urls
from sync_app.admin.wording import STATUS_TONES, counts_words, duration_words, kind_words
from sync_app.models import Run


@admin.register(Run)
class RunAdmin(KeysetList, BrandScopedAdmin):
    """Whoever is in the brand may look; what may be done about a run asks its use case."""

    read_only: ClassVar[bool] = True
    view_right: ClassVar[str | None] = None
    when_empty: ClassVar[object] = _("Each import makes one, also one that is only simulated.")
    list_display = ("number", "what", "template", "state", "result", "brand", "actor", "created_at", "duration")
    list_filter = ("brand", TemplateFilter, "kind", "status", "simulate", "created_at")
    list_select_related = ("brand", "template_version__template")
    search_fields = ("template_version__template__name",)
    search_help_text = _("Search by template")
    ordering = ("-id",)
    sortable_by = ("number",)
    actions: ClassVar[Any] = ()

    @admin.display(description=_("run"), ordering="id")
    def number(self, run: Run) -> str:
        return f"#{run.pk}"

    @admin.display(description=_("kind"), ordering="kind")
    def what(self, run: Run) -> object:
        return kind_words(run)

    @admin.display(description=_("template"), ordering="template_version__template__name", empty_value="–")
    def template(self, run: Run) -> str | None:
        version = run.template_version
        return f"{version.template.name}\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}{version.number}" if version else None

    @labelled(description=_("status"), ordering="status", tones=STATUS_TONES)
    def state(self, run: Run) -> tuple[str, object]:
        return run.status, run.get_status_display()

    @admin.display(description=_("result"))
    def result(self, run: Run) -> str:
        return counts_words(run)

    @admin.display(description=_("duration"))
    def duration(self, run: Run) -> str:
        return duration_words(run) or "–"

    def get_urls(self) -> list[URLPattern]:
        own = run_urls(self)
        return [
            *own,
            *preview_urls(self.admin_site),
            *progress_urls(self),
            *wizard_urls(self.admin_site),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return run_page.show(self, request, self.get_object(request, object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A run is its own history."""
        return HttpResponseRedirect(address_of(self.get_object(request, object_id).pk))
