"""What every answer has in common: JSON, its language, its headers, and that an error never shows the inside."""

from __future__ import annotations

import ast
import json
import logging
import sqlite3
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404
from django.test import Client
from django.utils import translation

import sync_app.api
from integration_admin.accounts.counters import CountersAway
from integration_admin.cache_door import CacheAway
from integration_admin.languages import language_for
from integration_admin.log_context import Ids
from integration_admin.log_lines import JsonLines
from sync_app.api.dialects.planningpme.views import exchange
from sync_app.api.problems import DoorRefused, internal_error, problem_of
from sync_app.api.sentences import HINTS, SENTENCES
from templates_app.library.refusals import LibraryRefused
from tests.api.conftest import LEA, Caller, read

ROOM = Path(sync_app.api.__file__).parent
RUNS = "api/integration/runs"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-CA", "fr"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.1, ja;q=0.9", "ja"),
        ("no", "nb"),
        ("no-NO", "nb"),
        ("nb-NO", "nb"),
        ("nn", "nb"),
        ("pt-BR", "pt"),
        ("xx, fi;q=0.5", "fi"),
        ("fr;q=0, it;q=0.2", "it"),
        ("*", "en"),
        ("xx", "en"),
        ("../../etc/passwd", "en"),
        ("é", "en"),
        ("a" * 10_000, "en"),
        ("fr;q=x", "en"),
    ],
)
def test_the_language_is_the_first_offered_one_that_is_accepted(accepted: str, language: str) -> None:
    assert language_for(accepted) == language


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "language", "told"),
    [
        ("fr", "fr", "fr"),
        ("ja", "ja", "ja"),
        ("no", "nb", "no"),
        ("nn-NO", "nb", "no"),
        ("nb", "nb", "no"),
        ("", "en", "en"),
    ],
)
def test_a_refusal_is_told_in_the_language_of_the_caller_by_its_documented_code(
    asked: str, language: str, told: str, we: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync_app.api.problems.gettext", lambda text: f"{text} / {translation.get_language()}")
    answer = we.get("api/nothing", **{"Accept-Language": asked})
    assert answer["Content-Language"] == told
    assert read(answer)["message"].endswith(f"/ {language}")
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.django_db
def test_a_streamed_report_is_told_in_the_language_of_the_caller(we: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync_app.runs.reports.report.message", lambda _problem: str(translation.get_language()))
    rows = [{"ID_DOSSIER": str(n)} for n in range(1_200)]
    body = {"simulate": True, "model": rows}
    answer = we.call("POST", "api/integration/clients", body, headers={"Accept-Language": "sv"})
    with translation.override("it"):
        told = read(answer)
        assert translation.get_language() == "it"
    assert {problem["message"] for op in told["operations"] for problem in op["problems"]} == {"sv"}


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "image/png;q=1", "nonsense", ""])
@pytest.mark.parametrize("path", [RUNS, f"{RUNS}/999", "api/nothing", "api/integration/clients"])
def test_it_answers_json_whatever_is_accepted(accept: str, path: str, we: Caller) -> None:
    answer = we.get(path, Accept=accept)
    assert answer["Content-Type"] == "application/json"
    assert read(answer)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["token", "api/config", RUNS, f"{RUNS}/1", "api/nothing", "api/integration/clients-out"]
)
def test_no_answer_is_kept_or_guessed_at_or_framed(path: str, we: Caller) -> None:
    answer = we.get(path)
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert len(answer["X-Request-Id"]) == 32
    assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("secret-of-the-inside"), 500, "internal_error"),
        (KeyError("secret-of-the-inside"), 500, "internal_error"),
        (DatabaseError("secret-of-the-inside"), 500, "internal_error"),
        (OperationalError("secret-of-the-inside"), 503, "unavailable"),
        (InterfaceError("secret-of-the-inside"), 503, "unavailable"),
        (CountersAway("secret-of-the-inside"), 503, "unavailable"),
        (CacheAway("secret-of-the-inside"), 503, "unavailable"),
        (SuspiciousOperation("secret-of-the-inside"), 400, "request_refused"),
        (TooManyFieldsSent("secret-of-the-inside"), 400, "request_refused"),
        (RequestDataTooBig("secret-of-the-inside"), 413, "body_too_large"),
        (Http404("secret-of-the-inside"), 404, "not_found"),
        (LibraryRefused("not_published", name="x"), 409, "not_published"),
    ],
)
def test_whatever_goes_wrong_is_told_in_the_same_shape_and_shows_nothing_of_the_inside(
    error: Exception, status: int, code: str, we: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_given: object) -> None:
        raise error

    monkeypatch.setattr(exchange, "begin_import", broken)
    answer = we.send(LEA)
    told = read(answer)
    assert (answer.status_code, told["code"]) == (status, code)
    assert set(told) <= {"code", "message", "hint", "pointer", "line", "column", "errors", "requestId"}
    assert "secret-of-the-inside" not in answer.content.decode()
    assert ("Retry-After" in answer) == (status == 503)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What is logged, with the ids that the site's own handler puts on each line."""
    ids = Ids()
    caplog.handler.addFilter(ids)
    with caplog.at_level(logging.INFO):
        yield caplog
    caplog.handler.removeFilter(ids)


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The lines that were logged, as the site writes them."""
    return [json.loads(JsonLines().format(record)) for record in caplog.records]


@pytest.mark.django_db
def test_an_unforeseen_error_is_found_in_the_log_by_the_number_of_its_request(
    we: Caller, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    def broken(**_given: object) -> None:
        raise RuntimeError("what happened")

    monkeypatch.setattr(exchange, "begin_import", broken)
    told = read(we.send(LEA))
    noted = [
        line for line in logged(log) if line["logger"].startswith("sync_app") and line["requestId"] == told["requestId"]
    ]
    assert len(noted) == 1
    assert "what happened" in noted[0]["exception"]


@pytest.mark.django_db
def test_a_refusal_for_safety_is_logged_without_the_secret(we: Caller, log: pytest.LogCaptureFixture) -> None:
    stolen = "iak_" + "s" * 38
    answers = [
        Caller("acme", stolen, we.token).get(RUNS),
        Caller("acme", we.appkey, "iat_" + "t" * 38).get(RUNS),
    ]
    noted = [line for line in logged(log) if line["logger"] == "sync_app.api.dialects.base"]
    assert [(line["brand"], line["code"]) for line in noted] == [("acme", "appkey_refused"), ("acme", "token_refused")]
    assert [line["requestId"] for line in noted] == [answer.headers["X-Request-Id"] for answer in answers]
    everything = "".join(str(vars(record)) for record in log.records)
    assert not any(secret in everything for secret in (stolen, we.appkey, we.token, "t" * 38))


@pytest.mark.parametrize(
    "path", ["/acme/api/integration/runs", "/acme/api/any/thing", "/acme/token", "/acme/doc/index", "/admin/", "/x"]
)
def test_a_host_that_is_not_ours_is_refused_in_the_form_of_the_address(path: str) -> None:
    answer = Client(headers={"Host": "elsewhere.example", "Accept-Language": "de"}).get(path)
    assert answer.status_code == 400
    assert b"elsewhere" not in answer.content
    if path in {"/acme/doc/index", "/admin/", "/x"}:
        assert answer.headers["Content-Type"].startswith("text/html")
        return
    told = read(answer)
    assert told.get("code", told.get("error")) == ("invalid_request" if path.endswith("token") else "request_refused")
    assert told["requestId"] == answer.headers["X-Request-Id"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Language"] == "de"


# --- the sentences


def codes_in_the_source() -> set[str]:
    """Every code a door refuses with."""
    codes = {"internal_error", "not_found", "unavailable", "body_too_large", "request_refused"}
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DoorRefused":
                first = node.args[0]
                codes.add(str(first.value) if isinstance(first, ast.Constant) else "")
    return codes


def test_every_code_has_its_sentence_and_every_sentence_its_code() -> None:
    authentication = {"appkey_refused", "token_refused", "brand_mismatch"}
    assert codes_in_the_source() | authentication == set(SENTENCES)
    assert set(HINTS) <= set(SENTENCES)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_whole_and_its_parameters_are_named(code: str) -> None:
    names = [name for _text, name, _spec, _conversion in string.Formatter().parse(SENTENCES[code]) if name is not None]
    assert all(name.isidentifier() for name in names)
    assert SENTENCES[code].endswith((".", "}"))


@pytest.mark.parametrize("value", ["{0.__class__}", "{limit}", "%(x)s", "{" * 50])
def test_what_the_caller_wrote_is_never_a_format(value: str) -> None:
    problem = problem_of(DoorRefused("content_type_refused", value=value))
    assert problem is not None
    assert value in problem.message


def test_an_error_nobody_foresaw_is_no_problem_of_the_caller() -> None:
    assert problem_of(ZeroDivisionError()) is None
    assert internal_error().status == 500


@pytest.mark.django_db
@pytest.mark.parametrize("path", [RUNS, "token", "api/config", "api/nothing", "doc/openapi.json"])
def test_without_what_calls_are_counted_in_it_asks_to_come_again(
    path: str, we: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> int:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(type(caches["default"]), "count_in_turn", away)
    answer = we.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "disk" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/api/config", "/api/task", f"/{RUNS}", "api/config/"])
def test_a_slash_at_the_beginning_of_a_method_is_one_too_many_and_no_other_address(path: str, we: Caller) -> None:
    assert we.get(path).status_code == 200


@pytest.mark.parametrize("path", ["API/config", "//api/config", "Token", "/TOKEN/x", "/api//config"])
def test_an_address_that_is_nearly_one_of_the_api_is_refused_as_the_api_does(path: str, we: Caller) -> None:
    answer = we.get(path)
    assert (answer.status_code, read(answer)["code"]) == (404, "not_found")
