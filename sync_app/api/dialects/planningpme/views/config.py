"""`GET /{brand}/api/config`: what the brand is, and the enums of its version. The application key is enough."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from rest_framework.request import Request

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import AppKey
from sync_app.api.dialects.planningpme.descriptions import config_shape
from sync_app.api.dialects.planningpme.requests import query_of
from sync_app.api.dialects.planningpme.responses import json_answer
from sync_app.api.dialects.planningpme.views.door import PlanningpmeDoor


class ConfigDoor(PlanningpmeDoor):
    """With a token too, it adds what the token's user may do; a wrong token is refused, not overlooked."""

    key: AppKey
    known: Actor | None = None

    def admit(self, *, key: AppKey | None, now: datetime) -> None:
        if key is not None:
            self.key = key
        if self.http.META.get("HTTP_AUTHORIZATION"):
            super().admit(key=key, now=now)
            self.known = self.actor

    def get(self, request: Request, brand: str) -> HttpResponse:
        query_of(self.http, known=())
        return json_answer(config_shape(self.key, actor=self.known))
