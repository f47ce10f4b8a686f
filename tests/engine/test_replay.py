"""A stored plan, looked at again: what may still be written as it was shown, and what has gone stale."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.test_planner import ADA, BEN, DELETING, TWO, bosses
from tests.engine.world import FIRM, PERSON, TEAM, Done, apply_plan, persons, run
from tests.fakes import InMemoryRecords


def stale(done: Done) -> list[str]:
    """Why each stale operation is one."""
    return [str(p.params["reason"]) for op in done.operations for p in op.problems if p.code == "stale"]


def test_an_insert_whose_key_was_taken_is_stale(store: InMemoryRecords) -> None:
    plan = run(store, persons(), [ADA, BEN], simulate=True)
    store.seed(PERSON, {"Code": "A1", "Name": "Theirs"})
    done = apply_plan(store, persons(), plan)
    assert (done.outcomes(), stale(done)) == (["Error", "Insert"], ["key_taken"])


@pytest.mark.parametrize("deleted", [False, True])
def test_an_insert_whose_code_another_type_took_is_stale(store: InMemoryRecords, deleted: bool) -> None:
    """The space of codes is shared."""
    plan = run(store, persons(), [ADA], simulate=True)
    [firm] = store.seed(FIRM, {"Number": "A1", "Name": "Acme"})
    if deleted:
        store.delete(firm)
    assert stale(apply_plan(store, persons(), plan)) == ["key_taken"]
    assert store.live("Person") == {}


@pytest.mark.parametrize("edit", [{"City": "Oslo"}, {"Mail": "new@x.org"}, {"Name": "Ann"}])
def test_a_record_changed_since_is_not_overwritten(store: InMemoryRecords, edit: dict[str, Any]) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old"})
    plan = run(store, persons(), [ADA], simulate=True)
    store.edit(ada, **edit)
    before = store.digest()
    done = apply_plan(store, persons(), plan)
    assert (stale(done), store.digest()) == (["record_changed"], before)
    [problem] = done.operations[0].problems
    assert "Paris" in str(problem.params["approved"])


def test_an_unchanged_record_that_changed_since_is_stale_too(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Ada", "City": "Paris"})
    plan = run(store, persons(), [ADA], simulate=True)
    store.edit(ada, City="Oslo")
    assert stale(apply_plan(store, persons(), plan)) == ["record_changed"]


def test_a_record_to_be_deleted_that_changed_since_stays(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Ada"})
    plan = run(store, DELETING, [{**ADA, "gone": "yes"}], simulate=True)
    store.edit(ada, City="Oslo")
    assert stale(apply_plan(store, DELETING, plan)) == ["record_changed"]
    assert ada in store.live()


@pytest.mark.parametrize("chunk", [1, 100])
def test_after_one_stale_entry_no_later_one_of_that_record_is_written(store: InMemoryRecords, chunk: int) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old"})
    rows = [ADA, BEN, {**ADA, "city": "Lyon"}]
    plan = run(store, persons(), rows, simulate=True)
    store.edit(ada, Mail="x@x.org")
    done = apply_plan(store, persons(), plan, chunk=chunk)
    assert stale(done) == ["record_changed", "record_stale"]
    assert store.kept[ada].data == {"Code": "A1", "Name": "Old", "Mail": "x@x.org"}


@pytest.mark.parametrize("chunk", [1, 100])
def test_what_refers_to_a_record_that_was_not_written_is_not_written(store: InMemoryRecords, chunk: int) -> None:
    plan = run(store, bosses(), [ADA, {**BEN, "boss": "A1"}], simulate=True)
    store.seed(PERSON, {"Code": "A1", "Name": "Theirs"})
    done = apply_plan(store, bosses(), plan, chunk=chunk)
    assert stale(done) == ["key_taken", "reference_gone"]


def test_the_rest_of_a_stale_row_is_not_written(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old"})
    plan = run(store, TWO, [{**ADA, "team": "Red"}], simulate=True)
    store.edit(ada, City="Oslo")
    done = apply_plan(store, TWO, plan)
    assert (done.outcomes(), done.codes()) == (["Skip", "Error"], ["row_failed", "stale"])
    assert store.live("Team") == {}


def test_a_reference_whose_target_is_gone_is_stale(store: InMemoryRecords) -> None:
    [red] = store.seed(TEAM, {"Title": "Red"})
    lookup = '<Property Name="team" Type="Person" Field="Team"><Lookup Match="Title" /></Property>'
    plan = run(store, persons(more=lookup), [{**ADA, "team": "Red"}], simulate=True)
    store.delete(red)
    assert stale(apply_plan(store, persons(more=lookup), plan)) == ["reference_gone"]


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_a_key_given_away_by_the_plan_itself_is_free(store: InMemoryRecords, chunk: int) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Badge": "7"})
    rows = [{**ADA, "badge": "8"}, {**BEN, "badge": "7"}]
    done = apply_plan(store, persons(), run(store, persons(), rows, simulate=True), chunk=chunk)
    assert stale(done) == []
    assert {data["Name"]: data["Badge"] for data in store.live().values()} == {"Ada": "8", "Ben": "7"}


def test_an_identity_that_an_update_would_take_was_taken_since(store: InMemoryRecords) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada"})
    plan = run(store, persons(), [{**ADA, "badge": "7"}], simulate=True)
    store.seed(PERSON, {"Name": "Eve", "Badge": "7"})
    assert stale(apply_plan(store, persons(), plan)) == ["key_taken"]


def test_rows_that_failed_when_planned_fail_again_and_are_counted_once(store: InMemoryRecords) -> None:
    plan = run(store, persons(), [ADA, {"code": "X", "score": "many"}], simulate=True)
    done = apply_plan(store, persons(), plan)
    assert done.tally.counts() == plan.tally.counts()
    assert done.problem_codes() == plan.problem_codes()
