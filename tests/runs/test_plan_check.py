"""Before a simulation is applied, what has gone stale since is counted; nothing is written by looking."""

from __future__ import annotations

import pytest

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.models import Brand
from sync_app.models import JournalEntry, Record, Run
from sync_app.runs.errors import RunConflict, RunNotFound
from sync_app.runs.verbs import plan_check
from sync_app.runs.verbs.plan_check import PlanCheck, check_plan
from tests.conftest import Login
from tests.runs.conftest import House, customer


def check(house: House, plan: Run) -> PlanCheck:
    return check_plan(actor=house.actor, run=plan.pk)


def test_nothing_is_stale_when_nobody_wrote_since(house: House) -> None:
    house.send(customer("A"))
    house.clock.advance(minutes=1)
    assert check(house, house.simulate(customer("A", "New"), customer("B"))) == PlanCheck()


def test_changed_records_taken_keys_and_lost_references_are_counted(house: House) -> None:
    house.send(customer("A"), customer("B"), customer("P"))
    plan = house.simulate(customer("A", "New"), customer("B"), customer("C"), customer("D", parent="P"), customer("E"))
    later = house.send(customer("A", "Theirs"), customer("C", "Theirs"))
    found = check(house, plan)
    assert (found.stale, found.lost, found.complete) == (2, 2, True)
    assert found.reasons == {"check_record_changed": 1, "check_key_taken": 1}
    first = found.examples[0]
    assert (first.row, first.type, first.key, first.by, first.run) == (1, "Customer", "A", later.actor, later.pk)
    assert "changed since" in first.reason


def test_the_check_says_what_applying_then_does(house: House) -> None:
    house.send(customer("A"), customer("B"))
    plan = house.simulate(*(customer(code, "New") for code in "ABCDEFG"), customer("C", "Again"))
    house.send(customer("B", "Theirs"), customer("F", "Theirs"))
    found = check(house, plan)
    applied = house.apply(plan)
    assert found.stale == applied.counts["rowsFailed"] == 2


def test_looking_writes_nothing(house: House) -> None:
    plan = house.simulate(customer("A"))
    house.send(customer("A", "Theirs"))
    before = (Run.objects.count(), JournalEntry.objects.count(), Record.objects.get().version)
    check(house, plan)
    assert (Run.objects.count(), JournalEntry.objects.count(), Record.objects.get().version) == before


def test_of_a_large_plan_changed_records_are_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_check, "CHECKED", 2)
    house.send(customer("A"), customer("B"), customer("C"))
    plan = house.simulate(customer("A", "1"), customer("A", "2"), customer("B"), customer("C", "New"), customer("D"))
    house.send(customer("C", "Theirs"), customer("D", "Theirs"))
    assert check(house, plan) == PlanCheck(stale=1, lost=1, complete=False)


def test_what_may_not_be_applied_is_not_checked(house: House, outsider: Actor, teammate: Login, acme: Brand) -> None:
    plan = house.simulate(customer("A"))
    with pytest.raises(RunNotFound):
        check_plan(actor=outsider, run=plan.pk)
    with pytest.raises(NotAllowed):
        check_plan(actor=site_actor(user=teammate.user, brand=acme), run=plan.pk)
    applied = house.apply(plan)
    with pytest.raises(RunConflict) as refused:
        check(house, plan)
    assert refused.value.problem.params == {"run": applied.pk}
