"""A run that died is taken up where its last committed chunk left it, and ends as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction

from sync_app.models import FailedRow, Run
from sync_app.runs.rows import source
from sync_app.runs.upkeep.verifying import verify
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.undoing import start_undo
from sync_app.runs.work import perform
from sync_app.runs.work.job import Job
from sync_app.runs.work.lease import Lease
from sync_app.storage import clock as storage_clock
from sync_app.storage import journal
from sync_app.storage.records import DatabaseRecords
from tests.runs.conftest import Clock, House, Killed, customer, killed_at, operations

STAGES: list[tuple[Any, str, bool]] = [
    (DatabaseRecords, "write", False),
    (DatabaseRecords, "write", True),
    (journal, "append", True),
    (Lease, "advance", False),
    (Lease, "advance", True),
    (storage_clock, "_close", True),
    (Job, "tell", False),
    (source, "note_names", False),
    (perform, "_finish", False),
]
NAMES = [f"{'after' if after else 'before'} {name}" for _, name, after in STAGES]

#: New ones, one twice, two that fail, rows that wait, references set at the end.
ROWS = (
    customer("A", parent="F"),
    customer("B", friend="G"),
    customer("C", score="many"),
    customer("A", "Ann", parent=""),
    customer("D", parent="Z"),
    customer("E", score="2.5"),
    customer("F", parent="G"),
    customer("G"),
    customer("H", friend="A"),
)


def seed(house: House) -> None:
    house.send(customer("E", "Old"), customer("H", "Name", friend=""))


def importing(**options: Any) -> Callable[[House], Run]:
    def start(house: House) -> Run:
        seed(house)
        return house.start(*ROWS, **options)

    return start


def writing_at_once(house: House) -> Run:
    seed(house)
    return house.start(*(row for row in ROWS if row["code"] not in "CD"), on_error="atomic")


def applying(house: House) -> Run:
    seed(house)
    plan = house.simulate(*ROWS)
    house.send(customer("E", "Newer"))
    return start_apply(actor=house.actor, run=plan.pk, clock=house.clock)


def refusing(house: House) -> Run:
    seed(house)
    plan = house.simulate(*ROWS)
    return start_apply(actor=house.actor, run=plan.pk, stale="refuse", clock=house.clock)


def undoing(house: House) -> Run:
    seed(house)
    done = house.send(*ROWS)
    house.send(customer("H", "Edited"))
    return start_undo(actor=house.actor, run=done.pk, clock=house.clock)


def undoing_whole(house: House) -> Run:
    seed(house)
    return start_undo(actor=house.actor, run=house.send(*ROWS).pk, conflicts="refuse", clock=house.clock)


WORKS = {
    "import": importing(),
    "verbose": importing(verbose=True),
    "stop": importing(on_error="stop"),
    "simulate": importing(simulate=True),
    "atomic refused": importing(on_error="atomic"),
    "atomic": writing_at_once,
    "apply": applying,
    "apply whole": refusing,
    "undo": undoing,
    "undo whole": undoing_whole,
}


@contextmanager
def as_found(house: House) -> Iterator[House]:
    """The house, and afterwards as if nothing had happened in it: each kill finds the same one."""
    before = transaction.savepoint()
    yield replace(house, clock=Clock(house.clock.at))
    transaction.savepoint_rollback(before)


def ended(house: House, run: Run) -> dict[str, Any]:
    run.refresh_from_db()
    failed = FailedRow.objects.filter(run=run).order_by("row").values_list("row", "content", "code")
    return {
        "status": run.status,
        "error": run.error,
        "counts": run.counts,
        "byType": run.by_type,
        "codes": run.statistics["codes"],
        "operations": operations(run),
        "failed": list(failed),
        "live": house.live(),
        "verify": [found.code for found in verify(brand=house.brand.key)],
    }


@dataclass(frozen=True)
class Undisturbed:
    """How a work ends when nobody is killed, and how often it came to each stage."""

    ended: dict[str, Any]
    calls: dict[tuple[Any, str], int]


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Undisturbed]:
    """Per work, done once for all its stages."""
    return {}


def done_quietly(house: House, work: str) -> Undisturbed:
    with as_found(house) as here, ExitStack() as stack:
        run = WORKS[work](here)
        stages = {(part, name): stack.enter_context(killed_at(part, name, 0)) for part, name, _ in STAGES}
        here.perform(run)
        return Undisturbed(ended(here, run), {stage: calls[0] for stage, calls in stages.items()})


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize(("part", "name", "after"), STAGES, ids=NAMES)
def test_a_run_killed_at_any_stage_ends_as_if_undisturbed(
    house: House,
    undisturbed: dict[str, Undisturbed],
    small_chunks: None,
    work: str,
    part: Any,
    name: str,
    after: bool,
) -> None:
    quiet = undisturbed.get(work) or undisturbed.setdefault(work, done_quietly(house, work))
    assert quiet.ended["verify"] == []
    last = quiet.calls[part, name]
    for call in sorted({1, (last + 1) // 2, last}) if last else ():
        with as_found(house) as here:
            run = WORKS[work](here)
            with killed_at(part, name, call, after=after), pytest.raises(Killed):
                here.perform(run)
            here.clock.advance(seconds=61)
            here.perform(run, holder="there")
            assert ended(here, run) == quiet.ended, (work, name, call)
