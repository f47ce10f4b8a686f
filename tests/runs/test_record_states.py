"""A record's earlier states are read back exactly, and brought back by an edit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from sync_app.models import JournalEntry, Record
from sync_app.runs.errors import RunUnprocessable
from sync_app.runs.records.editing import EditConflict, EditRefused, EditResult, RecordChange, edit_records
from sync_app.runs.records.states import restore_values, state_at, way_back
from sync_app.runs.upkeep.verifying import verify
from templates_app.library.fields import retire_field
from tests.conftest import Login
from tests.runs.conftest import House, customer


@pytest.fixture
def ann(house: House) -> Record:
    """Version 1 to 4: inserted, changed twice by imports and once by hand."""
    house.send(customer("A", "Ann", mail="ann@example.org"))
    house.send(customer("A", "Anna", score="2"))
    house.send(customer("A", "Anne"))
    change(house, house.record("A"), Email="")
    return house.record("A")


def change(house: House, record: Record, verb: Any = "change", **values: Any) -> EditResult:
    wanted = RecordChange("Customer", verb, record.pk, values)
    return edit_records(actor=house.actor, changes=[wanted], clock=house.clock, trigger="ui")


def restore(house: House, record: Record, version: int, field: str = "", actor: Actor | None = None) -> EditResult:
    return restore_values(
        actor=actor or house.actor,
        record=record,
        version=version,
        field=field,
        seen=record.version,
        clock=house.clock,
        trigger="ui",
    )


STATES = {
    1: {"_CODE": "A", "LastName": "Ann", "Email": "ann@example.org"},
    2: {"_CODE": "A", "LastName": "Anna", "Email": "ann@example.org", "_SCORE": "2"},
    3: {"_CODE": "A", "LastName": "Anne", "Email": "ann@example.org", "_SCORE": "2"},
    4: {"_CODE": "A", "LastName": "Anne", "_SCORE": "2"},
}


@pytest.mark.parametrize(("version", "data"), STATES.items())
def test_each_version_is_known(ann: Record, version: int, data: Any) -> None:
    assert state_at(record=ann, version=version) == data


@pytest.mark.parametrize("version", STATES)
def test_a_record_becomes_what_it_was(house: House, ann: Record, version: int) -> None:
    result = restore(house, ann, version)
    assert house.record("A").data == STATES[version]
    assert (result.run is None) == (version == 4)
    assert verify() == []


def test_one_field_is_brought_back_alone(house: House, ann: Record) -> None:
    result = restore(house, ann, 1, "LastName")
    assert house.record("A").data == {**STATES[4], "LastName": "Ann"}
    assert result.run is not None
    assert result.run.options["restored"] == {"record": ann.pk, "version": 1, "field": "LastName"}
    back = way_back(actor=house.actor, record=house.record("A"), version=4, field="LastName")
    assert (back.now, back.then) == ({"LastName": "Ann"}, {"LastName": "Anne"})


def test_a_field_that_was_empty_is_emptied(house: House, ann: Record) -> None:
    restore(house, ann, 1, "_SCORE")
    assert "_SCORE" not in house.record("A").data


def test_restoring_is_undone_like_any_run(house: House, ann: Record) -> None:
    result = restore(house, ann, 1)
    assert result.run is not None
    house.undo(result.run)
    assert house.record("A").data == STATES[4]


def test_a_deleted_record_comes_back_as_it_was(house: House, ann: Record) -> None:
    change(house, ann, "delete")
    restore(house, house.record("A"), 1)
    assert house.live()["A"] == STATES[1]
    assert state_at(record=house.record("A"), version=5) == STATES[4]
    assert verify() == []


@pytest.mark.parametrize("version", [-1, 0, 5, 424242])
def test_a_version_that_never_was_is_refused(ann: Record, version: int) -> None:
    with pytest.raises(RunUnprocessable, match="state_unknown"):
        state_at(record=ann, version=version)


def test_a_version_before_a_purge_is_not_known(house: House, ann: Record) -> None:
    JournalEntry.objects.filter(record=ann.pk, version_after=3).delete()
    assert state_at(record=ann, version=3) == STATES[3]
    with pytest.raises(RunUnprocessable, match="state_unknown"):
        restore(house, ann, 2)


def test_a_retired_field_stays_as_it_is_and_is_named(house: House, ann: Record) -> None:
    retire_field(actor=house.actor, entity_type="Customer", name="_SCORE", retired=True, at=house.clock())
    back = way_back(actor=house.actor, record=ann, version=1)
    assert back.closed == ("_SCORE",)
    assert "_SCORE" not in back.then
    restore(house, ann, 1)
    assert house.record("A").data == {**STATES[1], "_SCORE": "2"}


def test_what_stands_in_the_way_today_is_told(house: House, ann: Record) -> None:
    change(house, ann, _CODE="Z")
    house.send(customer("A", "Another"))
    with pytest.raises(EditRefused) as caught:
        restore(house, house.record("Z"), 1)
    assert [problem.code for problem in caught.value.problems[0]] == ["identity_taken"]


def test_a_change_since_is_not_written_over(house: House, ann: Record) -> None:
    change(house, ann, LastName="Since")
    with pytest.raises(EditConflict):
        restore(house, ann, 1)


def test_restoring_asks_for_the_rights_of_editing(house: House, ann: Record, teammate: Login) -> None:
    actor = site_actor(user=teammate.user, brand=house.brand)
    assert way_back(actor=actor, record=ann, version=1).then["LastName"] == "Ann"
    with pytest.raises(NotAllowed, match="type_not_writable"):
        restore(house, ann, 1, actor=actor)


VALUES = st.dictionaries(
    st.sampled_from(["LastName", "Notes", "_SCORE"]), st.sampled_from(["", "1", "2", "3"]), max_size=3
)


@pytest.mark.django_db(transaction=True)
def test_any_state_of_any_history_is_read_back(house: House) -> None:
    @settings(max_examples=15)
    @given(st.lists(VALUES, max_size=6))
    def check(edits: list[dict[str, str]]) -> None:
        made = RecordChange("Customer", "create", values={"LastName": "x"})
        pk = edit_records(actor=house.actor, changes=[made], clock=house.clock, trigger="ui").records[0].record
        states = {1: {"LastName": "x"}}
        for values in edits:
            change(house, Record.objects.get(pk=pk), **values)
            record = Record.objects.get(pk=pk)
            states[record.version] = record.data
        for version, data in states.items():
            assert state_at(record=Record.objects.get(pk=pk), version=version) == data

    check()
