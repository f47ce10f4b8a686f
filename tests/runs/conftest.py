"""A brand with customers known by a code, templates for them, and use cases called as the doors call them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import pytest

from integration_admin.accounts.access import Actor, site_actor, system_actor
from integration_admin.accounts.models import Brand
from sync_app.models import JournalEntry, Record, Run
from sync_app.runs.options import ImportOptions
from sync_app.runs.row_text import row_text
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.exporting import open_export
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.verbs.retrying import start_retry
from sync_app.runs.verbs.undoing import start_undo
from sync_app.runs.work import job, perform, stored_plan, undo_work
from sync_app.runs.work.job import Job
from templates_app.library.fields import add_custom_field
from templates_app.library.installing import install
from tests.conftest import Login
from tests.written_once import written_once

CUSTOMERS: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_CODE" />
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="name" Type="Customer" Field="LastName" Required="true" />
  <Property Name="mail" Type="Customer" Field="Email" />
  <Property Name="score" Type="Customer" Field="_SCORE" />
  <Property Name="parent" Type="Customer" Field="_PARENT"><Lookup Match="_CODE" /></Property>
  <Property Name="friend" Type="Customer" Field="_FRIEND"><Lookup Match="_CODE" OnMissing="Null" /></Property>
</In>"""
CUSTOMERS_OUT: Final = """<Out IncludeDeleted="true">
  <Type Name="Customer" />
  <Type Name="Customer" As="Parent" Through="_PARENT" />
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="name" Type="Customer" Field="LastName" />
  <Property Name="parent" Type="Parent" Field="_CODE" />
</Out>"""
FLAT_OUT: Final = """<Out IncludeDeleted="true">
  <Type Name="Customer" />
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="name" Type="Customer" Field="LastName" />
</Out>"""


class Killed(BaseException):
    """The process died here."""


@dataclass
class Clock:
    """A clock that moves when it is told to, and a little each time it is read."""

    at: datetime

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class House:
    """One brand's doors: each call is a use case, by `actor` unless told otherwise."""

    brand: Brand
    actor: Actor
    clock: Clock
    holder: str = "here"
    template: str = "customers"
    made: list[Run] = field(default_factory=list)

    def start(self, *rows: Any, body: bytes = b"", actor: Actor | None = None, **options: Any) -> Run:
        file = options.pop("file_name", "")
        sent = body or row_text(list(rows)).encode()
        chosen = ImportOptions(**options)
        by = actor or self.actor
        return start_import(
            actor=by, template=self.template, body=sent, file_name=file, options=chosen, trigger="ui", clock=self.clock
        )

    def perform(self, run: Run, *, holder: str = "here") -> Run:
        return perform.perform(run=run.pk, holder=holder, clock=self.clock)

    def send(self, *rows: Any, **options: Any) -> Run:
        """Import, to the end."""
        return self.perform(self.start(*rows, **options))

    def simulate(self, *rows: Any, **options: Any) -> Run:
        return self.send(*rows, simulate=True, **options)

    def apply(self, plan: Run, *, stale: Any = "skip") -> Run:
        return self.perform(start_apply(actor=self.actor, run=plan.pk, stale=stale, clock=self.clock))

    def undo(self, run: Run, *, simulate: bool = False, conflicts: Any = "keep", actor: Actor | None = None) -> Run:
        by = actor or self.actor
        return self.perform(start_undo(actor=by, run=run.pk, simulate=simulate, conflicts=conflicts, clock=self.clock))

    def retry(self, run: Run, *, version: Any = "then", **options: Any) -> Run:
        chosen = ImportOptions(**options)
        return self.perform(
            start_retry(actor=self.actor, run=run.pk, version=version, options=chosen, clock=self.clock)
        )

    def export(self, template: str = "customers-flat", **from_where: Any) -> tuple[list[dict[str, Any]], Any]:
        """(items, the export, closed: it says from where to ask next)."""
        with open_export(actor=self.actor, template=template, clock=self.clock, **from_where) as export:
            return list(export.items), export

    # --- what tests look at

    def live(self) -> dict[str, dict[str, Any]]:
        """code -> values of the live customers; references as codes."""
        rows = Record.objects.filter(brand=self.brand, entity_type="Customer")
        names = {row.pk: row.data.get("_CODE", f"#{row.pk}") for row in rows}
        return {names[row.pk]: _by_code(row.data, names) for row in rows if row.deleted_at is None}

    def record(self, code: str) -> Record:
        return Record.objects.get(brand=self.brand, entity_type="Customer", data___CODE=code)


def _by_code(data: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    return {name: names.get(value, value) if name in ("_PARENT", "_FRIEND") else value for name, value in data.items()}


def operations(run: Run) -> list[tuple[Any, ...]]:
    """What the journal says of a run, without what differs from run to run."""
    entries = JournalEntry.objects.filter(run=run).order_by("row", "seq")
    return [
        (e.row, e.item, e.entity_type, e.key, e.operation, e.applied, e.fields, e.code, e.version_seen) for e in entries
    ]


def outcomes(run: Run) -> list[tuple[int, str, str]]:
    entries = JournalEntry.objects.filter(run=run).order_by("seq")
    return [(entry.row, entry.operation, entry.code) for entry in entries]


def customer(code: str, name: str = "Name", **more: Any) -> dict[str, Any]:
    return {"code": code, "name": name, **more}


@written_once
def equip(brand: Brand, at: datetime) -> None:
    """Fields, keys and templates that these tests speak of."""
    system = system_actor(brand=brand, name="tests")
    add_custom_field(actor=system, entity_type="Customer", name="_CODE", identity=True, at=at)
    add_custom_field(actor=system, entity_type="Customer", name="_SCORE", kind="Double", at=at)
    for name in ("_PARENT", "_FRIEND"):
        options = {"target": "Customer"}
        add_custom_field(actor=system, entity_type="Customer", name=name, kind="Reference", options=options, at=at)
    install(actor=system, name="customers", xml=CUSTOMERS, at=at)
    install(actor=system, name="customers-out", xml=CUSTOMERS_OUT, at=at)
    install(actor=system, name="customers-flat", xml=FLAT_OUT, at=at)


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def house(acme: Brand, owner: Login, now: datetime, clock: Clock) -> House:
    equip(acme, now)
    return House(acme, site_actor(user=owner.user, brand=acme), clock)


@pytest.fixture
def outsider(other: Brand, stranger: Login) -> Actor:
    return site_actor(user=stranger.user, brand=other)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows a chunk, of whatever kind of run."""
    monkeypatch.setattr(perform, "Job", partial(Job, chunk_rows=2))
    monkeypatch.setattr(job, "MIN_CHUNK_ROWS", 2)
    monkeypatch.setattr(job, "MAX_CHUNK_ROWS", 2)
    monkeypatch.setattr(stored_plan, "BATCH", 2)
    monkeypatch.setattr(undo_work, "CHUNK", 2)


@contextmanager
def killed_at(owner: Any, name: str, call: int, *, after: bool = False) -> Iterator[list[int]]:
    """Kills whoever calls `owner.name` for the nth time, before or after it did its work; gives the calls counted."""
    original: Callable[..., Any] = getattr(owner, name)
    calls = [0]

    def dying(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] == call and not after:
            raise Killed
        answer = original(*args, **kwargs)
        if calls[0] == call:
            raise Killed
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, dying)
        yield calls
