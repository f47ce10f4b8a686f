"""Changing records one by one: by the rules of imports, journalled, undoable, all of a call or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from integration_admin.accounts.access import Actor, NotAllowed, api_actor, site_actor
from integration_admin.accounts.models import Brand, Group
from sync_app.models import BrandClock, Identity, JournalEntry, Record, Reference, Run, RunKind, RunStatus, RunTotal
from sync_app.runs.errors import RunRefused
from sync_app.runs.records import editing
from sync_app.runs.records.editing import (
    EditConflict,
    EditOfMissing,
    EditRefused,
    EditResult,
    RecordChange,
    edit_records,
)
from sync_app.runs.upkeep.verifying import verify
from templates_app.library.fields import add_custom_field, retire_field
from tests.conftest import Key, Login
from tests.runs.conftest import House, customer, operations


def create(**values: Any) -> RecordChange:
    return RecordChange("Customer", "create", values=values)


def change(record: Record, verb: Any = "change", *, version: int | None = None, **values: Any) -> RecordChange:
    return RecordChange(record.entity_type, verb, record.pk, values, version)


def edit(house: House, *changes: RecordChange, actor: Actor | None = None, **options: Any) -> EditResult:
    by = actor or house.actor
    return edit_records(actor=by, changes=changes, clock=house.clock, trigger="ui", options=options)


def refused(house: House, *changes: RecordChange, actor: Actor | None = None) -> dict[int, list[tuple[str, str]]]:
    """place -> (code, field) of each problem; and that nothing at all was written."""
    before = traces()
    with pytest.raises(EditRefused) as caught:
        edit(house, *changes, actor=actor)
    assert traces() == before
    return {place: [(p.code, p.field) for p in problems] for place, problems in caught.value.problems.items()}


def traces() -> tuple[Any, ...]:
    clocks = tuple(BrandClock.objects.values_list("revision", flat=True))
    records = tuple(Record.objects.order_by("pk").values_list("pk", "version", "deleted_at"))
    return Run.objects.count(), JournalEntry.objects.count(), clocks, records


@pytest.fixture
def ann(house: House) -> Record:
    house.send(customer("A", "Ann", mail="ann@example.org", score="1.5"))
    return house.record("A")


def test_a_record_is_created_with_identities_and_an_entry(house: House) -> None:
    result = edit(house, create(LastName="  New ", _CODE="N", _SCORE="2.50"))
    record = house.record("N")
    assert record.data == {"LastName": "New", "_CODE": "N", "_SCORE": "2.5"}
    assert [(e.record, e.operation, e.version) for e in result.records] == [(record.pk, "Insert", 1)]
    assert result.run is not None
    assert (result.run.kind, result.run.status, result.run.trigger) == (RunKind.EDIT, RunStatus.SUCCEEDED, "ui")
    assert (result.run.counts["rows"], result.run.counts["inserted"]) == (1, 1)
    fields = "LastName,_CODE,_SCORE"
    assert operations(result.run) == [(0, "", "Customer", "N", "Insert", True, fields, "", 0)]
    assert Identity.objects.filter(record=record).exists()
    assert BrandClock.objects.get(brand=house.brand).counts == {"Customer": 1}
    assert verify() == []


def test_a_change_keeps_what_is_not_named_and_a_replacement_does_not(house: House, ann: Record) -> None:
    edit(house, change(ann, LastName="Anna", Email=" "))
    assert house.record("A").data == {"_CODE": "A", "LastName": "Anna", "_SCORE": "1.5"}
    edit(house, change(ann, "replace", _CODE="A", FirstName="A."))
    assert house.record("A").data == {"_CODE": "A", "FirstName": "A."}
    assert verify() == []


def test_a_replacement_keeps_what_nobody_may_write(house: House, ann: Record) -> None:
    retire_field(actor=house.actor, entity_type="Customer", name="_SCORE", retired=True, at=house.clock())
    edit(house, change(ann, "replace", _CODE="A", LastName="Ann"))
    assert house.record("A").data == {"_CODE": "A", "LastName": "Ann", "_SCORE": "1.5"}
    assert refused(house, change(ann, _SCORE="2")) == {0: [("field_not_writable", "_SCORE")]}


def test_what_does_not_differ_is_not_written(house: House, ann: Record) -> None:
    before = traces()
    result = edit(house, change(ann, LastName=" Ann ", _SCORE="1.50"))
    assert result.run is None
    assert [(e.record, e.operation, e.version) for e in result.records] == [(ann.pk, "Unchanged", 1)]
    assert traces() == before


def test_a_record_is_deleted_and_brought_back(house: House, ann: Record) -> None:
    edit(house, change(ann, "delete"))
    assert house.live() == {}
    assert BrandClock.objects.get(brand=house.brand).counts == {}
    assert refused(house, change(ann, LastName="X")) == {0: [("record_deleted", "")]}
    assert refused(house, change(ann, "delete")) == {0: [("record_deleted", "")]}
    result = edit(house, change(ann, "revive", LastName="Back"))
    assert house.live()["A"]["LastName"] == "Back"
    assert result.run is not None
    assert operations(result.run)[0][4:8] == ("Insert", True, "LastName", "revived")
    assert refused(house, change(ann, "revive")) == {0: [("record_not_deleted", "")]}
    assert verify() == []


@pytest.mark.parametrize("verb", ["change", "delete"])
def test_an_edit_is_undone_like_any_run(house: House, ann: Record, verb: str) -> None:
    before = house.live()
    values: dict[str, Any] = {"LastName": "Changed"} if verb == "change" else {}
    result = edit(house, change(ann, verb, **values))
    assert result.run is not None
    assert house.live() != before
    undone = house.undo(result.run)
    assert undone.status == RunStatus.SUCCEEDED
    assert house.live() == before
    assert verify() == []


def test_a_creation_is_undone(house: House) -> None:
    result = edit(house, create(LastName="New", _CODE="N"))
    assert result.run is not None
    house.undo(result.run)
    assert house.live() == {}


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"_SCORE": "many"}, [("number_invalid", "_SCORE")]),
        ({"Email": "no address", "Type": "Nobody"}, [("email_invalid", "Email"), ("choice_unknown", "Type")]),
        ({"Nothing": "x"}, [("field_unknown", "Nothing")]),
        ({"_PARENT": 424242}, [("reference_missing", "_PARENT")]),
        ({"_PARENT": "x"}, [("reference_invalid", "_PARENT")]),
        ({"LastName": "x" * 300}, [("text_too_long", "LastName")]),
    ],
)
def test_every_problem_is_named_with_its_field(house: House, ann: Record, values: Any, problems: Any) -> None:
    assert refused(house, change(ann, **values)) == {0: problems}


def test_the_rules_of_a_type_hold(house: House) -> None:
    assert refused(house, RecordChange("Project", "create", values={"Notes": "x"})) == {
        0: [("field_required", "Label")]
    }
    edit(house, RecordChange("Project", "create", values={"Label": "Hall", "Notes": "x"}))
    hall = Record.objects.get(entity_type="Project")
    assert refused(house, change(hall, Label="")) == {0: [("field_required", "Label")]}
    assert refused(house, change(hall, "replace", Notes="y")) == {0: [("field_required", "Label")]}


def test_one_wrong_change_keeps_all_of_a_call_from_being_written(house: House, ann: Record) -> None:
    found = refused(house, change(ann, LastName="Fine"), create(LastName="New", _CODE="N"), create(_SCORE="x"))
    assert found == {2: [("number_invalid", "_SCORE")]}


def test_several_changes_are_one_run_with_a_row_each(house: House, ann: Record) -> None:
    result = edit(house, change(ann, LastName="Anna"), create(LastName="Ben", _CODE="B"))
    assert [e.operation for e in result.records] == ["Update", "Insert"]
    assert result.run is not None
    assert [line[0] for line in operations(result.run)] == [1, 2]
    assert result.run.counts["rows"] == 2
    assert verify() == []


def test_a_record_is_changed_once_in_a_call(house: House, ann: Record) -> None:
    assert refused(house, change(ann, LastName="1"), change(ann, LastName="2")) == {1: [("record_repeated", "")]}


def test_a_change_over_another_is_refused(house: House, ann: Record) -> None:
    edit(house, change(ann, LastName="First", version=1))
    with pytest.raises(EditConflict) as caught:
        edit(house, change(ann, LastName="Second", version=1))
    assert caught.value.status == 409
    assert dict(caught.value.problems[0][0].params) == {"seen": 1, "version": 2}
    edit(house, change(ann, LastName="Second", version=2))
    assert house.record("A").data["LastName"] == "Second"


@pytest.mark.parametrize("verb", ["change", "replace", "delete", "revive"])
def test_a_record_that_is_not_there_is_missing(house: House, verb: Any) -> None:
    with pytest.raises(EditOfMissing) as caught:
        edit(house, RecordChange("Customer", verb, 424242))
    assert caught.value.status == 404


def test_a_record_of_another_type_or_brand_is_missing(house: House, ann: Record, outsider: Actor) -> None:
    assert refused(house, RecordChange("Project", "change", ann.pk, {"Label": "x"})) == {0: [("record_missing", "")]}
    assert refused(house, change(ann, LastName="x"), actor=outsider) == {0: [("record_missing", "")]}
    assert refused(house, change(ann, "delete"), actor=outsider) == {0: [("record_missing", "")]}


def test_a_type_that_is_not_there_is_named(house: House) -> None:
    assert refused(house, RecordChange("Nothing", "create")) == {0: [("type_unknown", "")]}


# --- keys and references


def test_a_unique_key_of_another_record_is_taken(house: House, ann: Record) -> None:
    house.send(customer("B", "Ben"))
    ben = house.record("B")
    assert refused(house, change(ben, _CODE="a")) == {0: [("identity_taken", "_CODE")]}
    assert refused(house, create(LastName="x", _CODE="A")) == {0: [("identity_taken", "_CODE")]}
    edit(house, change(ann, "delete"))
    assert refused(house, change(ben, _CODE="A")) == {0: [("identity_taken", "_CODE")]}


def test_two_new_records_of_a_call_cannot_have_one_key(house: House) -> None:
    found = refused(house, create(LastName="x", _CODE="N"), create(LastName="y", _CODE="n"))
    assert found == {1: [("identity_taken", "_CODE")]}


def test_a_key_given_up_earlier_in_a_call_is_free(house: House, ann: Record) -> None:
    house.send(customer("B", "Ben"))
    ben = house.record("B")
    edit(house, change(ann, _CODE="Z"), change(ben, _CODE="A"))
    assert {code: row["LastName"] for code, row in house.live().items()} == {"Z": "Ann", "A": "Ben"}
    assert verify() == []


def test_a_key_may_be_written_another_way(house: House, ann: Record) -> None:
    edit(house, change(ann, _CODE="a"))
    assert Record.objects.get().data["_CODE"] == "a"


def test_a_key_that_is_too_long_is_refused(house: House) -> None:
    at = house.clock()
    add_custom_field(
        actor=house.actor, entity_type="Customer", name="_LONG", options={"max_length": 400}, identity=True, at=at
    )
    assert refused(house, create(LastName="x", _LONG="x" * 300)) == {0: [("key_too_long", "_LONG")]}


def test_references_are_kept_both_ways(house: House, ann: Record) -> None:
    edit(house, create(LastName="Child", _CODE="C", _PARENT=ann.pk))
    child = house.record("C")
    assert list(Reference.objects.values_list("record_id", "field", "target_id")) == [(child.pk, "_PARENT", ann.pk)]
    edit(house, change(child, _PARENT=""))
    assert not Reference.objects.exists()
    assert verify() == []


def test_a_reference_to_a_deleted_record_is_refused_but_one_that_stood_stays(house: House, ann: Record) -> None:
    house.send(customer("C", "Child", parent="A"))
    edit(house, change(ann, "delete"))
    assert refused(house, create(LastName="x", _PARENT=ann.pk)) == {0: [("reference_missing", "_PARENT")]}
    edit(house, change(house.record("C"), LastName="Grown", _PARENT=ann.pk))
    assert house.live()["C"]["LastName"] == "Grown"


def test_a_reference_to_another_type_or_brand_is_refused(house: House, ann: Record, other: Brand, now: Any) -> None:
    edit(house, RecordChange("Project", "create", values={"Label": "Hall"}))
    hall = Record.objects.get(entity_type="Project")
    foreign = Record.objects.create(
        brand=other, entity_type="Customer", data={}, revision=1, created_at=now, modified_at=now
    )
    for target in (hall.pk, foreign.pk):
        assert refused(house, change(ann, _PARENT=target)) == {0: [("reference_missing", "_PARENT")]}


# --- rights


def test_writing_needs_access_to_the_type_and_no_other_right(house: House, ann: Record, teammate: Login) -> None:
    actor = site_actor(user=teammate.user, brand=house.brand)
    with pytest.raises(NotAllowed, match="type_not_writable"):
        edit(house, change(ann, LastName="x"), actor=actor)
    Group.objects.get(name="Readers").accesses.update(access="All")
    allowed = site_actor(user=teammate.user, brand=house.brand)
    assert edit(house, change(ann, LastName="x"), actor=allowed).run is not None


def test_who_may_not_read_a_type_cannot_refer_to_it(house: House, ann: Record, teammate: Login) -> None:
    Group.objects.get(name="Readers").accesses.update(access="Write")
    actor = site_actor(user=teammate.user, brand=house.brand)
    assert refused(house, create(LastName="x", _PARENT=ann.pk), actor=actor) == {0: [("reference_missing", "_PARENT")]}
    assert edit(house, create(LastName="x"), actor=actor).run is not None


def test_an_application_needs_a_key_for_records(house: House, owner: Login, appkey: Key) -> None:
    appkey.row.scopes = ["import"]
    actor = api_actor(membership=owner.membership, appkey=appkey.row)
    with pytest.raises(NotAllowed, match="scope_missing"):
        edit(house, create(LastName="x"), actor=actor)


# --- bounds


def test_a_call_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "EDITS_AT_ONCE", 2)
    with pytest.raises(RunRefused, match="too_many_edits"):
        edit(house, *[create(LastName="x")] * 3)
    assert edit(house).run is None


def test_the_queries_of_a_call_do_not_grow_with_it(house: House, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(40):
        edit(house, *(create(LastName=f"Name {number}", _CODE=f"N{number}") for number in range(200)))
    assert len(house.live()) == 200


def test_an_edit_counts_among_the_runs_of_the_site(house: House) -> None:
    edit(house, create(LastName="x"), create(LastName="y"))
    total = RunTotal.objects.get(kind="edit")
    assert (total.status, total.runs, total.rows) == ("succeeded", 1, 2)


def test_options_are_kept_with_the_run(house: House) -> None:
    result = edit(house, create(LastName="x"), restored=3)
    assert result.run is not None
    assert result.run.options == {"restored": 3, "changes": 1}
