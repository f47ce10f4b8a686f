"""What the pages of these screens share: the frame, the actor, and how a refusal is told."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.models import Brand, User
from integration_admin.framed_pages import framed
from integration_admin.scoped_admin import BrandScopedAdmin
from templates_app.library import LibraryRefused, refusal_in_words

#: Said of what a person may do elsewhere only.
NOT_THERE: Final = _("You may not do this in that brand.")


def page(screen: BrandScopedAdmin, request: HttpRequest, name: str, /, **context: Any) -> TemplateResponse:
    """`framed`, with a file of `templates/templates_app/`."""
    return framed(screen, request, f"templates_app/{name}", **context)


def actor_in(request: HttpRequest, brand: Brand) -> Actor:
    """The signed-in person, acting in this brand. PermissionDenied when they may not."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    try:
        return site_actor(user=request.user, brand=brand)
    except NotAllowed as refused:
        raise PermissionDenied from refused


def tell(request: HttpRequest, refused: LibraryRefused | NotAllowed) -> None:
    """The refusal as a message on the next page."""
    if isinstance(refused, LibraryRefused):
        messages.error(request, refusal_in_words(refused))
    else:
        messages.error(request, NOT_THERE)
