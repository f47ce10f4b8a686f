"""An anticipated error, as a door tells it. What a use case raises becomes one here; each dialect writes it down.

An error that is not known here is none of the caller's: the door answers 500 and logs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Final

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext

from integration_admin.accounts.access import NotAllowed, NotAuthenticated
from integration_admin.accounts.tokens import TokenRefused
from integration_admin.cache_door import CacheAway
from sync_app.api.sentences import HINTS, SENTENCES
from sync_app.runs.errors import RunRefused, WrongDirection
from sync_app.runs.sentences import message
from templates_app.catalog.problems import Params, Problem
from templates_app.language.findings import Finding
from templates_app.library.refusals import LibraryRefused, TemplateOutdated
from templates_app.library.wording import finding_in_words, refusal_in_words
from templates_app.sources.rows import SourceRefused

TOO_LARGE: Final = frozenset({"body_too_large", "too_many_rows", "too_many_values", "too_many_fields"})
RETRY_SECONDS: Final = 5
#: When to ask again for what another request is doing right now.
AGAIN_SECONDS: Final = 2


class DoorRefused(Exception):
    """A door refuses a request by itself, before any use case is asked. `headers` go into the answer.

    `errors` are the single findings, as they are written, where there are several; `more` are further members of the
    answer.
    """

    def __init__(
        self,
        code: str,
        *,
        status: int = 400,
        pointer: str = "",
        headers: Mapping[str, str] | None = None,
        errors: Iterable[Mapping[str, object]] = (),
        more: Mapping[str, object] | None = None,
        **params: str | int,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.pointer = pointer
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.more = dict(more or {})
        self.params: Params = params


@dataclass(frozen=True, slots=True)
class ApiProblem:
    """An HTTP status, a stable code, the sentence in the active language and the place in the request.

    `line` and `column` count from 1, 0 = no place; `pointer` is a JSON pointer. `errors` are the single findings where
    there are several, `more` are further members. `reason` is for the log only.
    """

    status: int
    code: str
    message: str
    hint: str = ""
    pointer: str = ""
    line: int = 0
    column: int = 0
    errors: tuple[Mapping[str, object], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""


def sentence(code: str, params: Params) -> str:
    """A sentence of this package, translated and filled in."""
    return gettext(SENTENCES[code]).format_map(params)


def hint(code: str) -> str:
    """What to do about it, translated; empty when the sentence says it all."""
    return gettext(HINTS[code]) if code in HINTS else ""


def internal_error() -> ApiProblem:
    """What is said of an error that nobody foresaw."""
    return ApiProblem(status=500, code="internal_error", message=sentence("internal_error", {}))


@singledispatch
def problem_of(error: Exception) -> ApiProblem | None:
    """What the caller is told of an error, or None when it was not foreseen."""
    return None


@problem_of.register
def _(error: DoorRefused) -> ApiProblem:
    return ApiProblem(
        status=error.status,
        code=error.code,
        message=sentence(error.code, error.params),
        hint=hint(error.code),
        pointer=error.pointer,
        errors=error.errors,
        headers=error.headers,
        more=error.more,
    )


@problem_of.register
def _(error: NotAuthenticated) -> ApiProblem:
    return ApiProblem(
        status=401,
        code=error.code,
        message=sentence(error.code, {}),
        hint=hint(error.code),
        headers={"WWW-Authenticate": "Bearer"},
        reason=error.reason,
    )


@problem_of.register
def _(error: NotAllowed) -> ApiProblem:
    return ApiProblem(status=403, code=error.code, message=message(Problem(error.code, error.params)))


@problem_of.register
def _(error: TokenRefused) -> ApiProblem:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    said = gettext(error.description).format_map(error.params)
    return ApiProblem(status=error.status, code=error.error, message=said, headers=headers)


@problem_of.register
def _(error: RunRefused) -> ApiProblem:
    headers = {"Allow": error.allowed} if isinstance(error, WrongDirection) else {}
    if error.problem.code == "idempotency_in_progress":
        headers = {"Retry-After": str(AGAIN_SECONDS)}
    return ApiProblem(
        status=error.status,
        code=error.problem.code,
        message=message(error.problem),
        errors=tuple(findings_on_the_wire(error.findings)),
        headers=headers,
    )


@problem_of.register
def _(error: SourceRefused) -> ApiProblem:
    return ApiProblem(
        status=413 if error.problem.code in TOO_LARGE else 400,
        code=error.problem.code,
        message=message(error.problem),
        hint=hint(error.problem.code),
        pointer=error.pointer,
        line=error.line,
        column=error.column,
    )


@problem_of.register
def _(error: LibraryRefused) -> ApiProblem:
    return ApiProblem(
        status=422 if isinstance(error, TemplateOutdated) else 409,
        code=error.code,
        message=refusal_in_words(error),
        errors=tuple(findings_on_the_wire(error.findings)),
    )


@problem_of.register
def _(error: Http404) -> ApiProblem:
    return ApiProblem(status=404, code="not_found", message=sentence("not_found", {}))


@problem_of.register(SuspiciousOperation)
@problem_of.register(BadRequest)
@problem_of.register(MultiPartParserError)
def _(error: Exception) -> ApiProblem:
    return ApiProblem(status=400, code="request_refused", message=sentence("request_refused", {}), reason=str(error))


@problem_of.register
def _(error: UnreadablePostError) -> ApiProblem:
    return ApiProblem(status=400, code="body_cut_short", message=sentence("body_cut_short", {}))


@problem_of.register
def _(error: RequestDataTooBig) -> ApiProblem:
    said = sentence("body_too_large", {"limit": settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0})
    return ApiProblem(status=413, code="body_too_large", message=said, hint=hint("body_too_large"))


@problem_of.register(CacheAway)
@problem_of.register(OperationalError)
@problem_of.register(InterfaceError)
def _(error: Exception) -> ApiProblem:
    return ApiProblem(
        status=503,
        code="unavailable",
        message=sentence("unavailable", {}),
        headers={"Retry-After": str(RETRY_SECONDS)},
        reason=type(error).__name__,
    )


def findings_on_the_wire(findings: Iterable[Finding]) -> Iterable[Mapping[str, object]]:
    """The findings of a template, in the active language."""
    for finding in findings:
        worded = finding_in_words(finding)
        yield {
            "severity": worded.severity,
            "code": worded.code,
            "message": worded.sentence,
            "hint": worded.hint,
            "line": worded.line,
            "column": worded.column,
        }
