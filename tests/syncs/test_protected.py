"""Fields a sync must not overwrite once a person changed them."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.models import JournalEntry, Sync
from sync_app.runs.records.editing import RecordChange, edit_records
from sync_app.syncs.errors import FormRefused
from tests.runs.conftest import customer, outcomes
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db


def edited(desk: Desk, code: str, *, trigger: str = "ui", **values: Any) -> None:
    change = RecordChange("Customer", "change", desk.house.record(code).pk, values)
    edit_records(actor=desk.actor, changes=[change], clock=desk.clock, trigger=trigger)


@pytest.fixture
def sync(desk: Desk) -> Sync:
    sync = desk.sync(protected=("Customer.LastName",))
    desk.run(sync, customer("A", "First", score=1), customer("B", "First"))
    return sync


def test_what_a_person_changed_stays_and_the_rest_is_updated(desk: Desk, sync: Sync) -> None:
    edited(desk, "A", LastName="Mine")
    turn = desk.run(sync, customer("A", "Theirs", score=2), customer("B", "Theirs"))
    live = desk.house.live()
    assert (live["A"]["LastName"], live["A"]["_SCORE"], live["B"]["LastName"]) == ("Mine", "2", "Theirs")
    assert turn.run is not None
    assert outcomes(turn.run) == [(1, "Update", "kept_by_hand"), (2, "Update", "")]
    entry = JournalEntry.objects.get(run=turn.run, row=1)
    assert "LastName" in entry.problems
    assert entry.fields == "_SCORE"


def test_a_row_that_would_change_nothing_else_changes_nothing(desk: Desk, sync: Sync) -> None:
    edited(desk, "A", LastName="Mine")
    version = desk.house.record("A").version
    turn = desk.run(sync, customer("A", "Theirs", score=1))
    assert (turn.counts["unchanged"], desk.house.record("A").version) == (1, version)


def test_a_plan_keeps_it_as_well(desk: Desk, sync: Sync) -> None:
    desk.sync(sync=sync.pk, protected=("Customer.LastName",), guards={"deletes": {"most": 1}})
    edited(desk, "A", LastName="Mine")
    desk.run(sync, customer("A", "Theirs", score=2))
    assert (desk.house.live()["A"]["LastName"], desk.house.live()["A"]["_SCORE"]) == ("Mine", "2")


def test_other_fields_and_changes_of_programs_are_not_protected(desk: Desk, sync: Sync) -> None:
    edited(desk, "A", _SCORE="7")
    edited(desk, "B", trigger="api", LastName="By a program")
    desk.run(sync, customer("A", "Theirs", score=2), customer("B", "Theirs"))
    live = desk.house.live()
    assert (live["A"]["_SCORE"], live["B"]["LastName"]) == ("2", "Theirs")


def test_who_changed_it_last_counts(desk: Desk, sync: Sync) -> None:
    edited(desk, "A", LastName="Mine")
    desk.house.send(customer("A", "An import by hand"))
    desk.run(sync, customer("A", "Theirs"))
    assert desk.house.live()["A"]["LastName"] == "Theirs"


@pytest.mark.parametrize("name", ["LastName", "Customer._NONE", "Person.LastName"])
def test_a_field_that_the_template_does_not_write_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(FormRefused) as refused:
        desk.sync("Other", protected=(name,))
    assert refused.value.problems["protected"].code == "protected_unknown"
