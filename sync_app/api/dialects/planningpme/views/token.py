"""`POST` or `PUT /{brand}/token`: a password or an account token, exchanged for an access token."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters
from rest_framework.request import Request

from integration_admin.accounts.access import NotAuthenticated
from integration_admin.accounts.models import AppKey
from integration_admin.accounts.tokens import exchange
from sync_app.api.bodies import received
from sync_app.api.dialects.planningpme.responses import json_answer
from sync_app.api.dialects.planningpme.views.door import PlanningpmeDoor
from sync_app.api.problems import ApiProblem, DoorRefused

# Some servers fill in text/plain where a request names no type.
FORM_TYPES: Final = frozenset({"", "application/x-www-form-urlencoded", "text/plain"})
MOST_FIELDS: Final = 20
OAUTH_ERRORS: Final = frozenset(
    {"invalid_request", "invalid_client", "invalid_grant", "unsupported_grant_type", "slow_down"}
)
OAUTH_ERROR_OF_STATUS: Final = {429: "slow_down", 500: "server_error", 503: "temporarily_unavailable"}
INVALID_REQUEST: Final = "invalid_request"


class TokenDoor(PlanningpmeDoor):
    """Answers and errors are in the form of OAuth2. What is proved here is looked at by the use case."""

    def find_key(self, *, brand: str, now: datetime) -> AppKey | None:
        """None for a wrong one, which is for the use case to refuse."""
        with suppress(NotAuthenticated):
            return super().find_key(brand=brand, now=now)
        return None

    def admit(self, *, key: AppKey | None, now: datetime) -> None:
        """Nothing else is asked for before the body is read."""

    def largest_body(self) -> int:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or settings.MAX_BODY_BYTES

    def post(self, request: Request, brand: str) -> HttpResponse:
        answer = exchange(
            brand_key=brand,
            appkey=self.http.META.get("HTTP_X_APPKEY", ""),
            form=self._form(),
            address=self.address(),
            now=self.clock(),
        )
        return json_answer(
            {
                "access_token": answer.access_token,
                "token_type": answer.token_type,
                "expires_in": answer.expires_in,
                "username": answer.username,
            }
        )

    def put(self, request: Request, brand: str) -> HttpResponse:
        """As clients of the vendor call it."""
        return self.post(request, brand)

    def write_problem(self, problem: ApiProblem) -> HttpResponseBase:
        error = problem.code
        if error not in OAUTH_ERRORS:
            error = OAUTH_ERROR_OF_STATUS.get(problem.status, INVALID_REQUEST)
        body: dict[str, object] = {"error": error, "error_description": problem.message, "requestId": self.request_id}
        return json_answer(body | dict(problem.more), status=problem.status)

    def _form(self) -> dict[str, list[str]]:
        media, _parameters = parse_header_parameters(self.http.META.get("CONTENT_TYPE", ""))
        if media not in FORM_TYPES or self.http.META.get("HTTP_CONTENT_ENCODING"):
            raise DoorRefused("form_needed")
        with received(self.http, limit=self.largest_body()) as view:
            body = bytes(view)
        try:
            return parse_qs(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
        except ValueError as error:
            raise DoorRefused("form_needed") from error
