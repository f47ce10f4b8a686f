"""Pages of our own in the frame of the admin, and their addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.widgets import SELECT_CLASSES

from integration_admin.accounts.models import Brand
from integration_admin.local_time import show_times_of
from integration_admin.one_press import fresh
from integration_admin.scoped_admin import BrandScopedAdmin

#: What is given the screen, the request and the parts of the address.
View = Callable[..., HttpResponseBase]


def addresses(screen: BrandScopedAdmin, prefix: str, pages: Iterable[tuple[str, View, str]]) -> list[URLPattern]:
    """Of (route, view, name) each: behind the sign-in, given the screen, and named `prefix_name`."""
    behind = screen.admin_site.admin_view
    return [path(route, behind(partial(view, screen)), name=f"{prefix}_{name}") for route, view, name in pages]


def framed(
    screen: BrandScopedAdmin,
    request: HttpRequest,
    template: str,
    /,
    *,
    title: object,
    brand: Brand | None = None,
    **context: Any,
) -> TemplateResponse:
    """The template in the frame. `brand` is the brand it is about: its times are told in that brand's zone."""
    if brand is not None:
        show_times_of(brand)
    frame = {
        **screen.admin_site.each_context(request),
        "opts": screen.model._meta,
        "title": title,
        "brand": brand,
        "select_class": " ".join(SELECT_CLASSES),
        "once": fresh(),
    }
    return TemplateResponse(request, template, {**frame, **context})
