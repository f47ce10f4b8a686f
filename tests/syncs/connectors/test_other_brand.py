"""Two brands of this site exchange what the person of the sync may see and write in both, and each batch once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from integration_admin.accounts.access import NotAllowed, site_actor
from integration_admin.accounts.logins import create_api_user
from integration_admin.accounts.models import Brand, Group, Membership
from sync_app.models import Record, Run
from sync_app.runs.verbs.cancelling import cancel
from sync_app.runs.work.job import Job
from sync_app.runs.work.lease import claim
from sync_app.syncs.connectors import other_brand
from sync_app.syncs.connectors.base import Fetched, Link, Sent, Trouble, wrong_transfer
from sync_app.syncs.connectors.other_brand import OtherBrand
from templates_app.catalog.problems import Problem
from templates_app.library.installing import install
from tests.conftest import Login
from tests.runs.conftest import Clock, House, customer, equip
from tests.syncs.connectors.links import fails, link_of

pytestmark = pytest.mark.django_db

OTHER = OtherBrand()
#: Each item of it is a record of its own: what is imported twice is there twice.
KEYLESS = """<In><Type Name="Customer" ShouldInsert="true" />
<Property Name="name" Type="Customer" Field="LastName" /></In>"""


class Pair:
    """The owner of acme, who is a member of the other brand too."""

    def __init__(self, acme: Brand, other: Brand, owner: Login, clock: Clock) -> None:
        self.clock, self.owner, self.other = clock, owner, other
        for brand in (acme, other):
            equip(brand, clock.at)
        self.member, _ = create_api_user(
            brand=other, username="guest", password="correct horse guest", user=owner.user, at=clock.at, by="the tests"
        )
        self.here = House(acme, site_actor(user=owner.user, brand=acme), clock)
        self.there = House(other, site_actor(user=owner.user, brand=other), clock)

    def link(self, brand: str = "other", **transfer: Any) -> Link:
        return link_of(now=self.clock, settings={"brand": brand}, transfer=transfer, actor=self.here.actor)

    def pull(self, watermark: str = "", **transfer: Any) -> Fetched:
        return OTHER.pull(self.link(**{"template": "customers-flat", **transfer}), watermark=watermark)

    def push(self, *items: dict[str, Any], skip: int = 0, key: str = "sync-7-41", **transfer: Any) -> list[Sent]:
        link = self.link(**{"template": "customers", **transfer})
        return list(OTHER.push(link, items=iter(items), key=key, skip=skip))

    def again(self, items: list[dict[str, Any]], skip: int = 0) -> Iterator[Sent]:
        return OTHER.push(self.link(template="log"), items=iter(items), key="k", skip=skip)

    def runs(self) -> int:
        return Run.objects.filter(brand=self.other).count()


@pytest.fixture
def clock(now: Any) -> Clock:
    return Clock(now)


@pytest.fixture
def pair(acme: Brand, other: Brand, owner: Login, clock: Clock) -> Pair:
    return Pair(acme, other, owner, clock)


def codes(fetched: Fetched) -> list[str]:
    return [item["code"] for item in json.loads(fetched.body)]


# --- pulling


def test_no_more_is_fetched_than_an_import_takes(pair: Pair, settings: Any) -> None:
    pair.there.send(customer("A"), customer("B"))
    whole = pair.pull()
    settings.MAX_BODY_BYTES = len(whole.body)
    assert pair.pull().body == whole.body
    settings.MAX_BODY_BYTES = len(whole.body) - 1
    with fails("body_too_large", Trouble.ANSWER) as failed:
        pair.pull()
    assert failed.params == {"limit": len(whole.body) - 1}


def test_all_of_it_comes_first_and_then_what_changed(pair: Pair) -> None:
    pair.there.send(customer("A"), customer("B"))
    first = pair.pull()
    assert (codes(first), first.complete) == (["A", "B"], True)
    pair.there.send(customer("B", "New"), customer("C"))
    second = pair.pull(first.watermark)
    assert (sorted(codes(second)), second.complete) == (["B", "C"], False)
    assert codes(pair.pull(second.watermark)) == []


def test_everything_comes_each_time_when_that_is_wanted(pair: Pair) -> None:
    pair.there.send(customer("A"))
    again = pair.pull(pair.pull().watermark, changes=False)
    assert (codes(again), again.complete) == (["A"], True)


def test_what_comes_can_be_imported_here(pair: Pair) -> None:
    pair.there.send(customer("A", "Roy"), customer("B", "Petit"))
    run = pair.here.send(body=pair.pull().body)
    assert run.counts["inserted"] == 2
    assert {code: data["LastName"] for code, data in pair.here.live().items()} == {"A": "Roy", "B": "Petit"}


def wrong(pair: Pair, template: str, *, pulls: bool = True, brand: str = " Other") -> Any:
    settings, transfer = {"brand": brand}, {"template": template}
    return wrong_transfer(OTHER, actor=pair.here.actor, settings=settings, transfer=transfer, pulls=pulls)


@pytest.mark.parametrize("template", ["none", "customers"])
def test_a_template_that_is_no_export_there_is_refused_by_its_name_and_brand(pair: Pair, template: str) -> None:
    told = {"brand": "other", "template": template}
    assert wrong(pair, template) == {"template": Problem("other_brand_no_export", told)}
    with fails("other_brand_no_export", Trouble.SETTINGS) as failed:
        pair.pull(template=template)
    assert failed.params == told


def test_only_a_member_is_told_which_templates_are_there(pair: Pair) -> None:
    assert wrong(pair, "customers-flat") == wrong(pair, "customers", pulls=False) == {}
    assert wrong(pair, "customers", brand="acme") == wrong(pair, "customers", brand="missing") == {}
    assert wrong(pair, "none", pulls=False)["template"].code == "other_brand_no_import"
    with fails("other_brand_no_import", Trouble.SETTINGS):
        pair.push(customer("A"), template="customers-flat")
    pair.member.delete()
    assert wrong(pair, "none") == {}


# --- pushing


def test_a_push_is_a_run_there_for_each_batch(pair: Pair) -> None:
    sent = pair.push(customer("A"), customer("B"), customer("C"), batch=2)
    assert [(one.delivered, list(one.refused)) for one in sent] == [(2, []), (1, [])]
    assert set(pair.there.live()) == {"A", "B", "C"}
    assert pair.here.live() == {}
    assert [one.note for one in sent] == [str(run.pk) for run in Run.objects.filter(brand=pair.other).order_by("pk")]


def test_rows_that_are_refused_there_are_told_by_their_place(pair: Pair) -> None:
    [first, second] = pair.push(customer("A"), customer("B", ""), customer("C", mail="nowhere"), batch=2)
    assert (first.delivered, [(told.position, told.code) for told in first.refused]) == (1, [(1, "value_required")])
    assert (second.delivered, [(told.position, told.code) for told in second.refused]) == (0, [(2, "email_invalid")])
    assert first.refused[0].message == "A value is required here."


def test_the_same_batch_is_imported_once(pair: Pair) -> None:
    first = pair.push(customer("A"), customer("B", ""))
    again = pair.push(customer("A"), customer("B", ""))
    assert (again, pair.runs()) == (first, 1)


def test_a_batch_that_is_at_work_is_looked_at_again_later(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def died(**_words: Any) -> Run:
        raise KeyboardInterrupt

    monkeypatch.setattr(other_brand, "begin_import", died)
    monkeypatch.setattr("sync_app.runs.verbs.idempotency.release", lambda _claim: None)
    with pytest.raises(KeyboardInterrupt):
        pair.push(customer("A"))
    monkeypatch.undo()
    with fails("other_brand_busy", Trouble.AGAIN):
        pair.push(customer("A"))
    pair.clock.advance(minutes=11)
    assert pair.push(customer("A"))[0].delivered == 1


def test_a_kill_after_the_run_was_made_makes_no_second_run(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of what it wrote before, nor of what it had not begun: the run that is there is carried out."""

    class Killed(BaseException):
        """The process is gone: nobody tidies up."""

    def killed(**_words: Any) -> Run:
        raise Killed

    install(actor=pair.there.actor, name="log", xml=KEYLESS, at=pair.clock())
    monkeypatch.setattr(other_brand, "perform", killed)
    monkeypatch.setattr("sync_app.runs.verbs.idempotency.release", lambda _claim: None)
    with pytest.raises(Killed):
        pair.push({"name": "A"}, template="log")
    monkeypatch.undo()
    pair.clock.advance(minutes=11)
    first = pair.push({"name": "A"}, template="log")
    pair.clock.advance(minutes=11)
    assert pair.push({"name": "A"}, template="log") == first
    assert (pair.runs(), [one.delivered for one in first], names(pair)) == (1, [1], ["A"])


