"""Undoing and applying where keys change hands: neither breaks off, and what cannot be written is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest
from django.db import IntegrityError

from sync_app.engine.ports import RecordWrite
from sync_app.engine.replay import Replay
from sync_app.engine.undo import UndoPlanner
from sync_app.models import JournalEntry, Run, RunStatus
from sync_app.runs.records.editing import RecordChange, edit_records
from sync_app.runs.reports.report import left_alone, report_of
from sync_app.runs.sentences import message
from sync_app.runs.upkeep.verifying import records_digest, verify
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.declaring import declare_key
from sync_app.runs.verbs.undoing import start_undo
from sync_app.runs.work.apply_work import StoredPlan
from sync_app.runs.work.job import Job
from sync_app.storage import journal
from sync_app.storage.records import DatabaseRecords
from templates_app.library.fields import add_custom_field
from templates_app.library.installing import install
from tests.runs.conftest import House, Killed, killed_at, outcomes

TEMPLATE: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_CODE" />
  <Type Name="Customer" As="Gone" ShouldDelete="true" Match="_CODE"><When Name="gone" Present="true" /></Type>
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="x" Type="Customer" Field="_X" />
  <Property Name="y" Type="Customer" Field="_Y" />
  <Property Name="badge" Type="Customer" Field="_BADGE" />
  <Property Name="parent" Type="Customer" Field="_PARENT"><Lookup Match="_CODE" /></Property>
  <Property Name="code" Type="Gone" Field="_CODE" />
</In>"""

OUTCOMES: Final = {2: ("Skip", "identity_taken")}
SHARED: Final = """<In>
  <Type Name="Customer" As="Shared" ShouldUpdate="true" Match="_CODE"><When Name="shared" Present="true" /></Type>
  <Property Name="shared" Type="Shared" Field="_CODE" />"""


@pytest.fixture
def badged(house: House) -> House:
    """Customers with a badge that is unique, and with two fields of which nobody may have the same pair."""
    at = house.clock()
    add_custom_field(actor=house.actor, entity_type="Customer", name="_BADGE", identity=True, at=at)
    for name in ("_X", "_Y"):
        add_custom_field(actor=house.actor, entity_type="Customer", name=name, at=at)
    pair = ("_X", "_Y")
    declare_key(actor=house.actor, entity_type="Customer", fields=pair, unique=True, clock=house.clock)
    install(actor=house.actor, name="badged", xml=TEMPLATE, at=at)
    house.template = "badged"
    return house


def broken_off_once(house: House, run: Run, *, told: int) -> Run:
    """The run performed to the end, by another process after so many chunks."""
    with killed_at(Job, "tell", told), pytest.raises(Killed):
        house.perform(run)
    house.clock.advance(seconds=61)
    return house.perform(run, holder="there")


def test_a_key_goes_back_however_far_apart_the_records_are(badged: House, small_chunks: None) -> None:
    """One record has it for good, one came and went with it; somebody refers to the one that came."""
    badged.send({"code": "A", "badge": "1"}, {"code": "B", "badge": "5"}, {"code": "C"})
    before = records_digest(badged.brand)
    others = [{"code": f"X{number}", "badge": str(100 + number)} for number in range(4)]
    rows = [{"code": "A", "badge": "2"}, {"code": "B", "badge": "6"}, *others, {"code": "N", "badge": "1"}]
    run = badged.send(*rows, {"code": "M", "badge": "5", "gone": "yes"}, {"code": "C", "parent": "N"})
    after = records_digest(badged.brand)
    assert run.counts["failed"] == 0
    for wanted in (before, after, before):
        shown = badged.undo(run, simulate=True)
        run = broken_off_once(badged, start_undo(actor=badged.actor, run=run.pk, clock=badged.clock), told=1)
        assert run.status == "succeeded"
        assert (shown.counts, outcomes(shown)) == (run.counts, outcomes(run))
        assert records_digest(badged.brand) == wanted
    assert verify(brand=badged.brand.key) == []


