"""One row that gives several records, and the same record more than once."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.engine.world import TEAM, apply_plan, run, undo
from tests.fakes import InMemoryRecords

#: A team names its lead, and the people it consists of.
TEAMS: Final = """<In>
  <Type Name="Person" As="Lead" Match="Code" ShouldInsert="true" ShouldUpdate="true" />
  <Type Name="Person" As="Member" Each="members" Match="Code" ShouldInsert="true" ShouldUpdate="true" />
  <Type Name="Team" Match="Title" ShouldInsert="true" ShouldUpdate="true" />
  <Property Name="lead" Type="Lead" Field="Code" />
  <Property Name="leadName" Type="Lead" Field="Name" />
  <Property Name="code" Type="Member" Field="Code" />
  <Property Name="name" Type="Member" Field="Name" />
  <Property Name="mail" Type="Member" Field="Mail" />
  <Property Name="title" Type="Team" Field="Title" />
  <Link Type="Team" Field="Lead" To="Lead" />
</In>"""


def team(title: str, lead: str, *members: tuple[str, str]) -> dict[str, Any]:
    listed = [{"code": code, "name": name, "mail": f"{code}@x.org"} for code, name in members]
    return {"title": title, "lead": lead, "leadName": lead.upper(), "members": listed}


TWICE: Final = team("Red", "a", ("b", "Bea"), ("b", "Beatrix"), ("b", "Beatrix"))


@pytest.mark.parametrize(
    "rows",
    [
        [TWICE],
        [team("Red", "a", ("a", "Ada"), ("a", "Ada L."))],
        [team("Red", "a", ("b", "Bea")), TWICE, team("Red", "b", ("a", "Ada"))],
    ],
)
@pytest.mark.parametrize("chunk", [1, 1000])
def test_a_plan_that_changes_one_record_several_times_in_a_row_is_not_stale(
    store: InMemoryRecords, rows: list[Any], chunk: int
) -> None:
    plan = run(store, TEAMS, rows, simulate=True)
    real = InMemoryRecords()
    run(real, TEAMS, rows)
    applied = apply_plan(store, TEAMS, plan, chunk=chunk)
    assert applied.tally.counts() == plan.tally.counts()
    assert store.live() == real.live()


@pytest.mark.parametrize("chunk", [1, 1000])
def test_a_plan_that_revives_a_record_and_refers_to_it_is_not_stale(store: InMemoryRecords, chunk: int) -> None:
    rows = [TWICE, team("Blue", "b", ("a", "Ada"))]
    undo(store, run(store, TEAMS, rows))
    assert store.live() == {}
    applied = apply_plan(store, TEAMS, run(store, TEAMS, rows, simulate=True), chunk=chunk)
    assert applied.tally.counts()["rowsFailed"] == 0
    assert {record["Name"] for record in store.live().values() if "Name" in record} == {"Ada", "B"}


def test_a_stale_operation_spoils_its_row_and_says_so_once(store: InMemoryRecords) -> None:
    plan = run(store, TEAMS, [TWICE], simulate=True)
    store.seed(TEAM, {"Title": "Red"})
    before = store.digest()
    applied = apply_plan(store, TEAMS, plan)
    assert applied.outcomes() == ["Skip", "Skip", "Skip", "Skip", "Error"]
    assert applied.codes() == ["row_failed"] * 4 + ["stale"]
    assert store.digest() == before


def test_what_a_row_would_have_changed_is_taken_back_when_its_plan_is_stale(store: InMemoryRecords) -> None:
    """The row after it is judged by what is stored."""
    run(store, TEAMS, [team("Red", "a", ("b", "Bea"))])
    rows = [team("Blue", "c", ("b", "Beatrix")), team("Green", "d", ("b", "Beatrix"))]
    plan = run(store, TEAMS, rows, simulate=True)
    store.seed(TEAM, {"Title": "Blue"})
    applied = apply_plan(store, TEAMS, plan)
    assert applied.problem_codes() == ["stale", "stale"]
    assert [problem.params["reason"] for op in applied.operations for problem in op.problems] == [
        "key_taken",
        "record_stale",
    ]
    assert {"Bea"} == {record["Name"] for record in store.live().values() if record.get("Code") == "b"}


def test_it_asks_the_store_by_the_chunk_and_not_by_the_row(store: InMemoryRecords) -> None:
    """Mail is a key of persons too, and teams refer to persons: each new record is noted under it, unasked."""
    rows = [team(f"T{n}", f"lead{n}", (f"m{n}", "One"), (f"n{n}", "Two")) for n in range(200)]
    run(store, TEAMS, rows, simulate=True)
    assert store.queries <= 4
    store.queries = 0
    run(store, TEAMS, rows, chunk=50)
    assert store.queries <= 16


# --- undo


@pytest.mark.parametrize("chunk", [1, 2, 1000])
@pytest.mark.parametrize("simulate", [True, False])
def test_a_record_goes_although_one_that_was_only_changed_refers_to_it(
    store: InMemoryRecords, chunk: int, simulate: bool
) -> None:
    """The team was there before and gets a new lead, who is changed once more after that."""
    run(store, TEAMS, [team("Red", "a")])
    before = store.digest()
    done = run(store, TEAMS, [team("Red", "b"), team("Blue", "c", ("b", "Beatrix"))])
    undone = undo(store, done, simulate=simulate, chunk=chunk)
    assert undone.problem_codes() == []
    assert sorted(undone.outcomes()) == ["Delete", "Delete", "Delete", "Update"]
    assert simulate or store.digest() == before


@pytest.mark.parametrize("chunk", [1, 2, 1000])
def test_what_a_run_revived_goes_again_with_all_that_refers_to_it(store: InMemoryRecords, chunk: int) -> None:
    rows = [team("Red", "a", ("b", "Bea")), team("Blue", "b", ("a", "Ada"))]
    undo(store, run(store, TEAMS, rows))
    before = store.digest()
    undone = undo(store, run(store, TEAMS, rows), chunk=chunk)
    assert undone.problem_codes() == []
    assert store.digest() == before


def test_a_record_stays_when_one_that_was_changed_still_refers_to_it(store: InMemoryRecords) -> None:
    """Somebody gave the new lead to another team as well, which the run knows nothing of."""
    done = run(store, TEAMS, [team("Red", "a", ("b", "Bea"))])
    lead = next(i for i, record in store.live().items() if record.get("Code") == "a")
    store.seed(TEAM, {"Title": "Green", "Lead": lead})
    undone = undo(store, done)
    assert undone.problem_codes() == ["kept_referenced"]
    assert {record.get("Title") for record in store.live().values()} == {None, "Green"}


# --- what fails


@pytest.mark.parametrize("known", [True, False])
def test_a_link_is_not_blamed_for_what_is_wrong_with_its_target(store: InMemoryRecords, known: bool) -> None:
    """The lead cannot be written, and so the team is not: but nothing is wrong with the team."""
    days = '<Property Name="since" Type="Lead" Field="Since" /><Property Name="until" Type="Lead" Field="Until" />'
    template = TEAMS.replace("</In>", f"{days}</In>")
    if known:
        run(store, TEAMS, [team("Red", "a")])
    before = store.digest()
    done = run(store, template, [{**team("Red", "b"), "since": "2024-02-01", "until": "2024-01-01"}])
    assert [(op.entity.name, op.operation, op.code) for op in done.operations] == [
        ("Person", "Error", "end_before_start"),
        ("Team", "Skip", "row_failed"),
    ]
    assert store.digest() == before


def test_everything_that_is_wrong_in_a_row_is_said_at_once(store: InMemoryRecords) -> None:
    template = TEAMS.replace('Name="Team" Match="Title" ', 'Name="Team" Match="Title" Repeated="Error" ')
    done = run(store, template, [team("Red", "b"), {**team("Red", "c"), "leadName": None}])
    assert [(op.entity.name, op.code) for op in done.operations[-2:]] == [
        ("Person", "field_required"),
        ("Team", "duplicate_in_payload"),
    ]
    assert [problem.field for op in done.operations[-2:] for problem in op.problems] == ["Name", "Title"]


def test_a_value_that_is_refused_is_told_of_its_own_item(store: InMemoryRecords) -> None:
    """The second member has a name that no text may have."""
    done = run(store, TEAMS, [team("Red", "a", ("b", "Bea"), ("c", "Cy\x00"), ("d", "Dan"))])
    assert [(op.entity.name, op.item, op.key, op.operation) for op in done.operations] == [
        ("Person", "", "a", "Skip"),
        ("Person", "1", "b", "Skip"),
        ("Person", "2", "c", "Error"),
        ("Person", "3", "d", "Skip"),
        ("Team", "", "Red", "Skip"),
    ]
    assert done.problem_codes() == ["control_character"]
    assert done.tally.by_type()["Person"]["operations"] == 4
