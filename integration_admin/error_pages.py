"""What a browser is shown when a page cannot be given; each says what to do next.

`templates/400.html` to `404.html` are found by Django itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from integration_admin.cache_door import CacheAway
from integration_admin.log_context import request_id

RETRY_SECONDS: Final = 5


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an error of ours: asks nothing of database or session, which may be what broke.

    It names the request as the log does.
    """
    return HttpResponse(render_to_string("500.html", {"request_id": request_id()}), status=500)


def buttons_only(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: whoever opens an address that only a button can call gets a page, where a browser shows an error."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        opened = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if opened and isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html")
        return response

    return answer


class Unavailable:
    """Middleware: what cannot be done without the shared cache is refused for now, before any of it was done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 with Retry-After for CacheAway; whatever else it is, others know of it."""
        if not isinstance(exception, CacheAway):
            return None
        page = render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
