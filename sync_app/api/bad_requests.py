"""What is answered to a request that never comes to a view, such as one to a host that is not ours."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.views import defaults

from sync_app.api.dialects.base import Door
from sync_app.api.problems import DoorRefused


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400, by whatever stands at the address: a door in its own form, anything else with a page. Says no detail."""
    door = _door_at(request.path_info)
    if door is None:
        return defaults.bad_request(request, exception)
    return door().refuse(request, DoorRefused("request_refused"))


def _door_at(path: str) -> type[Door] | None:
    try:
        found = getattr(resolve(path).func, "cls", None)
    except Resolver404:
        return None
    return found if isinstance(found, type) and issubclass(found, Door) else None
