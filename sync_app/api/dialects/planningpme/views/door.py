"""What all doors of the dialect share: the caller's credentials, and the shape of an error."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.http.response import HttpResponseBase

from integration_admin.accounts.access import NotAuthenticated
from integration_admin.accounts.authentication import APPKEY_REFUSED, authenticate, authenticate_appkey
from integration_admin.accounts.models import AppKey
from sync_app.api.dialects.base import Door
from sync_app.api.dialects.planningpme.responses import json_answer, problem_body
from sync_app.api.problems import ApiProblem


class PlanningpmeDoor(Door):
    """A door that wants an application key and a token: X-APPKEY, Authorization with or without the word Bearer."""

    def find_key(self, *, brand: str, now: datetime) -> AppKey | None:
        return authenticate_appkey(brand_key=brand, appkey=self.http.META.get("HTTP_X_APPKEY", ""), now=now)

    def admit(self, *, key: AppKey | None, now: datetime) -> None:
        if key is None:
            raise NotAuthenticated(APPKEY_REFUSED, reason="no application key")
        self.actor = authenticate(key=key, authorization=self.http.META.get("HTTP_AUTHORIZATION", ""), now=now)

    def write_problem(self, problem: ApiProblem) -> HttpResponseBase:
        return json_answer(problem_body(problem, request_id=self.request_id), status=problem.status)


class NothingHere(PlanningpmeDoor):
    """Whatever address below a brand's API is no other door: 404 in the same shape, the same for every brand."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options", "trace"]

    def find_key(self, *, brand: str, now: datetime) -> AppKey | None:
        raise Http404
