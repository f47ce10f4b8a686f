"""A turn of which nothing was taken has failed, whatever it fetched; one of which something was taken has not."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.models import Health, TurnStatus
from sync_app.runs.upkeep.verifying import verify
from sync_app.syncs.keeping.deciding import approve
from sync_app.syncs.turns.sentences import kept_message
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

NAMELESS: list[dict[str, Any]] = [{"code": code, "name": ""} for code in "XYZ"]


@pytest.mark.parametrize("guards", [{}, {"updates": {"most": 1}}], ids=["at once", "planned first"])
def test_where_every_row_failed_the_turn_has_failed_and_nothing_moves(desk: Desk, guards: dict[str, Any]) -> None:
    sync = desk.sync(guards=guards)
    desk.run(sync, customer("A"), watermark="w1")
    turn = desk.run(sync, *NAMELESS, watermark="w2", receipt={"file": "x"})
    assert (turn.status, turn.error["code"]) == (TurnStatus.FAILED, "pull_none_taken")
    assert "3" in kept_message(turn.error)
    fresh = desk.fresh(sync)
    assert (fresh.health, fresh.watermark, fresh.rows, fresh.failures) == (Health.FAILING, "w1", 1, 1)
    assert desk.fake.settled[-1] == ({"file": "x"}, False), "the other side hears that it was not taken"
    assert verify() == []


def test_it_is_told_once_and_over_with_the_first_row_that_is_taken(desk: Desk) -> None:
    sync = desk.sync()
    for _ in range(3):
        desk.run(sync, *NAMELESS, watermark="w1")
    assert desk.events(sync) == [("unknown", "failing")]
    turn = desk.run(sync, *NAMELESS, customer("A"), watermark="w1")
    assert turn.status == TurnStatus.WITH_FAILURES
    assert desk.fresh(sync).watermark == "w1"
    assert desk.events(sync)[1:] == [("failing", "well")]


def test_a_rehearsing_sync_of_which_nothing_would_be_taken_has_failed_too(desk: Desk) -> None:
    sync = desk.sync(simulate=True)
    turn = desk.run(sync, *NAMELESS)
    assert (turn.status, desk.fresh(sync).health) == (TurnStatus.FAILED, Health.FAILING)


def test_rows_that_change_nothing_were_taken(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, customer("A"))
    assert desk.run(sync, customer("A"), *NAMELESS).status == TurnStatus.WITH_FAILURES
    assert desk.fresh(sync).health == Health.WELL


def test_a_guard_that_says_why_is_asked_first(desk: Desk) -> None:
    sync = desk.sync(guards={"columns": ["gone"]})
    desk.run(sync, customer("A"))
    turn = desk.run(sync, {"code": "A", "title": "x"}, {"code": "B", "title": "y"})
    assert (turn.status, [entry["code"] for entry in turn.held]) == (TurnStatus.HELD, ["shape_gone"])


def test_a_plan_that_went_stale_as_a_whole_is_no_failure_of_the_source(desk: Desk) -> None:
    sync = desk.sync(guards={"updates": {"most": 0}})
    desk.run(sync, customer("A"))
    held = desk.run(sync, customer("A", "Theirs"))
    desk.house.send(customer("A", "Changed since"))
    approve(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    desk.work()
    assert desk.turn(held).status == TurnStatus.WITH_FAILURES
