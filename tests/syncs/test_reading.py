"""What pages show of syncs: health, schedule, turns, what is held and what comes next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from integration_admin.accounts.access import NotAllowed, site_actor
from sync_app.api.metrics import Figures
from sync_app.models import Connection, Sync
from sync_app.runs.work.watching import standing
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.health import note_told, untold_events
from sync_app.syncs.keeping.changing import pause
from sync_app.syncs.keeping.reading import turn_of_run, turns_of, view_sync
from sync_app.syncs.keeping.upcoming import standing_in
from sync_app.syncs.turns.sentences import SENTENCES, kept_message
from tests.conftest import Login
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

AWAY = TransferFailed("connect_failed", Trouble.AGAIN, host="crm.example")


def test_a_sync_whole_says_when_it_runs_next_and_what_came_of_it(desk: Desk) -> None:
    sync = desk.sync(transfer={"path": "customers"})
    desk.run(sync, customer("A"), watermark="w1")
    desk.run(sync, fails={"pull": AWAY})
    view = view_sync(actor=desk.actor, sync=sync.pk, now=desk.clock())
    assert view.line.words == "Every 10 minutes"
    assert (view.line.schedule, view.watermark) == ("on", "w1")
    assert [later - earlier for earlier, later in zip(view.next_times, view.next_times[1:], strict=False)] == [
        timedelta(minutes=10)
    ] * 4
    assert [turn.status for turn in view.turns] == ["failed", "succeeded"]
    assert view.last_error == "crm.example cannot be reached at the moment."
    assert [field.value for field in view.form] == ["customers"]
    assert [(point.status, point.rows) for point in view.trend] == [("succeeded", 1), ("failed", 0)]
    assert all(point.seconds > 0 for point in view.trend)
    assert [turn.run for turn in turns_of(actor=desk.actor, sync=sync.pk, before=view.turns[0].cursor)] == [
        view.turns[1].run
    ]


def test_what_is_held_is_told_in_words_with_its_plan(desk: Desk) -> None:
    sync = desk.sync(guards={"updates": {"most": 0}})
    desk.run(sync, customer("A"))
    turn = desk.run(sync, customer("A", "New"))
    view = view_sync(actor=desk.actor, sync=sync.pk, now=desk.clock())
    assert view.run == turn.run_id
    assert [(held.sentence, held.operation, list(held.rows)) for held in view.held] == [
        ("1 records would change; at most 0 may without being asked.", "Update", [1])
    ]
    assert view.line.schedule == "held"
    assert turn.run is not None
    assert turn_of_run(run=turn.run) == turn


@pytest.mark.parametrize(
    ("values", "refusals", "expected"),
    [
        ({}, 0, "on"),
        ({"rule": {}}, 0, "by_hand"),
        ({"active": False}, 0, "paused"),
        ({"health": "held"}, 0, "held"),
        ({}, 3, "refused"),
        ({"failures": 5}, 0, "probing"),
        ({"next_due": None}, 0, "broken"),
    ],
)
def test_a_schedule_that_starts_nothing_says_why(
    desk: Desk, values: dict[str, object], refusals: int, expected: str
) -> None:
    sync = desk.sync()
    Sync.objects.filter(pk=sync.pk).update(**values)
    Connection.objects.update(refusals=refusals)
    assert view_sync(actor=desk.actor, sync=sync.pk, now=desk.clock()).line.schedule == expected


def test_a_reader_sees_no_syncs(desk: Desk, teammate: Login) -> None:
    reader = site_actor(user=teammate.user, brand=desk.house.brand)
    with pytest.raises(NotAllowed):
        view_sync(actor=reader, sync=desk.sync().pk, now=desk.clock())


def test_what_is_next_comes_first_and_what_is_paused_not_at_all(desk: Desk) -> None:
    late = desk.sync("Late", rule={"every": 1, "unit": "days", "at": "02:00"})
    soon = desk.sync("Soon")
    paused = desk.sync("Paused")
    pause(actor=desk.actor, sync=paused.pk, clock=desk.clock)
    found = standing_in(brands=[desk.house.brand.pk])
    assert [(item.name, item.at) for item in found.next] == [("Soon", soon.next_due), ("Late", late.next_due)]
    assert (found.held, found.failing) == (0, 0)
    desk.run(late, fails={"pull": AWAY})
    assert standing_in(brands=[desk.house.brand.pk]).failing == 1


def test_each_turn_of_health_is_told_by_one(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, fails={"pull": AWAY})
    (event,) = untold_events()
    assert (event.sync, event.before, event.after) == (sync, "unknown", "failing")
    assert [note_told(event=event, at=desk.clock()) for _ in range(2)] == [True, False]
    assert untold_events() == []


def test_turns_and_remote_errors_are_counted_for_whoever_watches(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, customer("A"))
    desk.run(sync, fails={"pull": AWAY})
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in Figures(standing(now=desk.clock())).collect()
        for sample in family.samples
    }
    assert samples["ia_sync_turns_total", "fake", "pull", "succeeded"] == 1
    assert samples["ia_sync_turns_total", "failed", "fake", "pull"] == 1
    assert samples["ia_remote_errors_total", "again", "fake"] == 1
    assert samples["ia_syncs", "failing"] == 1


def test_a_code_nobody_knows_is_its_own_sentence() -> None:
    assert kept_message({"code": "unheard_of"}) == "unheard_of"
    assert kept_message({}) == ""
    assert "{" not in kept_message({"code": "guard_inserts", "params": {}})
    assert len(SENTENCES) > 100
