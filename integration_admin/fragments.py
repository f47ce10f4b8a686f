"""Parts of a page that are fetched after it: when nobody is signed in any more, the whole page is left for sign-in."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode


def sign_in_is_a_page(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: no fragment is answered with the sign-in page. The browser is sent there, and then back."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.headers.get("HX-Request") != "true" or response.status_code not in {301, 302}:
            return response
        login = reverse("admin:login")
        if urlsplit(response.headers["Location"]).path != login:
            return response
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = f"{shown.path or reverse('admin:index')}{'?' * bool(shown.query)}{shown.query}"
        to = f"{login}?{urlencode({REDIRECT_FIELD_NAME: back})}"
        return HttpResponse(status=401, headers={"HX-Redirect": to, "Cache-Control": "no-store"})

    return answer
