"""The brand a person looks at: one of theirs, or all of them. It narrows lists and never widens what one may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from integration_admin.accounts.access import brands_of
from integration_admin.accounts.models import Brand, User
from integration_admin.local_time import show_times_of, times_of_nobody

CHOSEN: Final = "brand"
VISIBLE: Final = "integration_admin.visible_brands"

Answer = Callable[[HttpRequest], HttpResponseBase]


def visible_brands(request: HttpRequest) -> tuple[Brand, ...]:
    """The brands of which this person may open pages, in the order of their names; asked once a request."""
    if VISIBLE not in request.META:
        user = request.user
        found = brands_of(user=user) if isinstance(user, User) and user.is_staff else Brand.objects.none()
        request.META[VISIBLE] = tuple(found.order_by("name", "pk"))
    brands: tuple[Brand, ...] = request.META[VISIBLE]
    return brands


def chosen_brand(request: HttpRequest) -> Brand | None:
    """The one brand whose rows lists show; None for all. Whoever is in one brand only always looks at that one."""
    brands = visible_brands(request)
    if len(brands) == 1:
        return brands[0]
    chosen = request.session.get(CHOSEN)
    return next((brand for brand in brands if brand.pk == chosen), None)


def choose_brand(request: HttpRequest, key: str) -> bool:
    """Remembers the choice for this session; an empty key means all. False where this person has no such brand."""
    if not key:
        request.session.pop(CHOSEN, None)
        return True
    found = next((brand for brand in visible_brands(request) if str(brand.pk) == key), None)
    if found is not None:
        request.session[CHOSEN] = found.pk
    return found is not None


class TimesOfTheBrand:
    """Middleware: pages of the site begin in the zone of the brand looked at; every request ends in none."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with times_of_nobody():
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> None:
        """Doors for machines have no session and are left alone."""
        if not request.path.startswith(reverse("admin:index")):
            return
        brand = chosen_brand(request)
        if brand is not None:
            show_times_of(brand)
