"""What all doors of the dialect share: the caller's credentials, and the shape of an error."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.http.response import HttpResponseBase

from integration_admin.accounts.access import NotAuthenticated
from integration_admin.accounts.authentication import APPKEY_REFUSED, authenticate, identify
from integration_admin.accounts.models import AccessToken, AppKey
from sync_app.api.dialects.base import Door
from sync_app.api.dialects.planningpme.responses import json_answer, problem_body
from sync_app.api.problems import ApiProblem


class PlanningpmeDoor(Door):
    """A door that wants an application key and a token: X-APPKEY, Authorization with or without the word Bearer."""

    token: AccessToken | None = None

    def find_key(self, *, brand: str, now: datetime) -> AppKey | None:
        meta = self.http.META
        appkey, authorization = meta.get("HTTP_X_APPKEY", ""), meta.get("HTTP_AUTHORIZATION", "")
        key, self.token = identify(brand_key=brand, appkey=appkey, authorization=authorization, now=now)
        return key

    def admit(self, *, key: AppKey | None, now: datetime) -> None:
        if key is None:
            raise NotAuthenticated(APPKEY_REFUSED, reason="no application key")
        self.actor = authenticate(key=key, token=self.token, now=now)

    def write_problem(self, problem: ApiProblem) -> HttpResponseBase:
        return json_answer(problem_body(problem, request_id=self.request_id), status=problem.status)


class NothingHere(PlanningpmeDoor):
    """Whatever address below a brand's API is no other door: 404 in the same shape, the same for every brand."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options", "trace"]

    def find_key(self, *, brand: str, now: datetime) -> AppKey | None:
        raise Http404
