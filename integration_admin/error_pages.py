"""What a browser is shown when a page cannot be given; each says what to do next.

`templates/400.html` to `404.html` are found by Django itself.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from integration_admin.log_context import request_id


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an error of ours: asks nothing of database or session, which may be what broke.

    It names the request as the log does.
    """
    return HttpResponse(render_to_string("500.html", {"request_id": request_id()}), status=500)
