"""Trying a connection, and what its forms ask for."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.keeping.forms import read_form
from tests.syncs.connectors.http_json.asking import HERE, failure, opened, rows
from tests.syncs.http.scripted import NOW, Clock, answer, link, serving


def test_a_test_says_how_many_rows_and_which_columns_it_saw() -> None:
    with serving(answer({"rows": [*rows(1), {"id": 2, "city": "Lyon"}], "next": "?p=2"})) as server:
        tested = HERE.test(opened(server, paging="link", rows_path="rows", next_path="next"))
    assert tested.ok
    assert "can be read on its way" in tested.lines[0]
    assert tested.lines[1:] == ["2 rows on the first page.", "Columns: id, name, city."]
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("content", "line"),
    [({"a": {"b": 1}}, "127.0.0.1 answers with JSON."), ({"items": [{"x": 1}], "n": 1}, "Columns: x.")],
)
def test_a_connection_is_tried_without_a_sync(content: Any, line: str) -> None:
    with serving(answer(content)) as server:
        tested = HERE.test(link(settings={"address": server.base, "test_path": "/probe/1/"}))
    assert tested.lines[-1] == line
    assert server.calls[0].target == "/probe/1"


def test_a_test_that_fails_says_why() -> None:
    with serving(answer("<h1>Sign in</h1>")) as server, pytest.raises(TransferFailed) as failed:
        HERE.test(opened(server))
    assert failed.value.code == "answer_not_json"


@pytest.mark.parametrize(
    ("form", "given", "wrong"),
    [
        (HERE.form, {"address": "https://crm.example", "auth": "basic", "username": "a", "password": "b"}, set()),
        (HERE.form, {"address": "https://crm.example", "auth": "oauth_client"}, {"token_address"}),
        (HERE.form, {"auth": "bearer"}, {"address", "token"}),
        (HERE.pull_form, {}, set()),
        (HERE.pull_form, {"paging": "page", "size": 0, "mark": "rows"}, {"size", "mark_field"}),
        (HERE.push_form, {"sending": "some"}, {"sending"}),
    ],
)
def test_the_forms_ask_for_what_is_needed_and_no_more(form: Any, given: dict[str, Any], wrong: set[str]) -> None:
    assert set(read_form(form, given).problems) == wrong


@pytest.mark.parametrize("paging", ["none", "page", "offset", "link", "cursor"])
def test_a_form_left_as_it_is_offered_works(paging: str) -> None:
    entered = read_form(HERE.pull_form or (), {"paging": paging})
    assert entered.problems == {}
    with serving(answer(rows(1)), answer([])) as server:
        given = link(settings={"address": server.base}, transfer=entered.values)
        fetched = HERE.pull(given, watermark="")
    assert json.loads(fetched.body) == rows(1)
    assert fetched.name == "rows.json"


def test_a_fetch_ends_with_the_turn(clock: Clock) -> None:
    def late(connection: Any) -> None:
        clock.passed += 900
        connection.sendall(answer(rows(len(clock.slept), int(clock.passed))))

    with serving(late) as server:
        failed = failure(server, clock=clock, paging="page")
    assert failed.trouble is Trouble.AGAIN
    assert clock.now() <= NOW + timedelta(minutes=31)