def test_a_run_that_another_holds_is_waited_for(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[Run] = []

    def taken(*, run: int, **_words: Any) -> Run:
        held.append(Run.objects.get(pk=run))
        claim(run=held[0], holder="a worker", clock=pair.clock)
        return held[0]

    monkeypatch.setattr(other_brand, "perform", taken)
    for _ in range(2):
        with fails("other_brand_unfinished", Trouble.AGAIN):
            pair.push(customer("A"))
    monkeypatch.undo()
    pair.clock.advance(minutes=2)
    assert [one.delivered for one in pair.push(customer("A"))] == [1]
    assert pair.runs() == 1


def test_what_a_run_wrote_before_it_was_cancelled_is_not_sent_again(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(actor=pair.there.actor, name="log", xml=KEYLESS, at=pair.clock())
    items = [{"name": name} for name in "ABCDE"]

    def cancelling() -> None:
        cancel(actor=pair.there.actor, run=Run.objects.filter(brand=pair.other).latest("pk").pk, clock=pair.clock)

    beats: Iterator[Any] = iter([lambda: None, cancelling])

    def beat() -> None:
        next(beats, lambda: None)()

    for size in ("MIN_CHUNK_ROWS", "MAX_CHUNK_ROWS"):
        monkeypatch.setattr(f"sync_app.runs.work.job.{size}", 2)
    monkeypatch.setattr("sync_app.runs.work.perform.Job", partial(Job, chunk_rows=2))
    link = replace(pair.link(template="log"), beat=beat)
    assert until_it_fails(OTHER.push(link, items=iter(items), key="k", skip=0)) == [4]
    monkeypatch.undo()
    assert (until_it_fails(pair.again(items)), names(pair)) == ([4], ["A", "B", "C", "D"])
    assert [one.delivered for one in pair.again(items, skip=4)] == [1]
    assert (pair.runs(), names(pair)) == (2, ["A", "B", "C", "D", "E"])


def test_a_run_that_was_cancelled_before_it_wrote_anything_is_made_anew(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(*, run: int, **_words: Any) -> Run:
        return cancel(actor=pair.there.actor, run=run, clock=pair.clock)

    monkeypatch.setattr(other_brand, "perform", cancelled)
    with fails("other_brand_unfinished", Trouble.AGAIN):
        pair.push(customer("A"))
    monkeypatch.undo()
    assert [one.delivered for one in pair.push(customer("A"))] == [1]


def until_it_fails(sending: Iterator[Sent]) -> list[int]:
    told: list[int] = []
    with fails("other_brand_unfinished", Trouble.AGAIN):
        told.extend(one.delivered for one in sending)
    return told


def names(pair: Pair) -> list[str]:
    return sorted(record.data["LastName"] for record in Record.objects.filter(brand=pair.other))


def test_what_was_confirmed_is_not_sent_again(pair: Pair) -> None:
    pair.push(customer("A"), customer("B"), skip=1)
    assert set(pair.there.live()) == {"B"}


def test_a_turn_that_is_lost_meanwhile_ends_after_the_batch(pair: Pair) -> None:
    class Lost(Exception):
        """The turn belongs to somebody else now."""

    beats: Iterator[bool] = iter([True, False])

    def beat() -> None:
        if not next(beats, False):
            raise Lost

    link = replace(pair.link(template="customers"), beat=beat)
    with pytest.raises(Lost):
        list(OTHER.push(link, items=iter([customer("A")]), key="k", skip=0))
    assert set(pair.there.live()) == {"A"}
    again = OTHER.push(pair.link(template="customers"), items=iter([customer("A")]), key="k", skip=0)
    assert ([one.delivered for one in again], pair.runs()) == ([1], 1)


# --- rights in both brands


def test_who_is_no_member_there_reaches_nothing(pair: Pair) -> None:
    pair.there.send(customer("A"))
    Membership.objects.filter(pk=pair.member.pk).delete()
    with fails("other_brand_closed", Trouble.SETTINGS):
        pair.pull()
    with fails("other_brand_closed", Trouble.SETTINGS):
        pair.push(customer("B"))


def test_the_rights_of_the_moment_count(pair: Pair) -> None:
    group = Group.objects.create(brand=pair.other, name="Senders", may_import=True)
    Membership.objects.filter(pk=pair.member.pk).update(group=group)
    with pytest.raises(NotAllowed):
        pair.pull()
    with pytest.raises(NotAllowed):
        pair.push(customer("B"))
    assert pair.runs() == 0


@pytest.mark.parametrize("brand", ["nobody", "", "OTHER/../acme"])
def test_a_brand_that_is_not_there_is_like_one_that_is_closed(pair: Pair, brand: str) -> None:
    with fails("other_brand_closed", Trouble.SETTINGS):
        OTHER.pull(pair.link(brand=brand, template="customers-flat"), watermark="")


def test_a_brand_that_was_switched_off_is_closed(pair: Pair) -> None:
    Brand.objects.filter(pk=pair.other.pk).update(active=False)
    with fails("other_brand_closed", Trouble.SETTINGS):
        pair.pull()


def test_the_brand_itself_is_no_other_one(pair: Pair) -> None:
    with fails("other_brand_same", Trouble.SETTINGS):
        OTHER.test(pair.link(brand="acme"))


def test_a_test_says_what_the_person_may_do_there(pair: Pair) -> None:
    found = OTHER.test(pair.link(brand="Other"))
    assert (found.ok, list(found.lines)) == (
        True,
        ["You are a member of Other.", "You may fetch from there.", "You may send there."],
    )
    group = Group.objects.create(brand=pair.other, name="Guests")
    Membership.objects.filter(pk=pair.member.pk).update(group=group)
    assert not OTHER.test(pair.link()).ok
