"""The addresses of the dialect. A slash at the end is tolerated: a POST cannot be redirected to the right address."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, re_path

from sync_app.api.dialects.base import Door
from sync_app.api.dialects.planningpme.views.config import ConfigDoor
from sync_app.api.dialects.planningpme.views.door import NothingHere
from sync_app.api.dialects.planningpme.views.entities import EntitiesDoor, EntityDoor
from sync_app.api.dialects.planningpme.views.exchange import ExchangeDoor
from sync_app.api.dialects.planningpme.views.planned import PlannedDoor
from sync_app.api.dialects.planningpme.views.runs import (
    ApplyDoor,
    CancelDoor,
    OperationsDoor,
    RetryDoor,
    RunDoor,
    RunsDoor,
    UndoDoor,
)
from sync_app.api.dialects.planningpme.views.templates import TemplatesDoor
from sync_app.api.dialects.planningpme.views.token import TokenDoor

app_name = "planningpme"

# What only looks like a brand's key (other alphabets, encoded slashes, blanks) is no address of a brand at all.
BRAND: Final = r"(?P<brand>[A-Za-z0-9-]{2,40})"
TEMPLATE: Final = r"(?P<template>[^/]+)"
RUN: Final = r"(?P<run>[^/]+)"
ENTITY: Final = r"(?P<entity>[^/]+)"
KEY: Final = r"(?P<key>[^/]+)"


def _door(address: str, door: type[Door], name: str) -> URLPattern:
    # The documented base address ends in a slash, and the documented methods begin with one.
    return re_path(rf"^{BRAND}//?{address}/?$", door.as_view(), name=name)


urlpatterns = [
    _door("token", TokenDoor, "token"),
    _door("api/config", ConfigDoor, "config"),
    _door("api/integration/templates", TemplatesDoor, "templates"),
    _door("api/integration/runs", RunsDoor, "runs"),
    _door(f"api/integration/runs/{RUN}", RunDoor, "run"),
    _door(f"api/integration/runs/{RUN}/operations", OperationsDoor, "operations"),
    _door(f"api/integration/runs/{RUN}/apply", ApplyDoor, "apply"),
    _door(f"api/integration/runs/{RUN}/undo", UndoDoor, "undo"),
    _door(f"api/integration/runs/{RUN}/retry", RetryDoor, "retry"),
    _door(f"api/integration/runs/{RUN}/cancel", CancelDoor, "cancel"),
    _door(f"api/integration/{TEMPLATE}", ExchangeDoor, "exchange"),
    _door("api/do/list", PlannedDoor, "planned"),
    _door(f"api/{ENTITY}", EntitiesDoor, "entities"),
    _door(f"api/{ENTITY}/{KEY}", EntityDoor, "entity"),
    re_path(
        r"^(?P<brand>[^/]*)/+(?:[aA][pP][iI]|[tT][oO][kK][eE][nN])(?:/.*)?$", NothingHere.as_view(), name="nothing"
    ),
]
