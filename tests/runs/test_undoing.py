"""Undo gives back what was there, keeps what people changed since, and can be undone."""

from __future__ import annotations

from typing import Any

import pytest

from integration_admin.accounts.access import Actor, NotAllowed, system_actor
from sync_app.engine.editing import Verb
from sync_app.models import JournalEntry, Run, RunStatus
from sync_app.runs.errors import RunConflict, RunRefused
from sync_app.runs.records.editing import RecordChange, edit_records
from sync_app.runs.reports.report import operations_page
from sync_app.runs.upkeep.verifying import records_digest, verify
from sync_app.runs.verbs.undoing import start_undo
from templates_app.library.fields import retire_field
from templates_app.library.installing import install
from tests.runs.conftest import CUSTOMERS, House, customer, outcomes

ROWS = (
    customer("A", "New", friend="N"),
    customer("N", parent="A"),
    customer("N", "Twice", parent="A"),
    customer("M", parent="N"),
    customer("X", score="many"),
)


@pytest.fixture
def seeded(house: House) -> House:
    house.send(customer("A", "Old", mail="a@example.org"), customer("B"))
    return house


def test_it_leaves_the_records_as_before_and_undoing_it_does_the_run_again(seeded: House, small_chunks: None) -> None:
    before = records_digest(seeded.brand)
    run = seeded.send(*ROWS)
    after = records_digest(seeded.brand)
    undone = seeded.undo(run)
    assert undone.status == RunStatus.SUCCEEDED
    assert records_digest(seeded.brand) == before
    redone = seeded.undo(undone)
    assert redone.status == RunStatus.SUCCEEDED
    assert records_digest(seeded.brand) == after
    seeded.undo(redone)
    assert records_digest(seeded.brand) == before
    assert verify(brand=seeded.brand.key) == []


@pytest.mark.parametrize("mode", ["atomic", "skip"])
def test_runs_of_every_mode_can_be_undone(seeded: House, small_chunks: None, mode: str) -> None:
    before = records_digest(seeded.brand)
    rows = [row for row in ROWS if row.get("score") != "many"]
    seeded.undo(seeded.send(*rows, on_error=mode))
    assert records_digest(seeded.brand) == before


def test_an_applied_plan_is_undone_as_an_import_is(seeded: House, small_chunks: None) -> None:
    before = records_digest(seeded.brand)
    applied = seeded.apply(seeded.simulate(*ROWS))
    seeded.undo(applied)
    assert records_digest(seeded.brand) == before


def test_a_simulated_undo_shows_and_leaves_everything(seeded: House, small_chunks: None) -> None:
    run = seeded.send(*ROWS)
    after = records_digest(seeded.brand)
    shown = seeded.undo(run, simulate=True)
    assert records_digest(seeded.brand) == after
    assert not JournalEntry.objects.filter(run=shown, applied=True).exists()
    real = seeded.undo(run)
    assert (shown.counts, outcomes(shown)) == (real.counts, outcomes(real))


def test_a_field_somebody_changed_since_is_kept_and_says_who(seeded: House) -> None:
    run = seeded.send(*ROWS)
    eve = system_actor(brand=seeded.brand, name="Eve")
    later = seeded.perform(seeded.start(customer("A", "By Eve", friend="N"), actor=eve))
    undone = seeded.undo(run)
    assert undone.status == RunStatus.WITH_FAILURES
    assert seeded.live()["A"]["LastName"] == "By Eve"
    page = operations_page(actor=seeded.actor, run=undone, field=None)
    problems = [problem for item in page.items for problem in item["problems"]]
    [kept] = [problem for problem in problems if problem["field"] == "LastName"]
    assert kept["code"] == "kept_edited"
    entry = JournalEntry.objects.get(run=undone, record=seeded.record("A").pk)
    assert f'"run":{later.pk}' in entry.problems
    assert '"by":"Eve"' in entry.problems


