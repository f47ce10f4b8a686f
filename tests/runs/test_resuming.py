"""A run that died is taken up where its last committed chunk left it, and ends as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.brands import create_brand
from sync_app.models import FailedRow, Run
from sync_app.runs import perform, source
from sync_app.runs.applying import start_apply
from sync_app.runs.job import Job
from sync_app.runs.lease import Lease
from sync_app.runs.undoing import start_undo
from sync_app.runs.verifying import verify
from sync_app.storage import clock as storage_clock
from sync_app.storage import journal
from sync_app.storage.records import DatabaseRecords
from tests.runs.conftest import Clock, House, Killed, customer, equip, killed_at, operations

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


def another(house: House, number: int) -> House:
    """The same house once more, so that each kill happens in a fresh one."""
    brand = create_brand(key=f"b{number}", name=f"B{number}", sandbox=False, at=house.clock(), by="tests")
    equip(brand, house.clock())
    return House(brand, system_actor(brand=brand, name="tests"), Clock(house.clock.at))


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


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize(("part", "name", "after"), STAGES, ids=NAMES)
def test_a_run_killed_at_any_stage_ends_as_if_undisturbed(
    house: House, small_chunks: None, work: str, part: Any, name: str, after: bool
) -> None:
    run = WORKS[work](house)
    with killed_at(part, name, 0) as calls:
        house.perform(run)
    expected = ended(house, run)
    assert expected["verify"] == []
    last = calls[0]
    for call in sorted({1, (last + 1) // 2, last}) if last else ():
        fresh = another(house, call)
        run = WORKS[work](fresh)
        with killed_at(part, name, call, after=after), pytest.raises(Killed):
            fresh.perform(run)
        fresh.clock.advance(seconds=61)
        fresh.perform(run, holder="there")
        assert ended(fresh, run) == expected, (work, name, call)
