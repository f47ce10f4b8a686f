"""How the pages of connections and syncs tell what a use case refused, and the actor they act as."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.brand_choice import chosen_brand
from integration_admin.accounts.models import Brand, Right
from integration_admin.scoped_admin import BrandScopedAdmin, brand_ids
from sync_app.models import Connection, Sync
from sync_app.runs.errors import RunRefused
from sync_app.syncs.turns.sentences import message
from templates_app.admin.pages import actor_in
from templates_app.catalog.problems import Problem

REFUSED: Final = (RunRefused, NotAllowed)


def refusal_words(refused: RunRefused | NotAllowed) -> str:
    """The sentence of a refusal."""
    problem = Problem(refused.code, refused.params) if isinstance(refused, NotAllowed) else refused.problem
    return message(problem)


def tell(request: HttpRequest, refused: RunRefused | NotAllowed) -> None:
    """The refusal as a message on the next page."""
    messages.error(request, refusal_words(refused))


def syncs_seen_in(request: HttpRequest) -> frozenset[int]:
    """Keys of the brands whose syncs this person may see."""
    return brand_ids(request, Right.TEMPLATES) | brand_ids(request, Right.ADMINISTRATION)


def found_sync(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> tuple[Sync, Actor]:
    """The sync of a page, and who acts. Http404 where this person sees none."""
    row: Sync | None = screen.get_queryset(request).select_related("brand").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row, actor_in(request, row.brand)


def found_connection(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> tuple[Connection, Actor]:
    """The same of a connection."""
    row: Connection | None = screen.get_queryset(request).select_related("brand").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row, actor_in(request, row.brand)


def brand_asked(request: HttpRequest, brands: list[Brand]) -> Brand | None:
    """The brand that an address or a form names, of these; the only one where there is one."""
    asked = request.POST.get("brand") or request.GET.get("brand", "")
    if not asked:
        return brands[0] if len(brands) == 1 else None
    return next((brand for brand in brands if str(brand.pk) == asked), None)


def brand_meant(request: HttpRequest) -> Brand | None:
    """Where none of those was named, the brand that is looked at. Http404 for a form that was filled in for another."""
    if request.POST.get("brand"):
        raise Http404
    return chosen_brand(request)
