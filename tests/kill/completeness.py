"""The task `exports`: one brand is written by eight at once, two of them slowly, while clients read what has changed.

A client that goes on from its cursor gets every change once: nothing is missed, nothing comes twice. One that goes on
from `since` misses nothing either; what it is given again was written within the margin that `since` keeps.
"""

from __future__ import annotations

import argparse
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connections
from django.utils import timezone

from sync_app.models import Record
from sync_app.runs.since import MARGIN
from sync_app.runs.upkeep.verifying import verify
from sync_app.runs.verbs.exporting import open_export
from sync_app.storage import clock as storage_clock
from sync_app.storage.exports import DatabaseExports
from tests.kill.private import Postgres
from tests.kill.sides import Side, make_side
from tests.kill.works import written
from tests.runs.conftest import customer

WRITERS: Final = 8
SLOW: Final = 2
SLOW_SECONDS: Final = 0.5
CODES: Final = 6
READ_EVERY_SECONDS: Final = 0.15
#: `since` has whole seconds and a margin, and a slow writer holds the others up: so old may be what comes again.
AGAIN_WITHIN: Final = MARGIN + timedelta(seconds=2)
OUT: Final = "customers-flat"
BY_TIME: Final = "by-time"

_slowly = threading.local()


@dataclass
class Client:
    """Somebody who keeps a copy: code -> name, and each change it was given with when that was."""

    copy: dict[str, str] = field(default_factory=dict)
    given: list[tuple[str, str, datetime]] = field(default_factory=list)
    reads: int = 0
    at: str = ""

    def take(self, items: list[dict[str, Any]]) -> None:
        now = timezone.now()
        self.reads += 1
        for item in items:
            self.copy[item["code"]] = item["name"]
            self.given.append((item["code"], item["name"], now))

    def again(self) -> list[tuple[str, str, timedelta]]:
        """What was given more than once, and how long after the first time at most."""
        first: dict[tuple[str, str], datetime] = {}
        found = []
        for code, name, at in self.given:
            if (code, name) in first:
                found.append((code, name, at - first[code, name]))
            first.setdefault((code, name), at)
        return found


def run(*, folder: Path, server: Postgres | None, options: argparse.Namespace) -> dict[str, Any]:
    """How much was written and read, and what was missed or came again."""
    side = make_side("busy")
    by_cursor, by_since, over = Client(), Client(), threading.Event()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage_clock, "_close", _slow_close(storage_clock._close))
        if options.mutant == BY_TIME:
            patch.setattr(DatabaseExports, "changed", _changed_by_time)
        with ThreadPoolExecutor(WRITERS + 2) as pool:
            read = pool.submit(_reading, side, by_cursor, over, _from_cursor)
            told = pool.submit(_reading, side, by_since, over, _from_since)
            until = time.monotonic() + options.seconds
            sent = [pool.submit(_writing, side, number, until) for number in range(WRITERS)]
            writes = sum(one.result() for one in sent)
            over.set()
            read.result()
            told.result()
    holds = {
        row.data["_CODE"]: row.data["LastName"] for row in Record.objects.filter(brand=side.brand, deleted_at=None)
    }
    versions = sum(Record.objects.filter(brand=side.brand).values_list("version", flat=True))
    return {
        "database": "PostgreSQL" if server is not None else "SQLite",
        "seconds": options.seconds,
        "writers": WRITERS,
        "imports": writes,
        "changes": versions,
        "reads": by_cursor.reads + by_since.reads,
        "givenByCursor": len(by_cursor.given),
        "givenBySince": len(by_since.given),
        "againBySince": len(by_since.again()),
        "problems": [*_problems(holds, by_cursor, by_since), *(str(found) for found in verify(brand="busy"))],
    }


def _problems(holds: dict[str, str], by_cursor: Client, by_since: Client) -> Iterator[str]:
    for name, client in (("cursor", by_cursor), ("since", by_since)):
        missed = [code for code in holds if client.copy.get(code) != holds[code]]
        if missed:
            yield f"by {name}: {len(missed)} of {len(holds)} records were missed, such as {missed[:3]}"
    again = by_cursor.again()
    if again:
        yield f"by cursor: {len(again)} changes came twice, such as {again[:3]}"
    late = [one for one in by_since.again() if one[2] > AGAIN_WITHIN + timedelta(seconds=WRITERS * SLOW_SECONDS)]
    if late:
        yield f"by since: {len(late)} changes came again after the margin, such as {late[:3]}"


def _writing(side: Side, number: int, until: float) -> int:
    """Its own records and, now and then, one that all write; no name is ever written twice."""
    _slowly.seconds = SLOW_SECONDS if number < SLOW else 0.0
    chance, writes = random.Random(number), 0  # noqa: S311
    try:
        while time.monotonic() < until:
            codes = [f"{number}-{n}" for n in range(CODES)] + [f"all-{n}" for n in range(2)]
            chosen = chance.sample(codes, chance.randint(1, 4))
            written(side, [customer(code, f"{number}.{writes}.{code}") for code in chosen])
            writes += 1
            time.sleep(chance.random() * 0.1)
    finally:
        connections.close_all()
    return writes


def _slow_close(close: Callable[..., None]) -> Callable[..., None]:
    """Some take their time between what they have written and its commit."""

    def slowly(*args: Any) -> None:
        time.sleep(getattr(_slowly, "seconds", 0.0))
        close(*args)

    return slowly


# --- reading


def _reading(side: Side, client: Client, over: threading.Event, read: Callable[[Side, Client], None]) -> None:
    """Until everybody has written, and once more."""
    try:
        while not over.wait(READ_EVERY_SECONDS):
            read(side, client)
        read(side, client)
    finally:
        connections.close_all()


def _from_cursor(side: Side, client: Client) -> None:
    with open_export(actor=side.actor, template=OUT, cursor=client.at or None, clock=timezone.now) as export:
        client.take(list(export.items))
        client.at = export.cursor


def _from_since(side: Side, client: Client) -> None:
    with open_export(actor=side.actor, template=OUT, since=client.at or None, clock=timezone.now) as export:
        client.take(list(export.items))
        client.at = export.next_since


_read_at: Final[dict[int, datetime]] = {}


def _changed_by_time(
    self: DatabaseExports, entity_type: str, *, after: int, deleted: bool, size: int
) -> Iterator[list[Any]]:
    """The mistake: what was modified since the last time it was read, by the clock."""
    now, since = timezone.now(), _read_at.get(threading.get_ident())
    _read_at[threading.get_ident()] = now
    found = Record.objects.filter(brand=self._brand, entity_type=entity_type)
    if since is not None:
        found = found.filter(modified_at__gt=since)
    records = self.exported(list(found.values_list("pk", flat=True)))
    yield list(records.values())
