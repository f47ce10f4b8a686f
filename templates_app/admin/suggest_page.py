"""Suggested fields for the columns of the sample, above the mapping: taken one by one or all, never by themselves."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils import timezone

from integration_admin.accounts.access import Actor, NotAllowed
from templates_app.admin.look_page import MARK, json_list
from templates_app.admin.pages import actor_in
from templates_app.admin.sample_reading import shown_reading
from templates_app.admin.screen import TemplateScreen
from templates_app.language.compiler import source_options, wanted_names
from templates_app.language.reader import read
from templates_app.library import LibraryRefused, refusal_in_words
from templates_app.library.accepting import accept_suggestions
from templates_app.library.problem_words import problem_said
from templates_app.library.samples import open_sample, sample_of
from templates_app.library.suggesting import suggestions_for
from templates_app.models import Template
from templates_app.sources.rows import Source, SourceRefused


def suggest(screen: TemplateScreen, request: HttpRequest, pk: int) -> HttpResponse:
    """POST `xml` and, to take some over, `accept` (a JSON list of columns), `targets` and `answers` (JSON objects)."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    template = screen.found(request, pk, to_change=True)
    try:
        asked = _Asked(request)
    except (ValueError, RecursionError):
        return HttpResponseBadRequest("Send JSON.")
    try:
        context = _context(actor_in(request, template.brand), template, asked)
    except NotAllowed as refused:
        raise PermissionDenied from refused
    except LibraryRefused as refused:
        context = {"told": refusal_in_words(refused)}
    response = TemplateResponse(request, "templates_app/editor/suggestions.html", {**context, "template": template})
    response.headers[MARK] = "1"
    return response


class _Asked:
    """What a request asks, read once. Raises ValueError for what is not JSON of the right shape."""

    def __init__(self, request: HttpRequest) -> None:
        self.xml = request.POST.get("xml", "").replace("\r\n", "\n")
        self.names = [str(name) for name in json_list(request.POST.get("accept", ""))]
        self.targets = _texts(request.POST.get("targets"))
        self.answers = _texts(request.POST.get("answers"))


def _texts(text: str | None) -> dict[str, str]:
    found = json.loads(text or "{}")
    if not isinstance(found, dict):
        raise ValueError("no object")
    return {str(name): str(value) for name, value in found.items()}


def _context(actor: Actor, template: Template, asked: _Asked) -> dict[str, Any]:
    sample = sample_of(actor=actor, template=template)
    if sample is None:
        return {"sample": None}
    reading = shown_reading(actor=actor, sample=sample, xml=asked.xml)
    try:
        source = _source(sample, asked.xml)
    except SourceRefused as refused:
        return {"sample": sample, "reading": reading, "told": problem_said(refused.problem)}
    taken = None
    xml = asked.xml
    if asked.names:
        taken = accept_suggestions(
            actor=actor,
            template=template,
            xml=xml,
            source=source,
            names=asked.names,
            answers=asked.answers,
            targets=asked.targets,
            at=timezone.now(),
        )
        xml = taken.xml
    found = suggestions_for(actor=actor, source=source, template=template, root=read(xml).root)
    if asked.names:
        reading = shown_reading(actor=actor, sample=sample, xml=xml)
    return {"sample": sample, "reading": reading, "found": found, "taken": taken}


def _source(sample: Any, xml: str) -> Source:
    """The sample, read as the text being written says."""
    root = read(xml).root
    rows_path, columns = source_options(root) if root is not None else ("", ())
    names = wanted_names(root) if root is not None else ()
    return open_sample(sample, rows_path=rows_path, columns=columns, names=names)
