"""The rows a template is tried on: kept with it, as a file or as pasted text, and dropped again."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.local_time import show_times_of
from integration_admin.whole_numbers import whole_number
from templates_app.admin.editor import address_of_editor
from templates_app.admin.look_page import MARK
from templates_app.admin.pages import actor_in
from templates_app.admin.sample_reading import shown_reading
from templates_app.admin.screen import TemplateScreen
from templates_app.library import LibraryRefused, newest_version, refusal_in_words
from templates_app.library.problem_words import problem_said
from templates_app.library.sample_reading import reread_sample
from templates_app.library.samples import SampleOptions, drop_sample, keep_sample
from templates_app.models import Template, TemplateSample
from templates_app.sources.rows import SourceRefused

HIGHEST_ROW: Final = 9999
LONGEST: Final = 100


def sample(screen: TemplateScreen, request: HttpRequest, pk: int) -> HttpResponse:
    """POST `file` or `pasted`, and how it is to be read; `reread` and how; or `drop`.

    A script gets the pane, a plain form the page.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    template = screen.found(request, pk, to_change=True)
    actor = actor_in(request, template.brand)
    told = _done(request, actor, template)
    if "HX-Request" not in request.headers:
        if told:
            messages.warning(request, told)
        return HttpResponseRedirect(address_of_editor(template))
    show_times_of(template.brand)
    kept = TemplateSample.objects.filter(template=template).select_related("template__brand").first()
    newest = newest_version(template)
    xml = request.POST.get("xml") or (newest.xml if newest is not None else "")
    reading = shown_reading(actor=actor, sample=kept, xml=xml.replace("\r\n", "\n"))
    context = {"template": template, "sample": kept, "told": told, "reading": reading}
    response = TemplateResponse(request, "templates_app/editor/sample.html", context)
    response.headers[MARK] = "1"
    return response


def _done(request: HttpRequest, actor: Actor, template: Template) -> str:
    """What to tell about it; nothing when all went well."""
    try:
        if "drop" in request.POST:
            drop_sample(actor=actor, template=template, at=timezone.now())
            return ""
        if "reread" in request.POST:
            _reread(request, actor, template)
            return ""
        return _kept(request, actor, template)
    except SourceRefused as refused:
        return problem_said(refused.problem)
    except LibraryRefused as refused:
        return refusal_in_words(refused)
    except NotAllowed as refused:
        raise PermissionDenied from refused


def _reread(request: HttpRequest, actor: Actor, template: Template) -> None:
    row = _header_row(request)
    reread_sample(
        actor=actor,
        template=template,
        sheet=_text(request, "sheet") if "sheet" in request.POST else None,
        header_row=None if "header_row" not in request.POST else "find" if row is None else row,
        at=timezone.now(),
    )


def _kept(request: HttpRequest, actor: Actor, template: Template) -> str:
    file = request.FILES.get("file")
    body = file.read() if file else request.POST.get("pasted", "").encode()
    if not body.strip():
        return _("Choose a file with rows in it, or paste some.")
    kept = keep_sample(
        actor=actor,
        template=template,
        body=body,
        file_name=(file.name or "") if file else "",
        options=_options(request),
        at=timezone.now(),
    )
    return problem_said(kept.cut) if kept.cut is not None else ""


def _options(request: HttpRequest) -> SampleOptions:
    return SampleOptions(
        encoding=_text(request, "encoding"),
        delimiter=_text(request, "delimiter"),
        sheet=_text(request, "sheet"),
        header_row=_header_row(request),
    )


def _text(request: HttpRequest, name: str) -> str:
    """What was said, as far as it can be meant."""
    return request.POST.get(name, "").replace("\0", "")[:LONGEST]


def _header_row(request: HttpRequest) -> int | None:
    """The row that was said to name the columns, 0 for none; None for what is no number."""
    return whole_number(request.POST.get("header_row", ""), highest=HIGHEST_ROW)
