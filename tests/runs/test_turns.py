"""One run of a brand at a time is written by the workers; the others wait, and none is forgotten."""

from __future__ import annotations

import pytest
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from integration_admin.accounts.models import Brand
from sync_app.models import Run, RunLease, RunStatus
from sync_app.runs.work.lease import Lease, claim
from sync_app.runs.work.perform import perform
from sync_app.runs.work.turns import run_ahead
from tests.runs.conftest import House, customer

pytestmark = pytest.mark.django_db


def work(house: House, run: Run) -> Run:
    return perform(run=run.pk, holder="worker", clock=house.clock, in_turn=True)


def held(house: House, run: Run) -> Lease:
    lease = claim(run=run, holder="another worker", clock=house.clock, in_turn=True)
    assert lease is not None
    return lease


def queued() -> list[int]:
    return [SignedPackage.loads(row.payload)["args"][0] for row in OrmQ.objects.order_by("pk")]


def test_a_second_run_of_the_brand_waits_and_says_for_which(house: House) -> None:
    first, second = house.start(customer("A")), house.start(customer("B"))
    held(house, first)
    assert work(house, second).status == RunStatus.QUEUED
    assert run_ahead(second, now=house.clock()) == first.pk
    assert RunLease.objects.get(run=second).attempts == 0
    assert house.live() == {}


def test_the_run_that_waited_longest_is_queued_when_the_one_before_it_ends(house: House) -> None:
    first, second, third = (house.start(customer(key)) for key in "ABC")
    lease = held(house, first)
    work(house, third)
    work(house, second)
    lease.give_back()
    assert work(house, first).status == RunStatus.SUCCEEDED
    assert queued() == [second.pk]
    assert work(house, second).status == RunStatus.SUCCEEDED
    assert queued() == [second.pk, third.pk]


def test_a_run_on_its_way_to_a_worker_is_not_queued_twice(house: House) -> None:
    first, _second = house.start(customer("A")), house.start(customer("B"))
    assert work(house, first).status == RunStatus.SUCCEEDED
    assert queued() == []


def test_a_simulation_waits_for_nobody_and_nobody_for_it(house: House) -> None:
    writing, simulation = house.start(customer("A")), house.start(customer("B"), simulate=True)
    held(house, writing)
    assert work(house, simulation).status == RunStatus.SUCCEEDED
    another, last = house.start(customer("C"), simulate=True), house.start(customer("D"))
    RunLease.objects.get(run=writing).delete()
    held(house, another)
    assert work(house, last).status == RunStatus.SUCCEEDED


def test_another_brand_does_not_wait(house: House, other: Brand) -> None:
    here, there = house.start(customer("A")), house.start(customer("B"))
    Run.objects.filter(pk=there.pk).update(brand=other)
    there.refresh_from_db()
    held(house, here)
    assert run_ahead(there, now=house.clock()) is None
    assert claim(run=there, holder="worker", clock=house.clock, in_turn=True) is not None


def test_a_run_whose_worker_died_keeps_no_other_from_its_turn(house: House) -> None:
    first, second = house.start(customer("A")), house.start(customer("B"))
    held(house, first)
    assert work(house, second).status == RunStatus.QUEUED
    house.clock.advance(hours=1)
    assert work(house, second).status == RunStatus.SUCCEEDED
    assert work(house, first).status == RunStatus.SUCCEEDED
    assert queued() == []


def test_who_is_not_in_the_queue_is_not_kept_waiting(house: House) -> None:
    first, second = house.start(customer("A")), house.start(customer("B"))
    held(house, first)
    assert house.perform(second).status == RunStatus.SUCCEEDED
