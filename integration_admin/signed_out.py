"""What a person pressed when nobody was signed in any more: said to be undone, and their page comes back."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _


def presses_are_said_undone(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: after the sign-in comes the page with the button, never the address that only a button can call.

    Scripts that ask for JSON are told in JSON, with status 401; parts of pages are left to `fragments`.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.headers.get("HX-Request") == "true" or not _press_refused(request, response):
            return response
        said = _("You were no longer signed in, so this was not done. Sign in, then do it again.")
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"message": said}, status=401, headers={"Cache-Control": "no-store"})
        messages.warning(request, said)
        return HttpResponseRedirect(f"{reverse('admin:login')}?{urlencode({REDIRECT_FIELD_NAME: _page_of(request)})}")

    return answer


def _press_refused(request: HttpRequest, response: HttpResponseBase) -> bool:
    if request.method != "POST" or response.status_code != 302:
        return False
    to = urlsplit(response.headers["Location"])
    return to.path == reverse("admin:login") and parse_qs(to.query).get(REDIRECT_FIELD_NAME) == [
        request.get_full_path()
    ]


def _page_of(request: HttpRequest) -> str:
    """The page of this site that the press came from, else the first page."""
    shown = urlsplit(request.headers.get("Referer", ""))
    if shown.netloc != request.get_host():
        return reverse("admin:index")
    return f"{shown.path}{'?' * bool(shown.query)}{shown.query}"
