"""The same key and body get the same answer; the write happens once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from integration_admin.accounts.access import Actor, api_actor, site_actor
from integration_admin.accounts.models import Brand, User
from sync_app.api.problems import problem_of
from sync_app.models import IdempotencyKey
from sync_app.runs.errors import RunConflict, RunUnprocessable
from sync_app.runs.verbs.idempotency import ABANDONED, KEPT, Claim, claim, release, settle
from tests.conftest import Login
from tests.runs.conftest import Clock


@pytest.fixture
def ann(acme: Brand) -> Actor:
    return Actor(brand=acme, name="Ann")


def ask(actor: Actor, clock: Clock, **other: Any) -> Claim:
    asked = {"method": "POST", "path": "/clients", "key": "k1", "body_digest": "d1"} | other
    return claim(actor=actor, clock=clock, **asked)


def test_a_new_key_is_taken_and_nobody_else_gets_it_meanwhile(ann: Actor, clock: Clock) -> None:
    assert ask(ann, clock).replay is None
    with pytest.raises(RunConflict) as busy:
        ask(ann, clock)
    assert (busy.value.status, busy.value.problem.code) == (409, "idempotency_in_progress")
    told = problem_of(busy.value)
    assert told is not None
    assert told.headers["Retry-After"] == "2"


@pytest.mark.parametrize("answer", [b'{"run": 7}', b"", "é\n".encode()])
def test_the_same_request_gets_the_same_answer(ann: Actor, clock: Clock, answer: bytes) -> None:
    settle(claim=ask(ann, clock), status=201, answer=answer, run=None)
    for _ in range(2):
        replay = ask(ann, clock).replay
        assert replay is not None
        assert (replay.status, replay.body) == (201, answer)


def test_another_body_under_the_same_key_is_refused(ann: Actor, clock: Clock) -> None:
    settle(claim=ask(ann, clock), status=200, answer=b"{}", run=None)
    with pytest.raises(RunUnprocessable) as refused:
        ask(ann, clock, body_digest="d2")
    assert refused.value.status == 422


@pytest.mark.parametrize("other", [{"path": "/other"}, {"method": "PUT"}, {"key": "k2"}, {"key": "K1"}])
def test_a_key_counts_for_one_address_only(ann: Actor, clock: Clock, other: dict[str, str]) -> None:
    settle(claim=ask(ann, clock), status=200, answer=b"{}", run=None)
    assert ask(ann, clock, **other).replay is None


def test_callers_never_meet_each_others_answers(ann: Actor, acme: Brand, other: Brand, clock: Clock) -> None:
    settle(claim=ask(ann, clock), status=200, answer=b"{}", run=None)
    assert ask(Actor(brand=acme, name="Ben"), clock).replay is None
    assert ask(Actor(brand=other, name="Ann"), clock).replay is None


def test_somebody_who_is_called_otherwise_meanwhile_is_still_the_same(
    acme: Brand, owner: Login, root: User, clock: Clock
) -> None:
    for number, actor in enumerate(
        (api_actor(membership=owner.membership, appkey=None), site_actor(user=root, brand=acme))
    ):
        settle(claim=ask(actor, clock), status=200, answer=b"%d" % number, run=None)
        replay = ask(replace(actor, name="Mrs. New"), clock).replay
        assert replay is not None
        assert replay.body == b"%d" % number


def test_a_released_key_is_free_and_a_settled_one_is_not_released(ann: Actor, clock: Clock) -> None:
    release(ask(ann, clock))
    taken = ask(ann, clock)
    settle(claim=taken, status=200, answer=b"{}", run=None)
    release(taken)
    assert ask(ann, clock).replay is not None


@pytest.mark.parametrize(("settled", "kept"), [(True, KEPT), (False, ABANDONED)])
def test_a_key_is_forgotten_in_time(ann: Actor, clock: Clock, settled: bool, kept: timedelta) -> None:
    first = ask(ann, clock)
    if settled:
        settle(claim=first, status=200, answer=b"{}", run=None)
    clock.advance(seconds=kept.total_seconds() + 1)
    assert ask(ann, clock, body_digest="d2").replay is None
    assert IdempotencyKey.objects.count() == 1


def test_who_lost_the_key_neither_settles_nor_frees_it(ann: Actor, clock: Clock) -> None:
    slow = ask(ann, clock)
    clock.advance(seconds=ABANDONED.total_seconds() + 1)
    ask(ann, clock)
    with pytest.raises(RunConflict):
        settle(claim=slow, status=200, answer=b"{}", run=None)
    release(slow)
    assert IdempotencyKey.objects.get().status == 0
