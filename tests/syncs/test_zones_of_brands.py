"""A brand that moves to another time zone takes the schedules of its syncs along."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integration_admin.accounts.models import Brand
from sync_app.models import Sync
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.keeping.changing import pause
from sync_app.syncs.turns.sentences import kept_message
from tests.conftest import Login
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

NIGHTLY = {"every": 1, "unit": "days", "at": "02:00"}


@pytest.fixture(autouse=True)
def _today(desk: Desk) -> None:
    """A page knows no other time than the real one."""
    desk.clock.at = timezone.now()


def moved(client: Client, owner: Login, brand: Brand, **changed: Any) -> None:
    """As an administrator moves it, on its page."""
    client.force_login(owner.user)
    fields = {"key": brand.key, "name": brand.name, "time_zone": brand.time_zone, "language": brand.language}
    fields |= {"api_version": brand.api_version, "auth_password": "on", "calls_per_hour": "", "active": "on"}
    page = reverse("admin:accounts_brand_change", args=[brand.pk])
    answer = client.post(page, {**fields, **changed})
    assert answer.status_code == 302, answer.content.decode()[:2000]


def test_a_nightly_sync_runs_at_the_night_of_the_new_zone(desk: Desk, client: Client, owner: Login) -> None:
    sync = desk.sync(rule=NIGHTLY)
    before = sync.next_due
    moved(client, owner, desk.house.brand, time_zone="Asia/Tokyo")
    after = desk.fresh(sync).next_due
    assert before is not None
    assert after is not None
    assert before.astimezone(desk.house.brand.zone).hour == 2
    assert after.astimezone(Brand.objects.get(pk=desk.house.brand.pk).zone).hour == 2
    assert after != before


def test_what_is_due_already_stays_due_and_what_is_paused_stays_paused(
    desk: Desk, client: Client, owner: Login
) -> None:
    due, paused, by_hand = desk.sync("Due", rule=NIGHTLY), desk.sync("Paused", rule=NIGHTLY), desk.sync("Hand", rule={})
    pause(actor=desk.actor, sync=paused.pk, clock=desk.clock)
    past = datetime(2020, 1, 1, tzinfo=UTC)
    Sync.objects.filter(pk=due.pk).update(next_due=past)
    moved(client, owner, desk.house.brand, time_zone="Asia/Tokyo")
    assert desk.fresh(due).next_due == past
    assert (desk.fresh(paused).next_due, desk.fresh(by_hand).next_due) == (None, None)


def test_another_name_moves_nothing(desk: Desk, client: Client, owner: Login) -> None:
    sync = desk.sync(rule=NIGHTLY)
    Sync.objects.filter(pk=sync.pk).update(next_due=datetime(2030, 1, 1, tzinfo=UTC))
    moved(client, owner, desk.house.brand, name="Acme & Sons")
    assert desk.fresh(sync).next_due == datetime(2030, 1, 1, tzinfo=UTC)


def test_a_sync_whose_rule_is_broken_keeps_no_other_from_moving(desk: Desk, client: Client, owner: Login) -> None:
    broken, sound = desk.sync("Broken", rule=NIGHTLY), desk.sync("Sound", rule=NIGHTLY)
    Sync.objects.filter(pk=broken.pk).update(rule={"cron": "61 * * * *"})
    before = sound.next_due
    moved(client, owner, desk.house.brand, time_zone="Asia/Tokyo")
    assert desk.fresh(sound).next_due != before


def test_a_turn_in_a_zone_that_is_none_fetches_nothing_and_says_why(desk: Desk) -> None:
    sync = desk.sync(rule={})
    Brand.objects.update(time_zone="Mars/Olympus")
    turn = desk.run(sync, customer("A"))
    assert (turn.status, turn.error["code"], desk.fake.pulled) == ("failed", "zone_unknown", [])
    assert kept_message(turn.error).startswith("The time zone that is kept of this brand is none")


def test_what_cannot_be_acknowledged_in_a_zone_that_is_none_waits_for_one(desk: Desk) -> None:
    sync = desk.sync()
    turn = desk.run(sync, customer("A"), receipt={"name": "x"}, fails={"settle": TransferFailed("any", Trouble.AGAIN)})
    desk.fake.fails = {}
    Brand.objects.update(time_zone="Mars/Olympus")
    desk.transfer(turn.pk)
    assert (desk.turn(turn).settled, desk.fake.settled) == (False, [])
    Brand.objects.update(time_zone="UTC")
    desk.transfer(turn.pk)
    assert (desk.turn(turn).settled, desk.fake.settled) == (True, [({"name": "x"}, True)])


def test_what_was_due_never_in_a_zone_that_is_none_is_due_again(desk: Desk, client: Client, owner: Login) -> None:
    sync = desk.sync(rule=NIGHTLY)
    Sync.objects.filter(pk=sync.pk).update(next_due=None)
    moved(client, owner, desk.house.brand, time_zone="Asia/Tokyo")
    assert desk.fresh(sync).next_due is not None
