"""What a push leaves out does not hang on how long the journal is kept, and two systems do not throw it to and fro."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sync_app.models import Connection, Run, Sync
from sync_app.runs.upkeep.purging import purge_journals
from sync_app.syncs.keeping.changing import set_watermark
from sync_app.syncs.keeping.connections import save_connection
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db


def codes(desk: Desk) -> list[str]:
    return [item["code"] for _key, item in desk.fake.sent]


def forgotten(desk: Desk, run: Run | None) -> None:
    """The journal of this run and of all before it is purged."""
    assert run is not None
    Run.objects.filter(pk__gt=run.pk).update(finished_at=desk.clock() + timedelta(days=1))
    now = desk.clock()
    purge_journals(before=now, now=now)


def saved(desk: Desk, name: str, address: str, connection: int | None = None) -> Connection:
    values = {"address": address, "password": "opensesame"}
    return save_connection(
        actor=desk.actor, connector="fake", name=name, values=values, connection=connection, clock=desk.clock
    )


def pair(desk: Desk) -> tuple[Sync, Sync]:
    return desk.push_sync(), desk.sync("In")


def test_a_change_of_ours_that_the_journal_forgot_is_still_sent(desk: Desk) -> None:
    push, pull = pair(desk)
    desk.run(pull, customer("A"))
    desk.run(push)
    ours = desk.house.send(customer("A", score=5))
    desk.run(pull, customer("A", "Theirs"))
    forgotten(desk, ours)
    desk.run(push)
    assert codes(desk) == ["A"]


def test_what_is_known_whole_is_left_out_whatever_else_was_forgotten(desk: Desk) -> None:
    push, pull = pair(desk)
    early = desk.run(pull, customer("OLD"))
    desk.run(pull, customer("NEW"))
    forgotten(desk, early.run)
    set_watermark(actor=desk.actor, sync=push.pk, watermark="", clock=desk.clock)
    desk.run(push)
    assert codes(desk) == ["OLD"], "of OLD nobody knows any more whether somebody else changed it"


def test_what_was_sent_because_nobody_knew_comes_to_rest(desk: Desk) -> None:
    push, pull = pair(desk)
    forgotten(desk, desk.run(pull, customer("A")).run)
    for _ in range(4):
        desk.run(push)
        desk.run(pull, customer("A", "As they write it"))
    assert codes(desk) == ["A"]


def test_what_was_forgotten_before_the_last_push_does_not_matter(desk: Desk) -> None:
    push, pull = pair(desk)
    ours = desk.house.send(customer("A"), customer("B"))
    desk.run(push)
    forgotten(desk, ours)
    desk.run(pull, customer("A", "Theirs"))
    desk.run(push)
    assert codes(desk) == ["A", "B"]


def test_what_a_pull_brought_from_elsewhere_is_sent_where_it_leads_now(desk: Desk) -> None:
    pull = desk.sync("In")
    desk.run(pull, customer("A"))
    other = saved(desk, "B", "https://b.example/api")
    push = desk.push_sync(connection=other.pk)
    desk.sync("In", sync=pull.pk, connection=other.pk)
    desk.run(pull, customer("B"))
    desk.run(push)
    assert codes(desk) == ["A"], "only B came from there"


def test_what_a_connection_brought_from_its_former_address_is_sent_to_the_new_one(desk: Desk) -> None:
    address, *others = desk.fake.form
    desk.fake.form = (replace(address, begins_anew=True), *others)
    push, pull = pair(desk)
    desk.run(pull, customer("A"))
    desk.house.send(customer("B"))
    desk.run(push)
    assert codes(desk) == ["B"]
    saved(desk, "The CRM", "https://other.example/api", desk.connection.pk)
    desk.run(push)
    assert codes(desk) == ["B", "A", "B"]
