"""Mirror: what a complete source no longer has is deleted or marked, in its scope, and only under a guard."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.models import JournalEntry, RunKind, Sync, SyncTurn, TurnStatus
from sync_app.runs.upkeep.verifying import verify
from sync_app.runs.work import mirroring as mirroring_room
from sync_app.runs.work import stored_plan
from sync_app.syncs.errors import FormRefused
from sync_app.syncs.keeping.connections import save_connection
from sync_app.syncs.keeping.deciding import approve
from templates_app.library.installing import install
from tests.runs.conftest import CUSTOMERS, customer, outcomes
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

DELETE: dict[str, Any] = {"action": "delete"}
MARK: dict[str, Any] = {"action": "mark", "field": "_SCORE", "value": "-1"}
LOOSE: dict[str, Any] = {"deletes": {"most": 100}}


def mirroring(desk: Desk, mirror: dict[str, Any], guards: dict[str, Any] | None = None) -> Sync:
    desk.fake.complete = True
    return desk.sync(mirror=mirror, guards=guards or LOOSE)


def codes(turn: SyncTurn) -> list[str]:
    return [code for _row, _operation, code in outcomes(turn.run) if code] if turn.run else []


def test_what_the_source_no_longer_has_is_deleted_in_the_same_plan(desk: Desk) -> None:
    sync = mirroring(desk, DELETE)
    desk.run(sync, *(customer(code) for code in "ABC"))
    turn = desk.run(sync, customer("B"))
    assert turn.status == TurnStatus.SUCCEEDED
    assert list(desk.house.live()) == ["B"]
    assert turn.run is not None
    assert turn.run.parent is not None
    assert [entry.operation for entry in JournalEntry.objects.filter(run=turn.run.parent).order_by("seq")] == [
        "Unchanged",
        "Delete",
        "Delete",
    ]
    assert (turn.counts["rows"], turn.counts["rowsOk"], turn.counts["deleted"]) == (1, 1, 2)


def test_what_it_marks_stays_and_is_marked_once(desk: Desk) -> None:
    sync = mirroring(desk, MARK)
    desk.run(sync, customer("A"), customer("B"))
    turn = desk.run(sync, customer("A"))
    assert desk.house.live()["B"]["_SCORE"] == "-1"
    assert codes(turn) == ["mirror_marked"]
    again = desk.run(sync, customer("A"))
    assert again.counts["updated"] == 0
    assert desk.house.record("B").version == 2


def test_a_mark_that_cannot_stand_is_counted_beside_the_rows(desk: Desk) -> None:
    """Only one record may have the key."""
    sync = mirroring(desk, MARK | {"field": "_CODE", "value": "GONE"})
    desk.run(sync, *(customer(code) for code in "ABCD"))
    turn = desk.run(sync, customer("A"))
    assert turn.run is not None
    assert turn.run.parent is not None
    assert codes(turn) == ["mirror_marked", "identity_taken", "identity_taken"]
    assert turn.counts == turn.run.parent.counts
    counted = ("rowsOk", "rowsFailed", "unprocessed", "updated", "failed")
    assert [turn.counts[name] for name in counted] == [1, 0, 0, 1, 2]


def test_only_what_this_sync_wrote_is_taken_away_unless_it_says_all(desk: Desk) -> None:
    desk.house.send(customer("HAND"))
    sync = mirroring(desk, DELETE)
    desk.run(sync, customer("A"), customer("B"))
    desk.run(sync, customer("A"))
    assert sorted(desk.house.live()) == ["A", "HAND"]
    desk.sync(sync=sync.pk, mirror=DELETE | {"all": True}, guards=LOOSE)
    desk.run(sync, customer("A"))
    assert list(desk.house.live()) == ["A"]


def test_what_it_wrote_from_where_it_led_before_is_not_taken_away(desk: Desk) -> None:
    sync = mirroring(desk, DELETE)
    desk.run(sync, customer("A"), customer("B"))
    values = {"address": "https://b.example/api", "password": "opensesame"}
    other = save_connection(actor=desk.actor, connector="fake", name="B", values=values, clock=desk.clock)
    desk.sync(sync=sync.pk, connection=other.pk, mirror=DELETE, guards=LOOSE)
    desk.run(sync, customer("C"), customer("D"))
    assert sorted(desk.house.live()) == ["A", "B", "C", "D"]
    desk.run(sync, customer("C"))
    assert sorted(desk.house.live()) == ["A", "B", "C"]


def test_only_what_lies_in_the_scope_is_taken_away(desk: Desk) -> None:
    sync = mirroring(desk, DELETE | {"where": {"_SCORE": "1.0"}})
    desk.run(sync, customer("A", score=1), customer("B", score=2), customer("C", score=1))
    desk.run(sync, customer("A", score=1))
    assert sorted(desk.house.live()) == ["A", "B"]


def test_a_source_that_does_not_prove_it_is_complete_takes_nothing_away(desk: Desk) -> None:
    sync = mirroring(desk, DELETE)
    desk.run(sync, customer("A"), customer("B"))
    desk.run(sync, customer("A"), complete=False)
    assert sorted(desk.house.live()) == ["A", "B"]


def test_where_a_row_failed_nothing_is_taken_away_and_the_plan_says_so(desk: Desk) -> None:
    sync = mirroring(desk, DELETE)
    desk.run(sync, customer("A"), customer("B"))
    turn = desk.run(sync, customer("A"), {"code": "B", "name": ""})
    assert turn.status == TurnStatus.WITH_FAILURES
    assert sorted(desk.house.live()) == ["A", "B"]
    assert "mirror_not_sure" in codes(turn)


def test_an_empty_source_is_held_by_the_limit_of_deletes_even_at_first(desk: Desk) -> None:
    desk.house.send(*(customer(code) for code in "ABC"))
    sync = mirroring(desk, DELETE | {"all": True}, {"deletes": {"percent": 50}})
    turn = desk.run(sync)
    assert turn.status == TurnStatus.HELD
    assert [entry["code"] for entry in turn.held] == ["guard_deletes_percent"]
    assert sorted(desk.house.live()) == ["A", "B", "C"]
    approve(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    desk.work()
    assert desk.house.live() == {}


def test_one_that_went_stale_keeps_no_other_from_being_deleted(desk: Desk) -> None:
    sync = mirroring(desk, DELETE, {"deletes": {"most": 1}})
    desk.run(sync, *(customer(code) for code in "ABCD"))
    held = desk.run(sync, customer("A"))
    assert held.status == TurnStatus.HELD
    desk.house.send(customer("C", "Changed since"))
    approve(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    desk.work()
    turn = desk.turn(held)
    assert sorted(desk.house.live()) == ["A", "C"]
    assert turn.run is not None
    assert (turn.run.kind, turn.counts["deleted"], turn.counts["failed"]) == (RunKind.APPLY, 2, 1)
    assert turn.counts["rows"] == turn.counts["rowsOk"]
    assert verify() == []


def test_what_was_taken_away_comes_back_with_its_row_and_by_an_undo(desk: Desk) -> None:
    sync = mirroring(desk, DELETE)
    desk.run(sync, customer("A"), customer("B"))
    turn = desk.run(sync, customer("A"))
    assert turn.run is not None
    desk.house.undo(turn.run)
    assert sorted(desk.house.live()) == ["A", "B"]
    desk.run(sync, customer("A"))
    desk.run(sync, customer("A"), customer("B"))
    assert sorted(desk.house.live()) == ["A", "B"]


def test_a_long_mirror_is_planned_and_applied_in_chunks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirroring_room, "CHUNK", 2)
    monkeypatch.setattr(stored_plan, "BATCH", 3)
    sync = mirroring(desk, DELETE)
    desk.run(sync, *(customer(f"C{number}") for number in range(9)))
    turn = desk.run(sync, customer("C4"))
    assert list(desk.house.live()) == ["C4"]
    assert turn.counts["deleted"] == 8
    assert verify() == []


@pytest.mark.parametrize(
    ("mirror", "guards", "code"),
    [
        (DELETE, {}, "mirror_needs_guard"),
        (MARK, {"inserts": {"most": 1}}, "mirror_needs_guard"),
        ({"action": "burn"}, LOOSE, "mirror_unfit"),
        (DELETE | {"more": 1}, LOOSE, "mirror_unfit"),
        ({"action": "mark", "field": "_NONE", "value": 1}, LOOSE, "mirror_field_unknown"),
        ({"action": "mark", "field": "_SCORE", "value": "many"}, LOOSE, "mirror_value_unfit"),
        (DELETE | {"where": {"_NONE": 1}}, LOOSE, "mirror_field_unknown"),
    ],
)
def test_a_mirror_that_cannot_stand_is_refused(
    desk: Desk, mirror: dict[str, Any], guards: dict[str, Any], code: str
) -> None:
    with pytest.raises(FormRefused) as refused:
        desk.sync(mirror=mirror, guards=guards)
    assert refused.value.problems["mirror"].code == code


# --- what it takes from, and what it counts as seen


CONDITION = '<When Name="score" AtLeast="5" />'


def conditioned(desk: Desk, *, inside: bool) -> None:
    """The template takes good scores only: its rows, or its only Type."""
    head, type_, rest = CUSTOMERS.partition('Match="_CODE" />')
    of_type = head + type_.replace(" />", f">{CONDITION}</Type>") + rest
    of_rows = CUSTOMERS.replace("</In>", f"{CONDITION}</In>")
    install(actor=desk.actor, name="customers", xml=of_type if inside else of_rows, at=desk.clock())


@pytest.mark.parametrize("inside", [False, True], ids=["of the rows", "of the type"])
def test_a_row_that_a_condition_leaves_out_is_not_missing(desk: Desk, inside: bool) -> None:
    conditioned(desk, inside=inside)
    sync = mirroring(desk, DELETE)
    desk.run(sync, *(customer(code, score=9) for code in "ABC"))
    desk.run(sync, customer("A", score=9), customer("B", score=1))
    assert sorted(desk.house.live()) == ["A", "B"], "B is there, only not taken; C is gone"


def test_of_items_that_a_condition_leaves_out_each_is_seen(desk: Desk) -> None:
    xml = """<In>
      <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_CODE" Each="people">%s</Type>
      <Property Name="code" Type="Customer" Field="_CODE" />
      <Property Name="name" Type="Customer" Field="LastName" />
      <Property Name="score" Type="Customer" Field="_SCORE" />
    </In>"""
    install(actor=desk.actor, name="customers", xml=xml % CONDITION, at=desk.clock())
    sync = mirroring(desk, DELETE)
    desk.run(sync, {"people": [customer(code, score=9) for code in "ABC"]})
    desk.run(sync, {"people": [customer("A", score=9), customer("B", score=1)]})
    assert sorted(desk.house.live()) == ["A", "B"]


def test_it_takes_only_from_the_type_it_was_saved_for(desk: Desk) -> None:
    sync = mirroring(desk, DELETE)
    assert desk.fresh(sync).mirror == DELETE | {"type": "Customer"}
    desk.run(sync, customer("A"), customer("B"))
    xml = CUSTOMERS.replace(
        "<In>", '<In><Type Name="Resource" ShouldInsert="true"><When Name="x" Present="true" /></Type>'
    )
    xml = xml.replace("</In>", '<Property Name="x" Type="Resource" Field="LastName" /></In>')
    install(actor=desk.actor, name="customers", xml=xml, at=desk.clock())
    turn = desk.run(sync, customer("A"))
    assert (turn.status, turn.error["code"]) == (TurnStatus.FAILED, "mirror_other_type")
    assert sorted(desk.house.live()) == ["A", "B"]


def test_a_plan_that_takes_away_without_a_limit_is_held(desk: Desk) -> None:
    sync = mirroring(desk, DELETE)
    desk.run(sync, customer("A"), customer("B"))
    Sync.objects.filter(pk=sync.pk).update(guards={"types": {"Resource": {"deletes": {"most": 5}}}})
    turn = desk.run(sync, customer("A"))
    assert (turn.status, [entry["code"] for entry in turn.held]) == (TurnStatus.HELD, ["mirror_needs_guard"])
    assert sorted(desk.house.live()) == ["A", "B"]


def test_a_limit_for_a_type_that_the_template_does_not_write_is_refused(desk: Desk) -> None:
    guards = {"deletes": {"most": 5}, "types": {"Custmer": {"deletes": {"most": 5}}}}
    with pytest.raises(FormRefused) as refused:
        desk.sync(guards=guards)
    assert refused.value.problems["guards"].code == "guard_type_unknown"
