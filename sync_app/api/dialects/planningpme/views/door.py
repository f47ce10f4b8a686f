"""What all doors of the dialect share: the caller's credentials, and the shape of an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.http import Http404
from django.http.response import HttpResponseBase

from integration_admin.accounts.access import NotAuthenticated
from integration_admin.accounts.authentication import APPKEY_REFUSED, authenticate, identify
from integration_admin.accounts.models import AccessToken, AppKey
from sync_app.api.bodies import received
from sync_app.api.dialects.base import Door
from sync_app.api.dialects.planningpme.responses import json_answer, problem_body
from sync_app.api.problems import ApiProblem

#: Keys, tokens and rights are those of the moment, give or take so long.
LONG: Final = timedelta(seconds=10)


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

    @contextmanager
    def body(self, *, limit: int) -> Iterator[memoryview]:
        """The whole body, as `received` gives it. Whoever took long to send it must still be let in.

        What has run out by itself meanwhile was good when the call began. Raises NotAuthenticated too.
        """
        with received(self.http, limit=limit) as view:
            if self.clock() - self.begun > LONG:
                self.admit(key=self.find_key(brand=self.kwargs["brand"], now=self.begun), now=self.begun)
            yield view

    def write_problem(self, problem: ApiProblem) -> HttpResponseBase:
        return json_answer(problem_body(problem, request_id=self.request_id), status=problem.status)


class NothingHere(PlanningpmeDoor):
    """Whatever address below a brand's API is no other door: 404 in the same shape, the same for every brand."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options", "trace"]

    def find_key(self, *, brand: str, now: datetime) -> AppKey | None:
        raise Http404
