"""A stored plan, looked at again: what may still be written as it was shown, and what has gone stale."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sync_app.engine.applier import Applier
from sync_app.engine.replay import Replay
from templates_app.catalog.build import declared_key
from tests.engine.test_planner import ADA, BEN, DELETING, TWO, bosses
from tests.engine.world import FIRM, PERSON, TEAM, Done, apply_plan, persons, run, stored
from tests.fakes import InMemoryRecords

CEC = {"code": "C3", "name": "Cec"}
NOTED = """<In>
  <Type Name="Person" ShouldInsert="true" ShouldUpdate="true" Match="Code" />
  <Type Name="Team" ShouldUpdate="true" Match="Title"><When Name="team" Present="true" /></Type>
  <Property Name="code" Type="Person" Field="Code" />
  <Property Name="name" Type="Person" Field="Name" />
  <Property Name="badge" Type="Person" Field="Badge" />
  <Property Name="team" Type="Team" Field="Title" />
  <Property Name="note" Type="Team" Field="Note" />
</In>"""


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


CODED_OR_MAILED = """<In>
  <Type Name="Person" As="Coded" ShouldInsert="true" Match="Code"><When Name="code" Present="true" /></Type>
  <Type Name="Person" As="Mailed" ShouldInsert="true" Match="Mail"><Unless Name="code" Present="true" /></Type>
  <Property Name="code" Type="Coded" Field="Code" /><Property Name="name" Type="Coded" Field="Name" />
  <Property Name="mail" Type="Coded" Field="Mail" />
  <Property Name="name" Type="Mailed" Field="Name" /><Property Name="mail" Type="Mailed" Field="Mail" />
</In>"""


def test_a_key_by_which_nobody_looked_may_be_that_of_others(store: InMemoryRecords) -> None:
    """So may one that records of another type have in the same space."""
    store.seed(PERSON, {"Name": "Eve", "Mail": "m"})
    store.seed(replace(FIRM, keys=(declared_key("Firm", "Name", space="Person.Mail"),)), {"Name": "n"})
    rows = [{"code": "A1", "name": "Ada", "mail": "m"}, {"name": "Ben", "mail": "n"}, {"name": "Cec", "mail": "o"}]
    plan = run(store, CODED_OR_MAILED, rows, simulate=True)
    store.seed(PERSON, {"Name": "Theirs", "Mail": "o"})
    done = apply_plan(store, CODED_OR_MAILED, plan)
    assert (done.outcomes(), stale(done)) == (["Insert", "Insert", "Error"], ["key_taken"])


def test_rows_that_failed_when_planned_fail_again_and_are_counted_once(store: InMemoryRecords) -> None:
    plan = run(store, persons(), [ADA, {"code": "X", "score": "many"}], simulate=True)
    done = apply_plan(store, persons(), plan)
    assert done.tally.counts() == plan.tally.counts()
    assert done.problem_codes() == plan.problem_codes()


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_a_key_that_an_insert_of_the_plan_kept_is_not_taken_from_it(store: InMemoryRecords, chunk: int) -> None:
    """The row that was to free it went stale for something else."""
    [red] = store.seed(TEAM, {"Title": "Red"})
    rows = [{**ADA, "badge": "1"}, {**ADA, "badge": "2", "team": "Red", "note": "two"}, {**BEN, "badge": "1"}, CEC]
    plan = run(store, NOTED, rows, simulate=True)
    store.edit(red, Note="By hand")
    done = apply_plan(store, NOTED, plan, chunk=chunk)
    assert stale(done) == ["record_changed", "key_taken"]
    assert {data["Name"]: data.get("Badge") for data in store.live("Person").values()} == {"Ada": "1", "Cec": None}


def test_what_was_no_unique_key_when_planned_is_told_of(store: InMemoryRecords) -> None:
    """Two new records of one plan share a mail, and a key was declared for it since."""
    plan = run(store, persons(), [{**ADA, "mail": "m"}, {**BEN, "mail": "m"}, CEC], simulate=True)
    unique = {"Person": [replace(key, unique=True) for key in PERSON.keys]}
    applier = Applier(writer=store)
    rows = Replay(reader=store, keys=unique, ids=applier.ids).plan(stored(plan))
    applier.apply(operation for row in rows for operation in row.operations)
    assert [operation.operation for row in rows for operation in row.operations] == ["Insert", "Error", "Insert"]


@pytest.mark.parametrize("chunk", [1, 100])
def test_a_stale_row_does_not_hold_up_what_shares_an_unchanged_record_with_it(
    store: InMemoryRecords, chunk: int
) -> None:
    red, _ = store.seed(TEAM, {"Title": "Red"}, {"Title": "Blue"})
    store.seed(PERSON, {"Code": "A1", "Name": "Ada"})
    plan = run(store, NOTED, [{"code": "A1", "team": team, "note": "two"} for team in ("Red", "Blue")], simulate=True)
    store.edit(red, Note="By hand")
    done = apply_plan(store, NOTED, plan, chunk=chunk)
    assert done.outcomes() == ["Skip", "Error", "Unchanged", "Update"]
    assert [data["Note"] for data in store.live("Team").values()] == ["By hand", "two"]


def test_a_link_to_what_the_same_row_deletes_is_written_as_it_was_shown(store: InMemoryRecords) -> None:
    [red] = store.seed(TEAM, {"Title": "Red"})
    deleting = '<Type Name="Team" ShouldDelete="true" Match="Title"><When Name="team" Present="true" /></Type>'
    template = TWO.replace('<Type Name="Team" ShouldInsert="true" ShouldUpdate="true" Match="Title" />', deleting)
    template = template.replace('<Property Name="note" Type="Team" Field="Note" />', "")
    plan = run(store, template, [{**ADA, "team": "Red"}], simulate=True)
    done = apply_plan(store, template, plan)
    assert done.outcomes() == plan.outcomes() == ["Delete", "Insert"]
    assert [data["Team"] for data in store.live("Person").values()] == [red]


def test_a_reference_that_could_not_be_set_later_is_no_row_of_its_own(store: InMemoryRecords) -> None:
    """Beside it the record would break a rule; the row was written, and counted, before."""
    plan = run(store, bosses("Null"), [{**ADA, "boss": "B2"}, BEN], simulate=True)
    told = next(row for row in plan.rows if row.extra)
    told.operations[0].operation, told.operations[0].code = "Skip", "reference_not_set"
    done = apply_plan(store, bosses("Null"), plan)
    assert (done.tally.rows_ok, done.tally.rows_failed) == (2, 0)
