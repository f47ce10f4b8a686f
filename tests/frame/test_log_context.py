"""A log line says what it is about, without being told where it is written."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from integration_admin.log_context import Ids, about, note, request_id, request_ids
from integration_admin.log_lines import JsonLines


def line(**extra: object) -> dict[str, Any]:
    record = logging.LogRecord("tests", logging.WARNING, __file__, 1, "something", None, None)
    vars(record).update(extra)
    Ids().filter(record)
    written: dict[str, Any] = json.loads(JsonLines().format(record))
    return written


def test_a_line_carries_the_ids_of_what_it_is_inside_of() -> None:
    with about(brand="acme"), about(run=7):
        assert {name: line()[name] for name in ("brand", "run")} == {"brand": "acme", "run": 7}
    assert not {"brand", "run"} & line().keys()


def test_what_a_line_says_itself_counts_more() -> None:
    with about(run=7):
        assert line(run=8)["run"] == 8


def test_what_becomes_known_on_the_way_is_forgotten_at_the_end() -> None:
    with about():
        note(brand="acme")
        assert line()["brand"] == "acme"
    assert "brand" not in line()


def test_what_goes_wrong_inside_leaves_no_ids_behind() -> None:
    with pytest.raises(ValueError, match="broken"), about(run=7):
        raise ValueError("broken")
    assert "run" not in line()


def test_each_request_has_an_id_of_its_own_whatever_the_caller_says(rf: RequestFactory) -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request_id())
        return HttpResponse()

    answers = [request_ids(view)(rf.get("/", headers={"X-Request-Id": "mine"})) for _ in range(2)]
    assert [answer.headers["X-Request-Id"] for answer in answers] == seen
    assert len(set(seen) - {"mine", ""}) == 2
    assert request_id() == ""


def test_pages_and_signs_of_life_carry_an_id_too(client: Client, db: None) -> None:
    for path in ("/healthz", "/admin/login/", "/nothing-here"):
        assert len(client.get(path).headers["X-Request-Id"]) == 32
