"""What a browser is shown when a page cannot be given; each says what to do next.

`templates/400.html` to `404.html` are found by Django itself.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from integration_admin.log_context import request_id


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
