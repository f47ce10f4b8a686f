"""Two brands that are asked the same things: one in which nobody dies, and one in which everybody may."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from integration_admin.accounts.access import Actor, site_actor
from integration_admin.accounts.brands import create_brand
from integration_admin.accounts.logins import create_api_user, create_appkey
from integration_admin.accounts.models import Brand, User
from integration_admin.accounts.tokens import issue
from sync_app.models import FailedRow, JournalEntry, Record, Run, Sync, SyncTurn
from sync_app.runs.upkeep.verifying import verify
from sync_app.syncs.keeping.connections import save_connection
from sync_app.syncs.keeping.saving import SyncForm, save_sync
from tests.kill.lorry import received, yard_of
from tests.runs.conftest import equip, operations

PATIENCE_SECONDS: Final = 60.0
GUARDS: Final[Mapping[str, Any]] = {"deletes": {"most": 1000}}
T = TypeVar("T")


@dataclass
class Side:
    """A brand, who acts in it, its syncs by name, and what a client of its API says of itself."""

    brand: Brand
    actor: Actor
    syncs: dict[str, Sync] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def make_side(key: str) -> Side:
    """A brand with templates, a login, and a pull, a guarded pull and a push over connections of their own."""
    at, by = timezone.now(), "the tests"
    brand = create_brand(key=key, name=key, sandbox=False, at=at, by=by)
    user = User.objects.create_user(f"owner@{key}.example", "correct horse owner", is_staff=True)
    member, _ = create_api_user(brand=brand, username="owner", password="correct horse", user=user, at=at, by=by)
    appkey, clear = create_appkey(brand=brand, label="Tests", at=at, by=by)
    equip(brand, at)
    side = Side(brand, site_actor(user=user, brand=brand))
    token = issue(membership=member, appkey=appkey, now=at)
    side.headers = {
        "X-APPKEY": clear,
        "Authorization": f"Bearer {token.access_token}",
        "Content-Type": "application/json",
    }
    for name, direction, guards in (("pull", "pull", {}), ("guarded", "pull", GUARDS), ("push", "push", {})):
        make_sync(side, name, direction, guards=guards)
    return side


def make_sync(side: Side, name: str, direction: str, **more: Any) -> Sync:
    """A sync over a connection of its own."""
    clock, actor = timezone.now, side.actor
    connection = save_connection(actor=actor, connector="lorry", name=f"For {name}", values={}, clock=clock)
    template = "customers" if direction == "pull" else "customers-flat"
    form = SyncForm(name=name, direction=direction, connection=connection.pk, template=template, **more)
    side.syncs[name] = save_sync(actor=actor, form=form, clock=clock)
    return side.syncs[name]


def patiently(ask: Callable[[], T]) -> T:
    """The answer of the database, which may be away for a while."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


# --- what is compared


def told_of(run: int) -> dict[str, Any]:
    """Everything that a run says of itself, but for when it was."""
    row = Run.objects.get(pk=run)
    failed = FailedRow.objects.filter(run=row).order_by("row").values_list("row", "content", "code")
    return {
        "kind": row.kind,
        "simulate": row.simulate,
        "status": row.status,
        "error": row.error,
        "counts": row.counts,
        "byType": row.by_type,
        "codes": row.statistics.get("codes"),
        "operations": operations(row),
        "failed": list(failed),
    }


def live(brand: Brand) -> dict[str, Any]:
    """code -> values of the live records; references as codes."""
    rows = list(Record.objects.filter(brand=brand, deleted_at=None))
    names = {row.pk: row.data.get("_CODE", f"#{row.pk}") for row in rows}
    assert len(set(names.values())) == len(names), f"{brand.key}: a code is there twice"
    references = ("_PARENT", "_FRIEND")
    return {
        names[row.pk]: {
            name: names.get(value, value) if name in references else value for name, value in row.data.items()
        }
        for row in rows
    }


def state_of(side: Side) -> dict[str, Any]:
    """What a brand holds when all is done: equal in both of a pair, whoever died meanwhile."""
    runs = Run.objects.filter(brand=side.brand)
    turns = SyncTurn.objects.filter(sync__brand=side.brand)
    syncs = Sync.objects.filter(brand=side.brand).order_by("name")
    entries = JournalEntry.objects.filter(run__brand=side.brand, applied=True)
    return {
        "records": live(side.brand),
        "runs": Counter(runs.values_list("kind", "simulate", "status")),
        "turns": Counter(turns.values_list("sync__name", "status", "settled")),
        "watermarks": [sync.watermark for sync in syncs if sync.direction == "pull"],
        "written": Counter(entries.values_list("entity_type", "operation")),
        "sent": sorted(json.dumps(item, sort_keys=True) for sent in _received(side).values() for item in sent),
        "waiting files": len(list(yard_of(side.brand.key).glob("*.json"))),
        "verify": [str(found) for found in verify(brand=side.brand.key)],
    }


def _received(side: Side) -> dict[str, list[Any]]:
    return received(yard_of(side.brand.key))


def differences(quiet: Mapping[str, Any], loud: Mapping[str, Any]) -> list[str]:
    """What is not as it is where nobody died, in short."""
    names = [name for name in {**quiet, **loud} if quiet.get(name) != loud.get(name)]
    return [f"{name}: {_unlike(loud.get(name), quiet.get(name))}" for name in names]


def _unlike(found: Any, expected: Any) -> str:
    """Of lists and tables, only what differs."""
    if isinstance(found, list) and isinstance(expected, list):
        more, less = ([one for one in a if one not in b] for a, b in ((found, expected), (expected, found)))
        return f"{len(found)}, not {len(expected)}; {_shortly(more)}, not {_shortly(less)}"
    if isinstance(found, Mapping) and isinstance(expected, Mapping):
        unlike = [name for name in {**found, **expected} if found.get(name) != expected.get(name)]
        return "; ".join(f"{name} {found.get(name)}, not {expected.get(name)}" for name in unlike[:5])
    return f"{_shortly(found)}, not {_shortly(expected)}"


def _shortly(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 300 else f"{text[:300]}… ({len(text)} characters)"
