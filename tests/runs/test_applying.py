"""Applying a simulation: what was shown is written, once, and nothing newer is overwritten."""

from __future__ import annotations

import pytest

from integration_admin.accounts.access import Actor
from sync_app.engine.replay import Replay
from sync_app.models import FailedRow, JournalEntry, RunStatus
from sync_app.runs.errors import RunConflict, RunRefused
from sync_app.runs.reports.report import report_of
from sync_app.runs.upkeep.verifying import records_digest, verify
from sync_app.runs.verbs.applying import applied_by, start_apply
from templates_app.library.fields import retire_field
from tests.runs.conftest import House, customer, outcomes

ROWS = (
    customer("A", "New", friend="N"),
    customer("B"),
    customer("N", parent="A"),
    customer("X", score="many"),
    customer("N", "Twice", parent="A"),
    customer("M"),
)


def seed(house: House) -> None:
    house.send(customer("A", "Old"), customer("B"))


def test_it_writes_what_was_shown(house: House, small_chunks: None) -> None:
    seed(house)
    plan = house.simulate(*ROWS)
    applied = house.apply(plan)
    assert (applied.counts, applied.by_type) == (plan.counts, plan.by_type)
    assert outcomes(applied) == outcomes(plan)
    assert house.live() == {
        "A": {"_CODE": "A", "LastName": "New", "_FRIEND": "N"},
        "B": {"_CODE": "B", "LastName": "Name"},
        "N": {"_CODE": "N", "LastName": "Twice", "_PARENT": "A"},
        "M": {"_CODE": "M", "LastName": "Name"},
    }
    assert verify(brand=house.brand.key) == []


def test_it_leaves_the_same_records_as_the_real_import(house: House, small_chunks: None) -> None:
    seed(house)
    house.apply(house.simulate(*ROWS))
    applied = house.live()
    again = house.send(*ROWS)
    assert house.live() == applied
    assert again.counts["inserted"] == 0


def test_a_plan_is_applied_once_and_the_refusal_names_the_run(house: House) -> None:
    plan = house.simulate(customer("A"))
    first = house.apply(plan)
    with pytest.raises(RunConflict) as refused:
        house.apply(plan)
    assert (refused.value.status, refused.value.problem.code) == (409, "already_applied")
    assert refused.value.problem.params == {"run": first.pk}


@pytest.mark.parametrize("simulate", [True, False])
def test_only_a_finished_simulation_is_applied(house: House, simulate: bool) -> None:
    run = house.start(customer("A"), simulate=simulate)
    with pytest.raises(RunConflict) as refused:
        house.apply(run)
    assert refused.value.problem.code == ("run_not_finished" if simulate else "not_a_simulation")


def test_what_was_changed_since_is_left_and_named(house: House, small_chunks: None) -> None:
    seed(house)
    plan = house.simulate(*ROWS)
    house.send(customer("A", "Newest"))
    applied = house.apply(plan)
    assert applied.status == RunStatus.WITH_FAILURES
    assert house.live()["A"]["LastName"] == "Newest"
    errors = report_of(actor=house.actor, run=applied)["errors"]
    stale = next(error for error in errors if error["code"] == "stale")
    assert stale["row"] == 1
    assert stale["message"] == "The record was changed since this was simulated, so it was not written."
    entry = JournalEntry.objects.filter(run=applied, code="stale").order_by("seq").first()
    assert entry is not None
    assert "New" in entry.problems
    assert "Newest" in entry.problems
    assert verify(brand=house.brand.key) == []


def test_a_refusal_to_write_what_is_stale_does_not_use_up_the_plan(house: House) -> None:
    seed(house)
    plan = house.simulate(*ROWS)
    house.send(customer("A", "Newest"))
    refused = [house.apply(plan, stale="refuse") for _ in range(2)]
    assert {(run.status, run.error["code"]) for run in refused} == {(RunStatus.FAILED, "plan_stale")}
    assert applied_by(plan) is None
    done = house.apply(plan)
    assert (done.status, applied_by(plan)) == (RunStatus.WITH_FAILURES, done)
    with pytest.raises(RunConflict, match="already_applied"):
        house.apply(plan, stale="refuse")
    for run in (*refused, done):
        run.refresh_from_db()
        assert report_of(actor=house.actor, run=run)["parent"] == plan.pk
    assert verify(brand=house.brand.key) == []


