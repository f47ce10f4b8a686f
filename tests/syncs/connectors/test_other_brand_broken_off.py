"""A run in the other brand that broke off while rows waited for others: each record is there once, and whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from integration_admin.accounts.models import Brand, Membership
from sync_app.models import Record, Run, RunStatus, TurnStatus
from sync_app.runs.errors import RunRefused
from sync_app.runs.upkeep.verifying import verify
from sync_app.runs.verbs.cancelling import cancel
from sync_app.runs.work import job, perform
from sync_app.runs.work.job import Job
from sync_app.syncs.connectors.base import Sent, Trouble
from sync_app.syncs.keeping.connections import save_connection
from templates_app.library.installing import install
from tests.conftest import Login
from tests.runs.conftest import Clock, Killed, customer, killed_at
from tests.syncs.conftest import Desk
from tests.syncs.connectors.links import fails
from tests.syncs.connectors.test_other_brand import OTHER, Pair
from tests.syncs.fake_connector import Fake

pytestmark = pytest.mark.django_db

#: Who has no code is another record each time they are sent.
INSERTING = """<In>
<Type Name="Customer" As="Coded" ShouldInsert="true"><When Name="code" Present="true" /></Type>
<Type Name="Customer" As="Plain" ShouldInsert="true"><Unless Name="code" Present="true" /></Type>
<Property Name="code" Type="Coded" Field="_CODE" />
<Property Name="name" Type="Coded" Field="LastName" />
<Property Name="parent" Type="Coded" Field="_PARENT"><Lookup Match="_CODE" /></Property>
<Property Name="name" Type="Plain" Field="LastName" />
<Property Name="mail" Type="Plain" Field="Email" />
<Property Name="parent" Type="Plain" Field="_PARENT"><Lookup Match="_CODE" /></Property>
<Property Name="friend" Type="Plain" Field="_FRIEND"><Lookup Match="_CODE" OnMissing="Null" /></Property></In>"""
#: A waits for G, B has its friend set at the end, C is refused, as is E, which waits for nobody who comes.
ITEMS = [
    {"name": "A", "parent": "G"},
    {"name": "B", "friend": "G"},
    {"name": "C", "mail": "nowhere"},
    {"name": "D"},
    {"name": "E", "parent": "Z"},
    {"name": "F", "friend": "Y"},
    {"name": "G", "code": "G"},
]
REFUSED = [(2, "email_invalid"), (4, "reference_missing")]


@pytest.fixture(autouse=True)
def _two_rows_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perform, "Job", partial(Job, chunk_rows=2))
    monkeypatch.setattr(job, "MIN_CHUNK_ROWS", 2)
    monkeypatch.setattr(job, "MAX_CHUNK_ROWS", 2)


@pytest.fixture
def clock(now: Any) -> Clock:
    return Clock(now)


@pytest.fixture
def pair(acme: Brand, other: Brand, owner: Login, clock: Clock) -> Pair:
    made = Pair(acme, other, owner, clock)
    install(actor=made.there.actor, name="inserting", xml=INSERTING, at=clock())
    return made


def latest(pair: Pair) -> Run:
    return Run.objects.filter(brand=pair.other).latest("pk")


def at_call(monkeypatch: pytest.MonkeyPatch, call: int, act: Callable[[], object]) -> None:
    """`act` once the nth chunk of a run is committed, whatever run that is."""
    tell, calls = Job.tell, [0]

    def told(work: Job) -> None:
        tell(work)
        calls[0] += 1
        if calls[0] == call:
            act()

    monkeypatch.setattr(Job, "tell", told)


def stopped_at(monkeypatch: pytest.MonkeyPatch, call: int, pair: Pair) -> None:
    """A person stops it while the nth chunk of a run is in flight, which is the last one then."""
    advance, calls = Job.advance, [0]

    def advancing(work: Job, *given: Any, **more: Any) -> None:
        calls[0] += 1
        if calls[0] == call:
            cancel(actor=pair.there.actor, run=latest(pair).pk, clock=pair.clock)
        advance(work, *given, **more)

    monkeypatch.setattr(Job, "advance", advancing)


def sending(pair: Pair) -> Iterator[Sent]:
    return OTHER.push(pair.link(template="inserting"), items=iter(ITEMS), key="sync-7-41", skip=0)


def breaks_off(pair: Pair) -> None:
    """Nothing counts as answered: what had its turn is not settled yet."""
    with fails("other_brand_unfinished", Trouble.AGAIN):
        assert list(sending(pair)) == []


def cancelled(pair: Pair, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    with monkeypatch.context() as patch:
        stopped_at(patch, call, pair)
        breaks_off(pair)
    assert latest(pair).status == RunStatus.CANCELLED


def refused(pair: Pair, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    def refuse() -> None:
        raise RunRefused("payload_purged")

    with monkeypatch.context() as patch:
        at_call(patch, call, refuse)
        breaks_off(pair)
    assert latest(pair).status == RunStatus.FAILED


def given_up(pair: Pair, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """The worker dies over the same rows until nobody tries them any more."""
    for deadly in (killed_at(Job, "tell", call, after=True), *(killed_at(Job, "advance", 1) for _ in range(2))):
        with deadly, pytest.raises(Killed):
            list(sending(pair))
        pair.clock.advance(minutes=11)
    breaks_off(pair)
    assert latest(pair).status == RunStatus.INTERRUPTED


def arrives_whole(pair: Pair) -> None:
    [sent] = list(sending(pair))
    assert (sent.delivered, [(one.position, one.code) for one in sent.refused]) == (5, REFUSED)
    assert list(sending(pair)) == [sent]
    there = {record.data["LastName"]: record for record in Record.objects.filter(brand=pair.other)}
    assert (sorted(there), Record.objects.filter(brand=pair.other).count()) == (list("ABDFG"), 5)
    assert there["A"].data["_PARENT"] == there["B"].data["_FRIEND"] == there["G"].pk
    assert verify() == []


@contextmanager
def as_found() -> Iterator[None]:
    """Afterwards as if nothing had happened."""
    before = transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)


@pytest.mark.parametrize("broken", [cancelled, refused])
def test_wherever_it_broke_off_each_row_is_there_once(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, broken: Callable[..., None]
) -> None:
    for call in (1, 2, 3, 4):
        with as_found():
            broken(pair, monkeypatch, call)
            arrives_whole(pair)
            first, second = Run.objects.filter(brand=pair.other).order_by("pk")
            assert second.counts["rows"] == first.counts["unprocessed"] > 0
            assert (second.counts["unprocessed"], sent_rows(first) + sent_rows(second)) == (0, len(ITEMS))


def sent_rows(run: Run) -> int:
    return int(run.counts["rowsOk"]) + int(run.counts["rowsFailed"])


def test_what_died_three_times_is_gone_on_with(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    given_up(pair, monkeypatch, 1)
    arrives_whole(pair)


def test_it_may_break_off_again_and_again(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    cancelled(pair, monkeypatch, 1)
    refused(pair, monkeypatch, 1)
    cancelled(pair, monkeypatch, 1)
    assert pair.runs() == 3
    arrives_whole(pair)
    assert pair.runs() == 4


def test_a_worker_that_dies_over_what_goes_on_makes_no_other_run(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    cancelled(pair, monkeypatch, 2)
    with killed_at(Job, "tell", 1, after=True), pytest.raises(Killed):
        list(sending(pair))
    pair.clock.advance(minutes=11)
    arrives_whole(pair)
    assert pair.runs() == 2


def test_references_that_are_open_are_set_by_the_template_that_left_them(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled(pair, monkeypatch, 1)
    first = latest(pair)
    install(actor=pair.there.actor, name="inserting", xml=INSERTING.replace('"Email"', '"Phone"'), at=pair.clock())
    arrives_whole(pair)
    assert latest(pair).template_version == first.template_version


def test_who_is_shut_out_meanwhile_goes_on_where_it_stood(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person has to put right is exported anew, but not where some of it is there already."""
    pair.here.send(customer("A"), customer("B"), customer("C"))
    pair.here.send(customer("A", parent="C"))
    pair.here.send(customer("C", "Sent last"))
    values = {"brand": "other"}
    over = save_connection(
        actor=pair.here.actor, connector="other_brand", name="Next door", values=values, clock=pair.clock
    )
    desk = Desk(pair.here, Fake(), over)
    sync = desk.push_sync(template="customers-out", transfer={"template": "inserting"})
    with monkeypatch.context() as patch:
        stopped_at(patch, 1, pair)
        assert (desk.run(sync).status, latest(pair).counts["unprocessed"]) == (TurnStatus.FAILED, 2)
    Membership.objects.filter(pk=pair.member.pk).update(user=None)
    shut_out = desk.run(sync)
    assert (shut_out.status, shut_out.error["code"]) == (TurnStatus.FAILED, "other_brand_closed")
    Membership.objects.filter(pk=pair.member.pk).update(user=pair.owner.user)
    last = desk.run(sync)
    assert (last.status, last.counts["rowsOk"]) == (TurnStatus.SUCCEEDED, 3)
    assert {code: data.get("_PARENT") for code, data in pair.there.live().items()} == {"A": "C", "B": None, "C": None}
    assert pair.runs() == 2
    assert desk.run(sync).rows == 0
