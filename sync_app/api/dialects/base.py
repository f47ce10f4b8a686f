"""What the doors of all dialects share: the order of checks, the language, the headers, and that an error is an answer.

The order is fixed: quota of the address, size, application key with its brand, quota of key and brand, the other
credentials; then the handler: permission, parse, validate, one call of a use case. Whatever is refused on the way wrote
nothing.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Never

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.views import APIView

from integration_admin import log_context
from integration_admin.accounts.access import Actor
from integration_admin.accounts.addresses import caller_address
from integration_admin.accounts.counters import CountersFull
from integration_admin.accounts.models import AppKey
from integration_admin.accounts.quotas import Quota, address_quota, key_quotas
from integration_admin.accounts.usage import note_refused
from integration_admin.languages import documented_code, language_for
from sync_app.api.bodies import check_length
from sync_app.api.problems import ApiProblem, DoorRefused, internal_error, problem_of
from sync_app.api.rate_limits import quota_headers, quota_refused

log = logging.getLogger(__name__)

# Methods that only read.
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Refusals that a brand's owner would want to hear of.
WORTH_A_LINE: Final = frozenset({401, 403, 429})
OWN_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def without_body(status: int) -> HttpResponse:
    """An answer that says all by its status."""
    answer = HttpResponse(status=status)
    del answer.headers["Content-Type"]
    return answer


def methods_answer(allowed: str) -> HttpResponse:
    """The answer to OPTIONS."""
    answer = without_body(204)
    answer.headers["Allow"] = allowed
    return answer


def _leave_out_body(answer: Any) -> None:
    """Everything but the content. What a stream holds open is closed by the server, as if it had been read."""
    if answer.streaming:
        answer.streaming_content = ()
    else:
        answer.headers.setdefault("Content-Length", str(len(answer.content)))
        answer.content = b""


class Door(APIView, ABC):
    """One address of a dialect, which says how its callers prove themselves (`find_key`, `admit`) and writes errors.

    `http` is the plain request, `actor` whoever `admit` let in, `language` the code the answer is written in, `begun`
    when the call was looked at first.
    """

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    http_method_names = ["get", "head", "post", "put", "options"]

    #: Whether its bodies are rows, which can be sent in several requests where one is too large.
    takes_rows: ClassVar[bool] = False

    http: HttpRequest
    actor: Actor
    request_id: str
    language: str
    begun: datetime
    spent: tuple[Quota, ...] = ()

    def clock(self) -> datetime:
        """Now."""
        return timezone.now()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        log_context.note(brand=kwargs.get("brand", ""))
        self._opened(request)
        with translation.override(self.language):
            return super().dispatch(request, *args, **kwargs)

    def refuse(self, request: HttpRequest, error: Exception) -> HttpResponseBase:
        """The answer to what was refused before it came to this door, as the door itself would give it."""
        self._opened(request)
        with translation.override(self.language):
            return self._headed(self.handle_exception(error))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Everything that comes before the handler."""
        now = self.begun = self.clock()
        self._spend(self._counted(lambda: [address_quota(address=self.address(), now=now)]), now)
        check_length(self.http.META, limit=self.largest_body())
        key = self.find_key(brand=kwargs.get("brand", ""), now=now)
        if key is not None:
            self._spend(self._counted(lambda: key_quotas(appkey=key, now=now)), now, key)
        self.admit(key=key, now=now)

    @abstractmethod
    def find_key(self, *, brand: str, now: datetime) -> AppKey | None:
        """The key that the caller came with, by which is counted, or None. Raises NotAuthenticated."""

    @abstractmethod
    def admit(self, *, key: AppKey | None, now: datetime) -> None:
        """Looks at whatever else the caller has to prove. Raises NotAuthenticated."""

    @abstractmethod
    def write_problem(self, problem: ApiProblem) -> HttpResponseBase:
        """The answer that tells of a problem, in the shape of the dialect."""

    def largest_body(self) -> int:
        """In bytes."""
        return settings.MAX_BODY_BYTES

    def language_of(self, request: HttpRequest) -> str:
        """The code of the language to answer in: programs say what they accept."""
        return language_for(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))

    def address(self) -> str:
        """Where the call comes from."""
        return caller_address(self.http.META)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Which methods there are."""
        return methods_answer(", ".join(self.allowed_methods))

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Never:
        allowed = ", ".join(self.allowed_methods)
        method = str(request.method)[:20]
        raise DoorRefused("method_not_allowed", status=405, headers={"Allow": allowed}, method=method, allowed=allowed)

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}

    def handle_exception(self, exc: Exception) -> Any:
        """Every error is an answer, and never tells what the code looks like."""
        problem = problem_of(exc)
        if problem is None:
            log.error("an unforeseen error", exc_info=exc, extra=self._noted(internal_error()))
            problem = internal_error()
        elif problem.status in WORTH_A_LINE or problem.status >= 500:
            log.warning("a request was refused", extra=self._noted(problem))
        if problem.code == "body_too_large" and not self.takes_rows:
            problem = replace(problem, hint="")
        answer = self.write_problem(problem)
        for name, value in problem.headers.items():
            answer.headers[name] = value
        return answer

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self.http.method == "HEAD":
            _leave_out_body(answer)
        return self._headed(answer)

    def _opened(self, request: HttpRequest) -> None:
        self.http = request
        self.request_id = log_context.request_id()
        self.language = self.language_of(request)

    def _headed(self, answer: HttpResponseBase) -> HttpResponseBase:
        for name, value in OWN_HEADERS.items():
            answer.headers[name] = value
        answer.headers["Content-Language"] = documented_code(self.language)
        patch_vary_headers(answer, ["Accept-Language"])
        return answer

    def _counted(self, count: Callable[[], list[Quota]]) -> list[Quota]:
        """What this call is counted by. A read is answered also where nothing can be counted as the disk is full."""
        try:
            return count()
        except CountersFull:
            if self.http.method not in SAFE:
                raise
            return []

    def _spend(self, counted: Sequence[Quota], now: datetime, key: AppKey | None = None) -> None:
        if not counted:
            return
        self.spent = (*self.spent, *counted)
        self.headers.update(quota_headers(self.spent))
        exceeded = next((quota for quota in counted if quota.exceeded), None)
        if exceeded is not None:
            if key is not None:
                note_refused(key, now=now)
            raise quota_refused(exceeded, now=now, zone=key.brand.shown_zone if key is not None else UTC)

    def _noted(self, problem: ApiProblem) -> dict[str, object]:
        match = self.http.resolver_match
        actor = getattr(self, "actor", None)
        return {
            "route": match.route if match else "",
            "actor": actor.name if actor else "",
            "code": problem.code,
            "reason": problem.reason,
        }