def test_what_referred_to_a_deleted_record_does_so_again_unless_it_was_deleted_since(seeded: House) -> None:
    seeded.send(customer("D"), customer("E"), customer("X", friend="D"), customer("Y", friend="E"))
    delete(seeded, "D")
    before = records_digest(seeded.brand)
    run = seeded.send(customer("X", friend="A"), customer("Y", friend="A"))
    undone = seeded.undo(run)
    assert (undone.status, records_digest(seeded.brand)) == (RunStatus.SUCCEEDED, before)
    run = seeded.undo(undone)
    delete(seeded, "E")
    shown = seeded.undo(run, simulate=True)
    assert outcomes(seeded.undo(run)) == outcomes(shown)
    assert {code: operation for _, operation, code in outcomes(shown)} == {"": "Update", "kept_reference_gone": "Skip"}
    assert verify(brand=seeded.brand.key) == []


GONE = """
  <Type Name="Customer" As="Gone" ShouldDelete="true" Match="_CODE"><When Name="gone" Present="true" /></Type>
  <Property Name="code" Type="Gone" Field="_CODE" />
</In>"""


def test_who_comes_back_with_a_reference_holds_nothing_back_that_goes(seeded: House, small_chunks: None) -> None:
    """However far apart the two are undone."""
    seeded.send(customer("X", friend="A"))
    delete(seeded, "X")
    before = records_digest(seeded.brand)
    install(actor=seeded.actor, name="customers", xml=CUSTOMERS.replace("</In>", GONE), at=seeded.clock())
    run = seeded.send(customer("X"), customer("B", "Other"), {"code": "A", "name": "Old", "gone": "yes"})
    after = records_digest(seeded.brand)
    for wanted in (before, after, before):
        shown = seeded.undo(run, simulate=True)
        run = seeded.undo(run)
        assert (run.status, records_digest(seeded.brand)) == (RunStatus.SUCCEEDED, wanted)
        assert outcomes(shown) == outcomes(run)


def delete(house: House, code: str) -> None:
    change = RecordChange("Customer", "delete", house.record(code).pk)
    edit_records(actor=house.actor, changes=[change], clock=house.clock, trigger="ui")


@pytest.mark.parametrize("place", ["A", "N", "M"])
def test_with_refuse_one_conflict_and_nothing_is_undone(seeded: House, small_chunks: None, place: str) -> None:
    run = seeded.send(*ROWS)
    seeded.send(customer(place, "By Eve"))
    before = records_digest(seeded.brand)
    undone = seeded.undo(run, conflicts="refuse")
    assert (undone.status, undone.error["code"]) == (RunStatus.FAILED, "undo_conflicts")
    assert records_digest(seeded.brand) == before
    assert not JournalEntry.objects.filter(run=undone, applied=True).exists()
    assert undone.counts["rows"] == undone.counts["rowsOk"] + undone.counts["rowsFailed"] == 3
    assert verify(brand=seeded.brand.key) == []


def test_with_refuse_and_no_conflict_all_is_undone_at_once(seeded: House, small_chunks: None) -> None:
    before = records_digest(seeded.brand)
    undone = seeded.undo(seeded.send(*ROWS), conflicts="refuse")
    assert undone.status == RunStatus.SUCCEEDED
    assert records_digest(seeded.brand) == before
    revisions = set(JournalEntry.objects.filter(run=undone, applied=True).values_list("revision", flat=True))
    assert len(revisions) == 1
    assert verify(brand=seeded.brand.key) == []


def test_one_undo_wins_and_there_is_another_when_it_was_undone_itself(seeded: House) -> None:
    run = seeded.send(*ROWS)
    seeded.undo(run, simulate=True)
    first = start_undo(actor=seeded.actor, run=run.pk, clock=seeded.clock)
    assert refused_for(seeded, run) == ("already_undone", first.pk)
    seeded.perform(first)
    assert refused_for(seeded, run) == ("already_undone", first.pk)
    redone = seeded.undo(first)
    assert refused_for(seeded, first) == ("already_undone", redone.pk)
    again = seeded.undo(run)
    assert again.counts["updated"] + again.counts["deleted"] > 0
    assert refused_for(seeded, run) == ("already_undone", again.pk)


