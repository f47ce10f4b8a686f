"""A POST under an Idempotency-Key happens once, whatever becomes of its answer."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.api import carrying_out
from sync_app.models import IdempotencyKey, Record, Run
from sync_app.runs.verbs import idempotency
from tests.api.conftest import LEA, MAX, NAMELESS, Caller, read

pytestmark = pytest.mark.django_db

CLIENTS = "api/integration/clients"
LEA_ONLY = {"model": [LEA]}


@pytest.mark.parametrize("options", [{}, {"verbose": True}, {"simulate": True}])
def test_the_same_request_again_gets_the_same_answer_and_writes_nothing(options: dict[str, bool], we: Caller) -> None:
    first = we.post(CLIENTS, LEA_ONLY | options, Idempotency_Key="k1")
    again = we.post(CLIENTS, LEA_ONLY | options, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert read(first) == read(again)
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert Run.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(we: Caller) -> None:
    we.post(CLIENTS, LEA_ONLY, Idempotency_Key="k1")
    answer = we.post(CLIENTS, {"model": [MAX]}, Idempotency_Key="k1")
    assert (answer.status_code, read(answer)["code"]) == (422, "idempotency_mismatch")
    assert Record.objects.count() == 1


def test_the_body_is_compared_byte_by_byte(we: Caller) -> None:
    we.post(CLIENTS, b'{"model": []}', Idempotency_Key="k1")
    assert we.post(CLIENTS, b'{"model":  []}', Idempotency_Key="k1").status_code == 422


def test_without_a_key_the_same_request_is_two_requests(we: Caller) -> None:
    we.post(CLIENTS, LEA_ONLY)
    we.post(CLIENTS, LEA_ONLY)
    assert Run.objects.count() == 2


def test_another_address_is_another_request(we: Caller) -> None:
    run = read(we.send(LEA))["run"]
    undone = we.post(f"api/integration/runs/{run}/undo", {}, Idempotency_Key="k1")
    again = we.post(f"api/integration/runs/{run}/undo/", {}, Idempotency_Key="k1")
    retried = we.post(f"api/integration/runs/{run}/retry", {}, Idempotency_Key="k1")
    assert read(undone)["run"] == read(again)["run"]
    assert (retried.status_code, read(retried)["code"]) == (409, "nothing_to_retry")


def test_a_refused_request_leaves_its_key_free(we: Caller) -> None:
    run = read(we.send(LEA))["run"]
    refused = we.post(f"api/integration/runs/{run}/apply", {}, Idempotency_Key="k1")
    unread = we.post(CLIENTS, {"model": "no rows"}, Idempotency_Key="k2")
    assert (refused.status_code, unread.status_code) == (409, 400)
    assert not IdempotencyKey.objects.exists()
    assert we.post(CLIENTS, LEA_ONLY, Idempotency_Key="k2").status_code == 200


@pytest.mark.parametrize("verb", ["import", "apply", "undo", "retry"])
def test_the_key_is_settled_with_the_run_or_there_is_no_run(
    we: Caller, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """Whoever dies between the two would leave a run that the same request, sent again, makes once more."""
    done = read(we.send(LEA, NAMELESS, simulate=verb == "apply"))["run"]
    path = CLIENTS if verb == "import" else f"api/integration/runs/{done}/{verb}"
    body: dict[str, Any] = LEA_ONLY if verb == "import" else {}
    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "settle", raising)
        assert we.post(path, body, Idempotency_Key="k1").status_code == 500
    assert list(Run.objects.values_list("pk", flat=True)) == [done]
    again = we.post(path, body, Idempotency_Key="k1")
    assert (again.status_code, "Idempotency-Replayed" in again) == (200, False)
    assert Run.objects.count() == 2


def test_cancelling_under_a_key_is_answered_again(we: Caller) -> None:
    run = read(we.send(LEA))["run"]
    for _ in range(2):
        refused = we.post(f"api/integration/runs/{run}/cancel", {}, Idempotency_Key="k1")
        assert refused.status_code == 409


def test_a_run_that_was_left_in_the_middle_is_told_of_and_not_begun_again(
    we: Caller, monkeypatch: pytest.MonkeyPatch, now: Any
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(carrying_out, "perform", raising)
        assert we.post(CLIENTS, LEA_ONLY, Idempotency_Key="k1").status_code == 500
    waiting = we.post(CLIENTS, LEA_ONLY, Idempotency_Key="k1")
    assert (waiting.status_code, read(waiting)["code"], waiting["Retry-After"]) == (409, "run_in_progress", "2")
    run = Run.objects.get()
    carrying_out.carry_out(run=run, asynchronous=False, clock=lambda: now)
    done = we.post(CLIENTS, LEA_ONLY, Idempotency_Key="k1")
    assert (done.status_code, read(done)["run"], read(done)["counts"]["inserted"]) == (200, run.pk, 1)


def test_an_accepted_run_is_accepted_again(we: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[int] = []
    monkeypatch.setattr(carrying_out, "enqueue", lambda *, run: handed.append(run))
    answers = [we.post(CLIENTS, LEA_ONLY, Idempotency_Key="k1", Prefer="respond-async") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert len(handed) == 1


@pytest.mark.parametrize("key", ["", "é", "a\tb", "x" * 256])
def test_it_refuses_a_key_that_is_none(key: str, we: Caller) -> None:
    answer = we.call("POST", CLIENTS, LEA_ONLY, headers={"Idempotency-Key": key or " " * 300})
    assert (answer.status_code, read(answer)["code"]) == (400, "idempotency_key_invalid")
    assert Run.objects.count() == 0


def raising(**_given: object) -> None:
    raise RuntimeError("the machine went away")