def test_an_undo_that_does_nothing_for_one_conflict_tells_of_no_other(badged: House, small_chunks: None) -> None:
    badged.send(*({"code": name[0], "badge": name[1]} for name in ("Y2", "P4", "Q5", "X1")))
    run = badged.send(*({"code": name[0], "badge": name[1]} for name in ("Y3", "P6", "Q7", "X2")))
    badged.send({"code": "P", "badge": "8"})
    shown = badged.undo(run, simulate=True)
    refused = badged.undo(run, conflicts="refuse")
    assert (refused.status, refused.counts["rowsFailed"]) == ("failed", 1)
    assert (refused.counts, outcomes(refused)) == (shown.counts, outcomes(shown))


def test_a_pair_of_old_and_newer_values_that_another_record_has_does_not_come_back(badged: House) -> None:
    badged.send({"code": "A", "x": "1", "y": "1"})
    run = badged.send({"code": "A", "x": "2", "y": "2", "badge": "7"})
    change = RecordChange("Customer", "change", badged.record("A").pk, {"_Y": "3"})
    edit_records(actor=badged.actor, changes=[change], clock=badged.clock, trigger="ui")
    badged.send({"code": "B", "x": "1", "y": "3"})
    undone = badged.undo(run)
    assert (undone.status, outcomes(undone)) == ("with_failures", [(1, "Update", "kept_in_part")])
    assert badged.live()["A"] == {"_CODE": "A", "_X": "2", "_Y": "3"}
    assert verify(brand=badged.brand.key) == []


def test_applying_writes_all_but_what_would_take_a_key_and_resumes_so(badged: House, small_chunks: None) -> None:
    """Rows of an unchanged record stand though one went stale; a pair is looked for as earlier rows leave it."""
    badged.send({"code": "A", "x": "1", "y": "1"}, {"code": "P"}, {"code": "Q"})
    install(actor=badged.actor, name="badged", xml=TEMPLATE.replace("<In>", SHARED), at=badged.clock())
    rows = [{"code": "A", "x": "2"}, {"code": "A", "y": "2", "shared": "Q"}, {"code": "N", "badge": "1"}]
    rows += [{"code": "N", "badge": "2", "shared": "P"}, {"code": "M", "badge": "1"}]
    rows += [{"code": f"S{number}", "shared": "Q"} for number in range(4)]
    plan = badged.simulate(*rows)
    badged.template = "customers"
    badged.send({"code": "P", "name": "By hand"})
    badged.template = "badged"
    badged.send({"code": "T", "x": "2", "y": "2"})
    applying = start_apply(actor=badged.actor, run=plan.pk, clock=badged.clock)
    applied = broken_off_once(badged, applying, told=3)
    assert [row for row, outcome, _ in outcomes(applied) if outcome == "Error"] == [2, 4, 5]
    assert {"S0", "S3"} < badged.live().keys()
    assert verify(brand=badged.brand.key) == []


