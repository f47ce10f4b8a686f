"""Schemathesis makes requests from the document, right ones and wrong ones, and compares the answers with it.

What the language of schemas cannot say stands here: the statuses by which a well-formed request may be refused, and
values that only exclude each other by their meaning. `ATTACK_CASES` asks for more cases than the few of every day.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from integration_admin.accounts.models import Group
from tests.api.conftest import LEA, NAMELESS, Caller
from tests.api.entities import made

pytestmark = pytest.mark.django_db

CASES: Final = int(os.environ.get("ATTACK_CASES", "3"))
#: Those of every day are; whoever asks for more searches.
ALWAYS_THE_SAME: Final = "ATTACK_CASES" not in os.environ
ACCEPTED: Final = ["2xx", 304, 401, 403, 404, 409, 412, 413, 422, 429]
REFUSED: Final = [400, 401, 403, 404, 405, 409, 411, 412, 413, 415, 422, 429]
#: A well-formed request may still be refused with 400: a wrong password, a window that ends before it begins.
ALSO_400: Final = ("token", "token_put", "list_planned")
CONFIG: Final[dict[str, Any]] = {
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ACCEPTED},
        "negative_data_rejection": {"expected-statuses": REFUSED},
    },
    "operations": [
        {
            "include-operation-id": list(ALSO_400),
            "checks": {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, 400]}},
        }
    ],
}


def within_limits(value: Any) -> Any:
    """The value with numbers that are read: none finer than thirty places."""
    if isinstance(value, float) and abs(value) < 1e-20:
        return 0.0
    if isinstance(value, dict):
        return {name: within_limits(inner) for name, inner in value.items()}
    return [within_limits(inner) for inner in value] if isinstance(value, list) else value


def of_the_past(query: Any) -> Any:
    """The query asking since a moment that was, and not by a cursor: nobody makes one up that is the brand's."""
    if query and isinstance(query.get("cursor"), str):
        query = {name: value for name, value in query.items() if name != "cursor"}
    if query and str(query.get("since", "")) > "2026":
        query = {**query, "since": "20200229235959"}
    return query


@pytest.fixture
def described(narrow: Caller, we: Caller) -> Iterator[Any]:
    """The document for a user of few types, with something there to be found."""
    # A type of ours to write, and with it the planned work to ask for.
    Group.objects.get(name="Narrow").accesses.create(entity_type="Do", access="All")
    we.send(LEA, NAMELESS)
    we.send(LEA, simulate=True)
    we.post("api/x9", {"fields": {"Text": "here"}})
    made(we, "do", label="Visit", start="2026-11-21T08:00:00Z", end="2026-11-21T09:00:00Z")
    # The test happens in one transaction, and the end of a request would close its connection.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    headers = {"X-APPKEY": narrow.appkey, "Authorization": f"Bearer {narrow.token}"}
    config = schemathesis.Config.from_dict(CONFIG)
    found = schemathesis.openapi.from_wsgi("/acme/doc/openapi.json", WSGIHandler(), headers=headers, config=config)
    found.hook("map_body")(map_body)
    found.hook("map_query")(map_query)
    yield found
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def map_body(_context: Any, body: Any) -> Any:
    return within_limits(body)


def map_query(_context: Any, query: Any) -> Any:
    return of_the_past(query)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_answer_differs_from_what_the_document_says(mode: GenerationMode, described: Any) -> None:
    attacked: set[str] = set()
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=CASES, derandomize=ALWAYS_THE_SAME, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def attack(case: Any) -> None:
            case.call_and_validate()

        attack()
        attacked.add(operation.definition.raw["operationId"])
    assert len(attacked) > 25
    assert {"list_planned", "create_do", "delete_do", "create_x9", "import_0--0"} <= attacked
