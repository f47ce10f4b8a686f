"""The preview pane of the template editor: what the text being written would do, to a sample or with today's records.

The editor belongs to the floor below, which knows this page by its name only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.models import User
from integration_admin.local_time import show_times_of
from sync_app.admin.wording import OPERATIONS, Word
from sync_app.runs.previews.parts import ExportPreview, Preview, PreviewRecord, PreviewRow
from sync_app.runs.previews.previewing import preview_template
from sync_app.runs.sentences import message
from sync_app.runs.verbs.declaring import declare_key
from templates_app.admin.look_page import MARK
from templates_app.admin.screen import TemplateScreen
from templates_app.catalog.problems import Problem
from templates_app.models import Template

MAX_NUMBERS: Final = 50
_NUMBERS: Final = re.compile(r"([0-9]{1,9})(?:\s*-\s*([0-9]{1,9}))?")
_NEUTRAL: Final = Word("")


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record of a row with the word and colour of its operation."""

    record: PreviewRecord
    operation: Word

    @property
    def partly(self) -> bool:
        """Whether some of its values change, so that it must be said which do not."""
        return any(change.changed for change in self.record.changes)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the sample and the records it would give. One that is not whole shows its heading alone."""

    row: PreviewRow
    records: tuple[ShownRecord, ...]

    @property
    def opened(self) -> bool:
        """A row that needs looking at shows itself."""
        return self.row.failed and self.row.whole


def preview_pane(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `xml`, and `numbers` of rows: the pane; with `row`, the number of one, what is inside that row alone.

    Http404 and PermissionDenied as in the editor.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    template = _template(request, pk)
    xml = request.POST.get("xml", "").replace("\r\n", "\n")
    actor = _actor(request, template)
    show_times_of(template.brand)
    one = "row" in request.POST
    numbers = numbers_in(request.POST.get("row" if one else "numbers", ""))
    try:
        found = preview_template(actor=actor, template=template, xml=xml, numbers=numbers, clock=timezone.now)
        name, context = _one_row(found) if one else _told(found)
    except NotAllowed as refused:
        name, context = "preview_rows.html", {"refused": message(Problem(refused.code, refused.params))}
    response = TemplateResponse(request, f"sync_app/{name}", {"here": request.path, **context})
    response.headers[MARK] = "1"
    return response


def declare_key_for(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `entity`, `fields` and `unique`: the quick fix that declares a key, as a run over the records there are."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    template = _template(request, pk)
    try:
        run = declare_key(
            actor=_actor(request, template),
            entity_type=request.POST.get("entity", "")[:60],
            fields=request.POST.get("fields", "")[:255].split(","),
            unique=request.POST.get("unique") == "true",
            trigger="ui",
            clock=timezone.now,
        )
    except NotAllowed as refused:
        raise PermissionDenied from refused
    if run.error:
        why = message(Problem(run.error["code"], run.error["params"]))
        told = _("The key was not declared: %(why)s Run #%(run)d lists what stands in the way.")
        return JsonResponse({"told": told % {"why": why, "run": run.pk}, "refused": True})
    told = _("The key was declared: records are found by it from now on (run #%(run)d).")
    return JsonResponse({"told": told % {"run": run.pk}, "refused": False})


def _template(request: HttpRequest, pk: int) -> Template:
    screen = admin.site.get_model_admin(Template)
    if not isinstance(screen, TemplateScreen):
        raise Http404
    return screen.found(request, pk, to_change=True)


def _actor(request: HttpRequest, template: Template) -> Actor:
    if not isinstance(request.user, User):
        raise PermissionDenied
    try:
        return site_actor(user=request.user, brand=template.brand)
    except NotAllowed as refused:
        raise PermissionDenied from refused


def _told(found: Preview | ExportPreview) -> tuple[str, dict[str, Any]]:
    """The file of the pane and what it shows."""
    if isinstance(found, ExportPreview):
        return "preview_export.html", {"preview": found}
    return "preview_rows.html", {
        "preview": found,
        "rows": [_shown(row) for row in found.rows],
        "counts": list(_counts(found)),
        "columns": list(dict.fromkeys(name for row in found.rows for name in row.data)),
    }


def _one_row(found: Preview | ExportPreview) -> tuple[str, dict[str, Any]]:
    """The inside of the only row that was asked for; the pane where it is not there any more."""
    rows = () if isinstance(found, ExportPreview) else found.rows
    return ("preview_row.html", {"shown": _shown(rows[0])}) if len(rows) == 1 else _told(found)


def numbers_in(text: str) -> tuple[int, ...]:
    """The numbers of `3, 8, 120-125`, at most fifty; what is no number does not count."""
    found: list[int] = []
    for first, last in _NUMBERS.findall(text):
        low, high = int(first), int(last or first)
        found += range(low, min(high, low + MAX_NUMBERS) + 1)
    return tuple(dict.fromkeys(found))[:MAX_NUMBERS]


def _shown(row: PreviewRow) -> ShownRow:
    return ShownRow(row, tuple(ShownRecord(record, _word(record.operation)) for record in row.records))


def _word(operation: str) -> Word:
    return OPERATIONS.get(operation, _NEUTRAL)


def _counts(found: Preview) -> Iterator[tuple[Word, int]]:
    for operation, word in OPERATIONS.items():
        if found.counts.get(operation):
            yield word, found.counts[operation]


def preview_urls(site: AdminSite) -> list[URLPattern]:
    """What the template editor asks of this floor, by name."""
    return [
        path("preview/<int:pk>/", site.admin_view(preview_pane), name="sync_app_preview"),
        path("declare/<int:pk>/", site.admin_view(declare_key_for), name="sync_app_declare_key"),
    ]