def test_a_key_that_was_taken_since_is_stale(house: House) -> None:
    plan = house.simulate(customer("A", "Mine"), customer("B"))
    house.send(customer("A", "Theirs"))
    applied = house.apply(plan)
    assert house.live()["A"]["LastName"] == "Theirs"
    assert applied.counts["inserted"] == 1
    assert applied.counts["failed"] == 1
    [error] = report_of(actor=house.actor, run=applied)["errors"]
    assert error["message"] == "Another record has got this key since this was simulated, so it was not written."


def test_what_only_the_database_refuses_is_left_and_named_as_well(
    house: House, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = house.simulate(customer("A"), customer("B", parent="A"), customer("C", parent="A"), customer("D"))
    house.send(customer("B", "Theirs"))
    monkeypatch.setattr(Replay, "_taken", lambda *_: None)
    applied = house.apply(plan)
    assert (applied.status, outcomes(applied)[1]) == (RunStatus.WITH_FAILURES, (2, "Error", "stale"))
    assert applied.counts["inserted"] == 3
    assert house.live()["C"]["_PARENT"] == "A"
    assert house.live()["B"]["LastName"] == "Theirs"
    assert verify(brand=house.brand.key) == []


def test_a_stale_row_can_be_retried_and_is_planned_anew(house: House) -> None:
    plan = house.simulate(customer("A", "Mine", score="1.50"), customer("B"))
    house.send(customer("A", "Theirs"))
    applied = house.apply(plan)
    assert FailedRow.objects.get(run=applied).content == '{"code":"A","name":"Mine","score":"1.50"}'
    retried = house.retry(applied)
    assert (retried.status, retried.counts["rows"], retried.counts["updated"]) == (RunStatus.SUCCEEDED, 1, 1)
    assert house.live()["A"] == {"_CODE": "A", "LastName": "Mine", "_SCORE": "1.5"}


@pytest.mark.parametrize("place", [0, 2, 5])
def test_with_refuse_one_stale_row_and_nothing_is_written(house: House, small_chunks: None, place: int) -> None:
    house.send(*(customer(f"C{n}") for n in range(6)))
    plan = house.simulate(*(customer(f"C{n}", "New") for n in range(6)))
    house.send(customer(f"C{place}", "Newest"))
    before = records_digest(house.brand)
    applied = house.apply(plan, stale="refuse")
    assert (applied.status, applied.error["code"]) == (RunStatus.FAILED, "plan_stale")
    assert records_digest(house.brand) == before
    counts = applied.counts
    assert (counts["rows"], counts["rowsOk"], counts["rowsFailed"], counts["unprocessed"]) == (6, 0, 1, 5)
    assert outcomes(applied) == [(place + 1, "Error", "stale")]
    assert verify(brand=house.brand.key) == []


def test_with_refuse_and_nothing_stale_all_is_one_write(house: House, small_chunks: None) -> None:
    seed(house)
    applied = house.apply(house.simulate(*ROWS), stale="refuse")
    assert applied.counts["inserted"] == 2
    revisions = set(JournalEntry.objects.filter(run=applied, applied=True).values_list("revision", flat=True))
    assert len(revisions) == 1
    assert verify(brand=house.brand.key) == []


def test_a_plan_with_a_field_that_was_retired_since_is_not_applied(house: House) -> None:
    plan = house.simulate(customer("A", score="1"))
    retire_field(actor=house.actor, entity_type="Customer", name="_SCORE", at=house.clock())
    with pytest.raises(RunRefused) as refused:
        start_apply(actor=house.actor, run=plan.pk, clock=house.clock)
    assert refused.value.status == 422
    assert house.live() == {}


def test_a_run_of_another_brand_does_not_exist(house: House, outsider: Actor) -> None:
    plan = house.simulate(customer("A"))
    with pytest.raises(RunRefused) as foreign:
        start_apply(actor=outsider, run=plan.pk, clock=house.clock)
    with pytest.raises(RunRefused) as missing:
        start_apply(actor=outsider, run=10**12, clock=house.clock)
    assert (foreign.value.status, foreign.value.problem) == (404, missing.value.problem)
