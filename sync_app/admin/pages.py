"""What the pages of these screens share: the frame, how a refusal is told, and what a reader may see."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.template.response import TemplateResponse

from integration_admin.accounts.access import NotAllowed
from integration_admin.accounts.models import Access, Group, Membership
from integration_admin.framed_pages import framed
from integration_admin.scoped_admin import BrandScopedAdmin, brand_ids
from sync_app.runs.errors import RunRefused
from sync_app.runs.sentences import message
from templates_app.catalog.problems import Problem
from templates_app.sources.rows import SourceRefused

#: What a use case may refuse with.
REFUSALS = (RunRefused, SourceRefused, NotAllowed)


def page(screen: BrandScopedAdmin, request: HttpRequest, name: str, /, **context: Any) -> TemplateResponse:
    """`framed`, with a file of `templates/sync_app/`."""
    return framed(screen, request, f"sync_app/{name}", **context)


def tell(request: HttpRequest, refused: RunRefused | SourceRefused | NotAllowed) -> None:
    """The refusal as a message on the next page."""
    problem = Problem(refused.code, refused.params) if isinstance(refused, NotAllowed) else refused.problem
    messages.error(request, message(problem))


def readable_types(request: HttpRequest) -> dict[int, frozenset[str] | None]:
    """Brand -> the entity types whose values this person may read there now; None means every type."""
    user = request.user
    brands = brand_ids(request, None)
    if not user.is_authenticated:
        return {}
    if user.is_superuser:
        return dict.fromkeys(brands)
    members = Membership.objects.filter(user=user, brand__in=brands, group__isnull=False)
    active = members.filter(status=Membership.Status.ACTIVE).select_related("group")
    return {member.brand_id: _types_of(member.group) for member in active if member.group}


def readable(request: HttpRequest) -> Q:
    """The records this person may read, as a condition on Record."""
    found = Q(pk__in=())
    for brand, types in readable_types(request).items():
        found |= Q(brand=brand) if types is None else Q(brand=brand, entity_type__in=types)
    return found


def _types_of(group: Group) -> frozenset[str] | None:
    if group.every_type:
        return None
    given = group.accesses.filter(access__in=(Access.ALL, Access.READ))
    return frozenset(given.values_list("entity_type", flat=True))