@pytest.mark.parametrize("there", [True, False])
def test_it_takes_back_what_was_done_again_as_it_would_have_at_first(seeded: House, there: bool) -> None:
    """Records that the run deleted, and such as it brought back."""
    install(actor=seeded.actor, name="customers", xml=CUSTOMERS.replace("</In>", GONE), at=seeded.clock())
    leaving = {"code": "A", "name": "Old", "gone": "yes"}
    if not there:
        seeded.send(leaving)
    before = records_digest(seeded.brand)
    run = seeded.send(leaving if there else customer("A"))
    for _time in range(2):
        undone = seeded.undo(run)
        assert (undone.status, records_digest(seeded.brand)) == (RunStatus.SUCCEEDED, before)
        assert seeded.undo(undone).status == RunStatus.SUCCEEDED
    delete_or_bring_back(seeded, "A")
    assert seeded.undo(run).counts["skipped"] == 1


def test_what_came_to_nothing_since_holds_nothing_that_was_brought_back(seeded: House) -> None:
    """One key twice in a list: each time it is imported again, its record changes and changes back."""
    twice = (customer("N", "One"), customer("N", "Two"))
    before = records_digest(seeded.brand)
    for _time in range(2):
        run = seeded.send(*twice)
        again = seeded.send(*twice)
        assert again.counts["updated"] == 2
        seeded.undo(again)
        assert seeded.undo(run).status == RunStatus.SUCCEEDED
        assert records_digest(seeded.brand) == before
    run = seeded.send(*twice)
    seeded.send(*twice, customer("N", "Three"))
    assert seeded.undo(run).counts["skipped"] == 1


def delete_or_bring_back(house: House, code: str) -> None:
    """And again: it stands as it stood."""
    record = house.record(code)
    verbs: tuple[Verb, ...] = ("revive", "delete") if record.deleted_at else ("delete", "revive")
    for verb in verbs:
        change = RecordChange("Customer", verb, record.pk)
        edit_records(actor=house.actor, changes=[change], clock=house.clock, trigger="ui")


def test_what_an_undo_kept_can_be_asked_for_again(seeded: House) -> None:
    run = seeded.send(customer("A", "One"), customer("P", "One"))
    later = seeded.send(customer("A", "Two"))
    assert seeded.undo(run, conflicts="refuse").status == RunStatus.FAILED
    assert seeded.undo(run).counts["skipped"] == 1
    seeded.undo(later)
    assert seeded.undo(run).counts["updated"] == 1


def test_what_was_given_back_already_is_not_told_of_as_kept(seeded: House) -> None:
    """Of records of every kind: changed, inserted, deleted, brought back."""
    seeded.send(customer("R"))
    delete(seeded, "R")
    before = records_digest(seeded.brand)
    install(actor=seeded.actor, name="customers", xml=CUSTOMERS.replace("</In>", GONE), at=seeded.clock())
    gone = {"code": "B", "name": "Name", "gone": "yes"}
    run = seeded.send(customer("A", "One", mail="a@x.org"), customer("P"), gone, customer("R"), customer("Q"))
    later = seeded.send(customer("A", "Two"), customer("Q", "Two"))
    assert seeded.undo(run).counts["skipped"] == 1
    seeded.undo(later)
    undone = seeded.undo(run)
    assert (undone.status, undone.counts["unchanged"], records_digest(seeded.brand)) == ("succeeded", 3, before)
    assert refused_for(seeded, run) == ("already_undone", undone.pk)
    assert verify(brand=seeded.brand.key) == []


def refused_for(house: House, run: Run) -> tuple[str, object]:
    with pytest.raises(RunConflict) as refused:
        start_undo(actor=house.actor, run=run.pk, clock=house.clock)
    return refused.value.problem.code, refused.value.problem.params["run"]


def test_an_older_run_is_undone_where_newer_ones_left_it_alone(seeded: House) -> None:
    first = seeded.send(customer("P", "One"), customer("Q", "One"))
    seeded.send(customer("P", "Two"))
    undone = seeded.undo(first)
    assert set(seeded.live()) == {"A", "B", "P"}
    assert undone.counts["skipped"] == 1


def test_a_field_retired_since_gets_its_value_back_all_the_same(seeded: House) -> None:
    seeded.send(customer("B", score="1"))
    before = records_digest(seeded.brand)
    run = seeded.send(customer("B", score="2"))
    retire_field(actor=seeded.actor, entity_type="Customer", name="_SCORE", at=seeded.clock())
    seeded.undo(run)
    assert records_digest(seeded.brand) == before


