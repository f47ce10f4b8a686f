"""Undoing and applying where keys change hands: neither breaks off, and what cannot be written is named."""

from __future__ import annotations

from typing import Final

import pytest

from sync_app.models import Run
from sync_app.runs.records.editing import RecordChange, edit_records
from sync_app.runs.upkeep.verifying import records_digest, verify
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.declaring import declare_key
from sync_app.runs.verbs.undoing import start_undo
from sync_app.runs.work.job import Job
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
