"""The search of the frame: pages, runs, templates and records, as a list to pick from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from integration_admin.accounts.brand_choice import chosen_brand, visible_brands
from integration_admin.accounts.models import Brand
from integration_admin.navigation import sidebar
from sync_app.admin.pages import readable_types
from sync_app.admin.sync_refusals import syncs_seen_in
from sync_app.models import RunKind
from sync_app.runs.lists.searching import LONGEST, Found, FoundKind, search
from templates_app.catalog.folding import fold

ICONS: Final = {
    FoundKind.RUN: "play_circle",
    FoundKind.TEMPLATE: "schema",
    FoundKind.RECORD: "database",
    FoundKind.SYNC: "sync",
}
PAGES: Final = {
    FoundKind.RUN: "admin:sync_app_run_change",
    FoundKind.TEMPLATE: "admin:templates_app_template_change",
    FoundKind.RECORD: "admin:sync_app_record_change",
    FoundKind.SYNC: "admin:sync_app_sync_change",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the list."""

    title: str
    description: str
    icon: str
    link: str


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """GET `s=WORDS`: the list. Nothing is kept of what was asked or found."""
    words = request.GET.get("s", "").strip()[:LONGEST]
    brands = visible_brands(request)
    found = _found(request, words) if words else []
    items = [*_pages(request, words), *(_item(hit, named=len(brands) > 1) for hit in found)]
    answer = render(request, "integration_admin/search_results.html", {"found": items, "words": words})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _found(request: HttpRequest, words: str) -> list[Found]:
    return search(
        brands=_chosen_first(request),
        readable=readable_types(request),
        words=words,
        syncs_in=syncs_seen_in(request),
    )


def _chosen_first(request: HttpRequest) -> list[Brand]:
    chosen = chosen_brand(request)
    return sorted(visible_brands(request), key=lambda brand: brand != chosen)


def _pages(request: HttpRequest, words: str) -> list[Item]:
    """The pages of the sidebar whose name has a word that begins so."""
    text = fold(words)
    rooms = sidebar(request) if text else []
    items = [(room, item) for room in rooms for item in room["items"] if f" {text}" in f" {fold(str(item['title']))}"]
    return [
        Item(str(item["title"]), str(room["title"]), item["icon"], item["link"])
        for room, item in items
        if item["permission"](request)
    ]


def _item(hit: Found, *, named: bool) -> Item:
    what = _what(hit)
    description = f"{what} · {hit.brand.name}" if named else what
    return Item(hit.title, description, ICONS[hit.kind], reverse(PAGES[hit.kind], args=[hit.pk]))


def _what(hit: Found) -> str:
    if hit.kind is FoundKind.RECORD:
        return hit.type
    if hit.kind is FoundKind.TEMPLATE:
        return _("Template")
    if hit.kind is FoundKind.SYNC:
        return _("Sync")
    kind = str(RunKind(hit.type).label)
    return _("%(kind)s, simulated") % {"kind": kind} if hit.simulate else kind
