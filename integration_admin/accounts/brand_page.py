"""Where the choice of brand is posted, and what the frame of every page shows of it."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from integration_admin.accounts.access import brands_of
from integration_admin.accounts.brand_choice import choose_brand, chosen_brand, visible_brands
from integration_admin.accounts.models import Brand, Right, User
from integration_admin.local_time import brand_without_zone


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """POST `brand=KEY` (empty: all) and goes back to the path `next`, without its filters: they may not fit."""
    if not choose_brand(request, request.POST.get("brand", "")):
        raise Http404
    wanted = request.POST.get("next", "")
    here = urlsplit(wanted).path if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
    return HttpResponseRedirect(here or reverse("admin:index"))


def in_the_frame(request: HttpRequest) -> dict[str, Any]:
    """For every page: the brands to choose from, none where there is no choice, and the one that is looked at.

    `without_zone`, asked when the page is written: the brand whose times are shown in UTC for want of a zone.
    """
    brands = visible_brands(request)
    return {
        "brands_to_choose": brands if len(brands) > 1 else (),
        "brand_looked_at": chosen_brand(request),
        "without_zone": partial(_without_zone, request),
    }


def _without_zone(request: HttpRequest) -> dict[str, Any] | None:
    """The brand of which no time zone is known, if the page is about one, and where this person may correct it."""
    brand = brand_without_zone()
    if not isinstance(brand, Brand):
        return None
    user = request.user
    may = isinstance(user, User) and brands_of(user=user, right=Right.ADMINISTRATION).filter(pk=brand.pk).exists()
    return {"brand": brand, "href": reverse("admin:accounts_brand_change", args=[brand.pk]) if may else ""}


def sandbox_label(request: HttpRequest) -> list[object] | None:
    """A label in the header while the brand that is looked at is for rehearsal."""
    brand = chosen_brand(request)
    return [_("Sandbox"), "warning"] if brand is not None and brand.sandbox else None
