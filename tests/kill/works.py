"""What is asked of both brands of a pair: each work is done in the quiet one at once, and begun in the loud one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.utils import timezone

from sync_app.models import Run, SyncTurn
from sync_app.runs import queue
from sync_app.runs.options import ImportOptions
from sync_app.runs.row_text import row_text
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.verbs.undoing import start_undo
from sync_app.runs.work.perform import perform
from sync_app.syncs.keeping.changing import run_now
from sync_app.syncs.turns.transfer import transfer
from tests.kill import points
from tests.kill.lorry import yard_of
from tests.kill.served import Served
from tests.kill.sides import Side, patiently, told_of
from tests.runs.conftest import customer

ROWS: Final = 24
SHARED: Final = 4
Rows = Sequence[Mapping[str, Any]]
CLOCK: Final = timezone.now


@dataclass(frozen=True)
class Asked:
    """What was acknowledged in the loud brand: a run, or the turn of a sync."""

    run: int = 0
    turn: int = 0

    def has_ended(self) -> bool:
        if self.turn:
            return SyncTurn.objects.filter(pk=self.turn, settled=True).exclude(finished_at=None).exists()
        return Run.objects.filter(pk=self.run).exclude(finished_at=None).exists()

    def told(self) -> dict[str, Any]:
        """What came of it, comparable between the brands."""
        if not self.turn:
            return told_of(self.run)
        turn = SyncTurn.objects.get(pk=self.turn)
        run = told_of(turn.run_id) if turn.run_id else {}
        return {"turn": turn.status, "error of the turn": turn.error, "counts of the turn": turn.counts} | run


@dataclass(frozen=True)
class Work:
    """`prepare` is done by the tests themselves and gives what `begin` needs. `web`, `worker`: where each may die."""

    name: str
    quiet: Callable[[Side, Rows], Asked]
    prepare: Callable[[Side, Rows], int]
    begin: Callable[[Served, Side, Rows, int, str], Asked]
    web: Sequence[points.Point]
    worker: Sequence[points.Point]
    clean: bool = False


def rows_of(number: int, *, clean: bool) -> Rows:
    """New ones, known ones, one twice, some that fail unless all must be `clean`, references forth and back."""
    chance = random.Random(number)  # noqa: S311
    rows = []
    for place in range(ROWS):
        code = f"S{place % SHARED}" if place % 6 == 4 else f"{number}-{place}"
        more: dict[str, Any] = {"score": "many" if place % 9 == 5 and not clean else "2.5"}
        if place % 5 == 0:
            more["parent"] = f"{number}-{chance.choice((1, 2, 6, 7, 12, 13, 18))}"
        if place % 6 == 1:
            more["friend"] = f"{number}-{chance.choice((3, 8, 9, 15, 20))}"
        rows.append(customer(code, f"Name {number}.{place}", **more))
    rows[-1] = customer(f"{number}-0", f"Again {number}")
    return rows


# --- by the tests themselves


def _imported(side: Side, rows: Rows, **options: Any) -> Asked:
    started = start_import(
        actor=side.actor,
        template="customers",
        body=row_text(list(rows)).encode(),
        options=ImportOptions(**options),
        clock=CLOCK,
    )
    return _performed(started)


def _performed(run: Run) -> Asked:
    perform(run=run.pk, holder="the tests", clock=CLOCK)
    return Asked(run=run.pk)


def _simulated(side: Side, rows: Rows) -> int:
    return _imported(side, rows, simulate=True).run


def written(side: Side, rows: Rows) -> int:
    return _imported(side, rows).run


def _nothing(side: Side, rows: Rows) -> int:
    return 0


def _apply(side: Side, rows: Rows) -> Asked:
    return _performed(start_apply(actor=side.actor, run=_simulated(side, rows), clock=CLOCK))


def _undo(side: Side, rows: Rows) -> Asked:
    return _performed(start_undo(actor=side.actor, run=written(side, rows), clock=CLOCK))


def put_file(side: Side, rows: Rows) -> int:
    """A new file in the yard of the brand, named in the order of coming."""
    yard = yard_of(side.brand.key)
    name = f"{len(list(yard.iterdir())):05}.json"
    (yard / f"{name}.part").write_text(json.dumps(list(rows)))
    (yard / f"{name}.part").rename(yard / name)
    return 0


def _turned(name: str) -> Callable[[Side, Rows], Asked]:
    """The turn of a sync, worked off in this very process: nothing of it is queued for the site."""

    def quiet(side: Side, rows: Rows) -> Asked:
        tasks: list[tuple[str, int]] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(queue, "async_task", lambda name, pk: tasks.append((name, pk)))
            (written if name == "push" else put_file)(side, rows)
            turn = run_now(actor=side.actor, sync=side.syncs[name].pk, clock=CLOCK)
            while tasks:
                task, pk = tasks.pop(0)
                _TASKS[task](pk)
        return Asked(turn=turn.pk)

    return quiet


_TASKS: Final[Mapping[str, Callable[[int], Any]]] = {
    queue.WORKER: lambda run: perform(run=run, holder="the tests", clock=CLOCK, in_turn=True),
    queue.TRANSFER: lambda turn: transfer(turn=turn, holder="the tests", clock=CLOCK),
}


# --- by the site


def _by_api(path: str, body: Callable[[Rows], Any], *, later: bool) -> Callable[[Served, Side, Rows, int, str], Asked]:
    def begin(site: Served, side: Side, rows: Rows, run: int, key: str) -> Asked:
        headers = side.headers | {"Idempotency-Key": key} | ({"Prefer": "respond-async"} if later else {})
        address = f"/{side.brand.key}/api/integration/{path.format(run=run)}"
        status, answer = site.insist(address, headers, json.dumps(body(rows)).encode())
        assert status in {200, 202}, f"{address}: {status} {answer}"
        return Asked(run=answer["run"])

    return begin


def _by_turn(name: str) -> Callable[[Served, Side, Rows, int, str], Asked]:
    def begin(site: Served, side: Side, rows: Rows, run: int, key: str) -> Asked:
        turn = patiently(lambda: run_now(actor=side.actor, sync=side.syncs[name].pk, clock=CLOCK))
        return Asked(turn=turn.pk)

    return begin


def _model(rows: Rows) -> dict[str, Any]:
    return {"model": list(rows)}


def _whole(rows: Rows) -> dict[str, Any]:
    return {"model": list(rows), "atomic": True}


def _empty(rows: Rows) -> dict[str, Any]:
    return {}


_WORKER: Final = (*points.WRITING, *points.TASK)
_ACCEPTING: Final = (*points.ANSWERING, *points.ACCEPTING)
_HERE: Final = (*points.WRITING, *points.PERFORMING, *points.ACCEPTING)

WORKS: Final[Mapping[str, Work]] = {
    work.name: work
    for work in (
        Work("import", _imported, _nothing, _by_api("customers", _model, later=True), _ACCEPTING, _WORKER),
        Work("import here", _imported, _nothing, _by_api("customers", _model, later=False), _HERE, _WORKER),
        Work(
            "atomic",
            lambda side, rows: _imported(side, rows, on_error="atomic"),
            _nothing,
            _by_api("customers", _whole, later=True),
            _ACCEPTING,
            _WORKER,
            clean=True,
        ),
        Work("apply", _apply, _simulated, _by_api("runs/{run}/apply", _empty, later=True), points.ANSWERING, _WORKER),
        Work("undo", _undo, written, _by_api("runs/{run}/undo", _empty, later=True), points.ANSWERING, _WORKER),
        Work("pull", _turned("pull"), put_file, _by_turn("pull"), (), (*points.PULLING, *points.WRITING)),
        Work(
            "guarded",
            _turned("guarded"),
            put_file,
            _by_turn("guarded"),
            (),
            (*points.PULLING, *points.JUDGING, *points.WRITING, *points.TASK),
        ),
        Work("push", _turned("push"), written, _by_turn("push"), (), points.PUSHING),
    )
}
