"""A brand with a connection to a fake system, and a worker that works off the queue when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from integration_admin.accounts.access import Actor, site_actor
from integration_admin.accounts.models import Brand
from sync_app.models import Connection, Sync, SyncEvent, SyncTurn
from sync_app.runs.queue import TRANSFER, WORKER
from sync_app.runs.work.perform import perform
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.due import start_due
from sync_app.syncs.keeping.changing import run_now
from sync_app.syncs.keeping.connections import save_connection
from sync_app.syncs.keeping.saving import SyncForm, save_sync
from sync_app.syncs.turns.transfer import transfer
from tests.conftest import Login
from tests.runs.conftest import Clock, House, equip
from tests.syncs.fake_connector import Fake

TEN_MINUTES = {"every": 10, "unit": "minutes"}


@dataclass
class Desk:
    """One brand's syncs: what a person asks, and what the worker then does."""

    house: House
    fake: Fake
    connection: Connection

    @property
    def actor(self) -> Actor:
        return self.house.actor

    @property
    def clock(self) -> Clock:
        return self.house.clock

    def sync(self, name: str = "Customers", *, sync: int | None = None, **more: Any) -> Sync:
        form = SyncForm(
            **{
                "name": name,
                "direction": "pull",
                "connection": self.connection.pk,
                "template": "customers",
                "rule": TEN_MINUTES,
                **more,
            }
        )
        return save_sync(actor=self.actor, sync=sync, form=form, clock=self.clock)

    def push_sync(self, name: str = "Out", **more: Any) -> Sync:
        return self.sync(name, **{"direction": "push", "template": "customers-flat", **more})

    def run(self, sync: Sync, *rows: Any, work: bool = True, **fake: Any) -> SyncTurn:
        """Run it now, with these rows at the other side; the worker works it off."""
        self.fake.rows = list(rows)
        for name, value in fake.items():
            setattr(self.fake, name, value)
        self.clock.advance(seconds=1)
        turn = run_now(actor=self.actor, sync=sync.pk, clock=self.clock)
        if work:
            self.work()
        return self.turn(turn)

    def due(self) -> int:
        return start_due(now=self.clock())

    def work(self) -> int:
        """Whatever lies in the queue, until nothing does; answers how many tasks."""
        done = 0
        while row := OrmQ.objects.order_by("pk").first():
            task = SignedPackage.loads(row.payload)
            row.delete()
            {WORKER: self._perform, TRANSFER: self.transfer}[task["func"]](*task["args"])
            done += 1
        return done

    def transfer(self, turn: int) -> None:
        transfer(turn=turn, holder="worker", clock=self.clock)

    def _perform(self, run: int) -> None:
        perform(run=run, holder="worker", clock=self.clock, in_turn=True)

    def turn(self, turn: SyncTurn) -> SyncTurn:
        return SyncTurn.objects.select_related("sync", "run").get(pk=turn.pk)

    def fresh(self, sync: Sync) -> Sync:
        return Sync.objects.select_related("brand", "connection").get(pk=sync.pk)

    def turns(self, sync: Sync) -> list[str]:
        return list(SyncTurn.objects.filter(sync=sync).order_by("pk").values_list("status", flat=True))

    def events(self, sync: Sync) -> list[tuple[str, str]]:
        return list(SyncEvent.objects.filter(sync=sync).order_by("pk").values_list("before", "after"))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    connector = Fake()
    monkeypatch.setitem(CONNECTORS, "fake", connector)
    return connector


@pytest.fixture
def make_desk(acme: Brand, owner: Login, clock: Clock, fake: Fake) -> Callable[[], Desk]:
    def made() -> Desk:
        equip(acme, clock.at)
        house = House(acme, site_actor(user=owner.user, brand=acme), clock)
        values = {"address": "https://crm.example/api", "password": "opensesame"}
        connection = save_connection(actor=house.actor, connector="fake", name="The CRM", values=values, clock=clock)
        return Desk(house, fake, connection)

    return made


@pytest.fixture
def desk(make_desk: Callable[[], Desk]) -> Desk:
    return make_desk()


@pytest.fixture
def clock(now: Any) -> Clock:
    return Clock(now)