# --- what nobody foresaw: the planner is blind, and the database refuses


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether a key is taken by now."""
    monkeypatch.setattr(Replay, "_taken", lambda *_told: None)
    monkeypatch.setattr(UndoPlanner, "_is_taken", lambda *_told: False)


def by_hand(house: House, code: str, **values: str) -> None:
    """A new record, by a person."""
    change = RecordChange("Customer", "create", values={"_CODE": code, **values})
    edit_records(actor=house.actor, changes=[change], clock=house.clock, trigger="ui")


def test_an_undo_that_a_key_stands_in_the_way_of_takes_back_the_rest(
    badged: House, small_chunks: None, blind: None
) -> None:
    badged.send(*({"code": code, "badge": str(place)} for place, code in enumerate("ABCDE")))
    run = badged.send(*({"code": code, "badge": f"{place}0"} for place, code in enumerate("ABCDE")))
    by_hand(badged, "N", _BADGE="1")
    refused = badged.undo(run, conflicts="refuse")
    assert (refused.status, refused.error) == ("failed", {"code": "undo_conflicts"})
    assert {values["_BADGE"] for values in badged.live().values()} == {"1", "00", "10", "20", "30", "40"}
    undone = badged.undo(run)
    assert undone.status == "with_failures"
    assert sorted(outcomes(undone)) == [(row, *OUTCOMES.get(row, ("Update", ""))) for row in range(1, 6)]
    [kept] = JournalEntry.objects.filter(run=undone, code="identity_taken")
    assert message(journal.decode_problems(kept.problems)[0]).endswith("for the unique key _BADGE.")
    report = report_of(actor=badged.actor, run=undone)
    assert [(error["row"], error["code"]) for error in report["errors"]] == [(2, "identity_taken")]
    assert report["errorsTotal"] == len(list(left_alone(actor=badged.actor, run=undone))) == 1
    assert {code: values["_BADGE"] for code, values in badged.live().items()} == {
        "A": "0",
        "B": "10",
        "C": "2",
        "D": "3",
        "E": "4",
        "N": "1",
    }
    assert verify(brand=badged.brand.key) == []


def test_an_undo_taken_up_after_a_key_stood_in_the_way_does_nothing_twice(
    badged: House, small_chunks: None, blind: None
) -> None:
    badged.send(*({"code": code, "badge": str(place)} for place, code in enumerate("ABCDE")))
    run = badged.send(*({"code": code, "badge": f"{place}0"} for place, code in enumerate("ABCDE")))
    by_hand(badged, "N", _BADGE="3")
    undone = broken_off_once(badged, start_undo(actor=badged.actor, run=run.pk, clock=badged.clock), told=2)
    assert (undone.status, undone.counts["updated"], undone.counts["skipped"]) == ("with_failures", 4, 1)
    assert len(outcomes(undone)) == 5
    assert verify(brand=badged.brand.key) == []


def test_a_plan_that_is_applied_whole_or_not_at_all_names_the_row_that_is_not_taken(
    badged: House, small_chunks: None, blind: None
) -> None:
    plan = badged.simulate(*({"code": code, "badge": str(place)} for place, code in enumerate("ABCDE")))
    by_hand(badged, "N", _BADGE="3")
    applied = badged.apply(plan, stale="refuse")
    assert (applied.status, applied.error, outcomes(applied)) == (
        "failed",
        {"code": "plan_stale"},
        [(4, "Error", "stale")],
    )
    assert list(badged.live()) == ["N"]
    free = RecordChange("Customer", "change", badged.record("N").pk, {"_BADGE": None})
    edit_records(actor=badged.actor, changes=[free], clock=badged.clock, trigger="ui")
    again = badged.apply(plan, stale="refuse")
    assert (again.status, sorted(badged.live())) == ("succeeded", list("ABCDEN"))
    assert verify(brand=badged.brand.key) == []


def test_a_batch_that_is_taken_row_by_row_only_is_written_so(
    badged: House, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = badged.simulate(*({"code": code, "badge": str(place)} for place, code in enumerate("ABCDE")))
    write = DatabaseRecords.write

    def alone(records: DatabaseRecords, writes: Sequence[RecordWrite]) -> None:
        if len(writes) > 1 and writes[0].data["_CODE"] == "C":
            raise IntegrityError
        write(records, writes)

    monkeypatch.setattr(DatabaseRecords, "write", alone)
    applied = badged.apply(plan, stale="refuse")
    assert (applied.status, applied.counts["inserted"], sorted(badged.live())) == ("succeeded", 5, list("ABCDE"))
    assert verify(brand=badged.brand.key) == []


def test_all_or_nothing_is_nothing_where_one_is_not_taken(
    badged: House, blind: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_own = StoredPlan.replace_own

    def overtaken(plan: StoredPlan) -> RunStatus:
        by_hand(badged, "N", _BADGE="1")
        return replace_own(plan)

    rows = [{"code": code, "badge": str(place)} for place, code in enumerate("ABC")]
    with monkeypatch.context() as patch:
        patch.setattr(StoredPlan, "replace_own", overtaken)
        run = badged.send(*rows, on_error="atomic")
    assert (run.status, run.error, list(badged.live())) == ("failed", {"code": "plan_stale"}, ["N"])
    assert [told[1:] for told in outcomes(run)] == [("Insert", "")] * 3
    assert not JournalEntry.objects.filter(run=run, applied=True).exists()
    rows[1]["badge"] = "7"
    assert badged.send(*rows, on_error="atomic").status == "succeeded"
    assert verify(brand=badged.brand.key) == []