@pytest.mark.parametrize("of", ["simulation", "unchanged", "open"])
def test_what_changed_nothing_cannot_be_undone(seeded: House, of: str) -> None:
    runs: dict[str, Any] = {
        "simulation": lambda: seeded.simulate(*ROWS),
        "unchanged": lambda: seeded.send(customer("B"), verbose=True),
        "open": lambda: seeded.start(*ROWS),
    }
    run = runs[of]()
    with pytest.raises(RunConflict) as refused:
        seeded.undo(run)
    assert refused.value.problem.code == ("run_not_finished" if of == "open" else "nothing_to_undo")


def test_a_run_whose_journal_was_altered_is_not_undone(seeded: House) -> None:
    run = seeded.send(*ROWS)
    JournalEntry.objects.filter(run=run, seq=1).update(before='{"LastName":"Planted"}')
    with pytest.raises(RunConflict) as refused:
        seeded.undo(run)
    assert refused.value.problem.code == "journal_altered"
    assert seeded.live()["A"]["LastName"] == "New"


def test_without_the_right_nothing_is_undone(seeded: House, outsider: Actor) -> None:
    run = seeded.send(*ROWS)
    importer = Actor(brand=seeded.brand, name="i", rights=frozenset({"import"}), every_type=True)
    with pytest.raises(NotAllowed):
        start_undo(actor=importer, run=run.pk, clock=seeded.clock)
    reader = Actor(brand=seeded.brand, name="r", rights=frozenset({"undo"}), access={"Customer": "Read"})
    with pytest.raises(NotAllowed):
        start_undo(actor=reader, run=run.pk, clock=seeded.clock)
    with pytest.raises(RunRefused) as foreign:
        start_undo(actor=outsider, run=run.pk, clock=seeded.clock)
    assert foreign.value.status == 404


def test_what_was_referred_to_when_it_was_deleted_is_deleted_again(seeded: House) -> None:
    """As long as nobody refers to it anew: somebody who wrote something else there does not."""
    seeded.send(customer("C", parent="B"), customer("D", parent="A"))
    gone = [RecordChange("Customer", "delete", seeded.record(code).pk) for code in ("A", "B")]
    run = edit_records(actor=seeded.actor, changes=gone, clock=seeded.clock, trigger="ui").run
    assert run is not None
    undone = seeded.undo(run)
    seeded.send(customer("C", "Else", parent="B"), customer("E", parent="A"))
    redone = seeded.undo(undone)
    assert sorted(outcomes(redone)) == [(1, "Skip", "kept_referenced"), (2, "Delete", "")]
    assert seeded.live().keys() == {"A", "C", "D", "E"}


def test_an_import_after_an_undone_one_brings_nothing_of_it_back_and_says_what_comes_back_else(house: House) -> None:
    house.undo(house.send(customer("A", "Wrong", mail="wrong@example.org", score="1")))
    plan = house.simulate(customer("A", "Right"))
    assert outcomes(plan) == [(1, "Insert", "inserted_again")]
    applied = house.apply(plan)
    assert house.live() == {"A": {"_CODE": "A", "LastName": "Right"}}
    [undone] = operations_page(actor=house.actor, run=applied).items
    assert undone["changes"]["Email"] == {"old": "wrong@example.org", "new": None}
    house.undo(applied)
    assert outcomes(house.send(customer("A", "Right", mail="a@example.org"))) == [(1, "Insert", "inserted_again")]
    gone = RecordChange("Customer", "delete", house.record("A").pk)
    edit_records(actor=house.actor, changes=[gone], clock=house.clock, trigger="ui")
    [back] = operations_page(actor=house.actor, run=house.send(customer("A", "Again"))).items
    assert (back["code"], list(back["changes"])) == ("revived", ["LastName"])
    told = [(one["field"], one["value"], one["message"]) for one in back["problems"]]
    assert told == [
        ("", "", "The record had been deleted and is brought back."),
        ("Email", "a@example.org", "It comes back with the value it had: a@example.org"),
    ]
    assert verify(brand=house.brand.key) == []
