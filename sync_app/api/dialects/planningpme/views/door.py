"""What all doors of the dialect share: the caller's credentials, and the shape of an error."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.http.response import HttpResponseBase

from integration_admin.accounts.access import Actor
from integration_admin.accounts.authentication import authenticate
from integration_admin.accounts.models import AppKey
from sync_app.api.dialects.base import Door
from sync_app.api.dialects.planningpme.responses import json_answer, problem_body
from sync_app.api.problems import ApiProblem


class PlanningpmeDoor(Door):
    """A door that wants an application key and a token: X-APPKEY, Authorization with or without the word Bearer."""

    def admit(self, *, brand: str, now: datetime) -> AppKey | None:
        self.actor = self.caller(brand=brand, now=now)
        return self.actor.appkey

    def caller(self, *, brand: str, now: datetime) -> Actor:
        """Path, key and token, which must agree. Raises NotAuthenticated."""
        meta = self.http.META
        return authenticate(
            brand_key=brand,
            appkey=meta.get("HTTP_X_APPKEY", ""),
            authorization=meta.get("HTTP_AUTHORIZATION", ""),
            now=now,
        )

    def write_problem(self, problem: ApiProblem) -> HttpResponseBase:
        return json_answer(problem_body(problem, request_id=self.request_id), status=problem.status)


class NothingHere(PlanningpmeDoor):
    """Whatever address below a brand's API is no other door: 404 in the same shape, the same for every brand."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options", "trace"]

    def admit(self, *, brand: str, now: datetime) -> AppKey | None:
        raise Http404
