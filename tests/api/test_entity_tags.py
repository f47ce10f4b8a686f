"""A write over somebody else's change is noticed, and a write that is sent twice happens once."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.api.dialects.planningpme.views import entities
from sync_app.models import IdempotencyKey, Record, Run
from sync_app.runs.lists.listing import find_record
from sync_app.runs.verbs import idempotency
from tests.api.conftest import Caller, read, written
from tests.api.entities import made, refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def roy(we: Caller) -> str:
    """The address of a customer."""
    return f"api/customer/{made(we, 'customer', lastName='Roy')}"


def tag(we: Caller, address: str) -> str:
    return str(we.get(address)["ETag"])


def test_a_tag_changes_with_the_record_and_with_what_is_shown_of_others(we: Caller) -> None:
    customer = f"api/customer/{made(we, 'customer', company='Roy & Co')}"
    project = f"api/project/{made(we, 'project', label='Hall', customer=int(customer.rsplit('/', 1)[1]))}"
    first = tag(we, project)
    assert first.startswith('"1-')
    assert tag(we, project) == first
    we.call("PATCH", customer, {"company": "Roy & Daughters"})
    relabelled = tag(we, project)
    assert relabelled != first
    changed = we.call("PATCH", project, {"city": "Lyon"}, headers={"If-Match": first})
    assert (changed.status_code, changed["ETag"]) == (200, tag(we, project))
    assert changed["ETag"].startswith('"2-')


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"x", {0}', "{0}, W/{0}", "*"])
def test_who_has_it_already_gets_nothing(form: str, roy: str, we: Caller) -> None:
    known = tag(we, roy)
    answer = we.get(roy, **{"If-None-Match": form.format(known)})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", known)
    assert "Content-Type" not in answer


@pytest.mark.parametrize("given", ['"1-0000000000000000"', "nonsense", '"1"', "", '"', 'W/"', "é", '"' * 1000])
def test_any_other_tag_gets_the_record(given: str, roy: str, we: Caller) -> None:
    answer = we.get(roy, **{"If-None-Match": given})
    assert (answer.status_code, read(answer)["lastName"]) == (200, "Roy")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_write_over_a_change_is_refused(method: str, roy: str, we: Caller) -> None:
    seen = tag(we, roy)
    we.call("PATCH", roy, {"lastName": "Roy-Martin"})
    before = written()
    answer = we.call(method, roy, {"lastName": "Petit"}, headers={"If-Match": seen})
    assert refusal(answer) == (412, "precondition_failed")
    assert written() == before
    assert read(we.get(roy))["lastName"] == "Roy-Martin"
    now = tag(we, roy)
    assert we.call(method, roy, {"lastName": "Petit"}, headers={"If-Match": now}).status_code in {200, 204}


@pytest.mark.parametrize("given", ["W/{0}", '"9-0000000000000000"', "nonsense", '"', '{0}, "', "1", "é", " "])
def test_a_tag_that_is_none_never_lets_a_write_pass(given: str, roy: str, we: Caller) -> None:
    answer = we.call("PATCH", roy, {"lastName": "x"}, headers={"If-Match": given.format(tag(we, roy))})
    assert refusal(answer) == (412, "precondition_failed")


def test_several_tags_or_any_let_a_write_pass(roy: str, we: Caller) -> None:
    seen = tag(we, roy)
    for given in (f'"7-0000000000000000", {seen}', "*"):
        assert we.call("PATCH", roy, {"lastName": f"R{given[:1]}"}, headers={"If-Match": given}).status_code == 200
        seen = tag(we, roy)


def test_if_none_match_any_asks_that_there_be_no_such_record(roy: str, we: Caller) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        assert refusal(we.call(method, roy, {"lastName": "x"}, headers={"If-None-Match": "*"})) == (
            412,
            "precondition_failed",
        )


def test_a_change_between_reading_and_writing_is_refused_as_well(
    roy: str, we: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tag(we, roy)

    def find_and_change(**given: Any) -> Any:
        found = find_record(**given)
        monkeypatch.setattr(entities, "find_record", find_record)
        we.call("PATCH", roy, {"lastName": "Meanwhile"})
        return found

    monkeypatch.setattr(entities, "find_record", find_and_change)
    assert refusal(we.call("PUT", roy, {"lastName": "x"}, headers={"If-Match": seen})) == (412, "precondition_failed")
    assert read(we.get(roy))["lastName"] == "Meanwhile"


# --- once


def test_a_record_is_created_once_under_one_key(we: Caller) -> None:
    first = we.post("api/customer", {"lastName": "Roy"}, Idempotency_Key="k1")
    again = we.post("api/customer", {"lastName": "Roy"}, Idempotency_Key="k1")
    assert [answer.status_code for answer in (first, again)] == [201, 201]
    assert read(first) == read(again)
    for header in ("Location", "ETag", "X-Run"):
        assert first[header] == again[header]
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert (Record.objects.count(), Run.objects.count()) == (1, 1)


def test_every_write_happens_once_and_a_tag_does_not_stand_in_its_way(roy: str, we: Caller) -> None:
    for number, method in enumerate(("PUT", "PATCH", "DELETE")):
        sent = {"If-Match": tag(we, roy), "Idempotency-Key": f"k{number}"}
        body = {"lastName": f"Roy {number}"}
        answers = [we.call(method, roy, body, headers=sent) for _again in range(2)]
        assert {answer.status_code for answer in answers} == {204 if method == "DELETE" else 200}
        assert answers[1]["Idempotency-Replayed"] == "true"
        assert answers[0]["X-Run"] == answers[1]["X-Run"]
    assert Run.objects.count() == 4


def test_another_body_or_address_under_the_key_is_another_thing(roy: str, we: Caller) -> None:
    we.post("api/customer", {"lastName": "Roy"}, Idempotency_Key="k1")
    assert refusal(we.post("api/customer", {"lastName": "Petit"}, Idempotency_Key="k1")) == (
        422,
        "idempotency_mismatch",
    )
    assert we.call("PATCH", roy, {"lastName": "Petit"}, headers={"Idempotency-Key": "k1"}).status_code == 200


def test_a_refused_write_leaves_its_key_free(we: Caller) -> None:
    assert we.post("api/customer", {"nope": 1}, Idempotency_Key="k1").status_code == 422
    assert IdempotencyKey.objects.count() == 0
    assert we.post("api/customer", {"lastName": "Roy"}, Idempotency_Key="k1").status_code == 201


def test_the_key_keeps_no_value_of_the_record(we: Caller) -> None:
    answer = we.post("api/customer", {"lastName": "Roy"}, Idempotency_Key="k1")
    kept = IdempotencyKey.objects.get()
    assert bytes(kept.answer or b"") == f'{{"record":{read(answer)["key"]},"run":{answer["X-Run"]}}}'.encode()
    we.call("DELETE", answer["Location"].removeprefix("/acme/"))
    again = we.post("api/customer", {"lastName": "Roy"}, Idempotency_Key="k1")
    assert (again.status_code, read(again)) == (201, {"key": read(answer)["key"]})


def test_the_key_is_settled_with_the_write_or_not_at_all(we: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_given: Any) -> None:
        raise RuntimeError("the machine died here")

    before = written()
    monkeypatch.setattr(idempotency, "settle", fails)
    assert we.post("api/customer", {"lastName": "Roy"}, Idempotency_Key="k1").status_code == 500
    assert written() == before
    monkeypatch.undo()
    assert Record.objects.count() == 0
