"""What of a simulation may still be written as it was shown: looked at before it is applied, and nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from integration_admin.accounts.access import Actor
from sync_app.engine.plan import Operation, PlannedRow
from sync_app.engine.replay import Replay
from sync_app.models import JournalEntry, Revision, Run
from sync_app.runs.loading import load_import
from sync_app.runs.readable import Readable
from sync_app.runs.sentences import message
from sync_app.runs.verbs.applying import plan_to_apply
from sync_app.runs.work import stored_plan
from sync_app.storage import journal
from sync_app.storage.clock import snapshot
from sync_app.storage.records import DatabaseRecords
from templates_app.catalog.problems import Problem

#: So many operations are looked at one by one; of larger plans only whether their records have changed.
CHECKED: Final = 20_000
EXAMPLES: Final = 10
#: Two machines' clocks may differ by this much.
SKEW: Final = timedelta(seconds=5)
#: What makes an operation stale -> what is said of it before anything is written.
TOLD: Final[Mapping[str, str]] = {
    "record_changed": "check_record_changed",
    "record_stale": "check_record_stale",
    "key_taken": "check_key_taken",
    "reference_gone": "check_reference_gone",
}


@dataclass(frozen=True, slots=True)
class StaleExample:
    """`by`: who changed the record last, in the run of that number; empty where nobody is known to have."""

    row: int
    type: str
    key: str
    reason: str
    by: str = ""
    run: int = 0


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """`stale`: rows, or of a large plan records, that would not be written, and with them `lost` changes.

    `reasons`: code -> how many. `complete` False: only whether records have changed was looked at; new keys are checked
    when it is written.
    """

    stale: int = 0
    lost: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    examples: tuple[StaleExample, ...] = ()
    complete: bool = True


def check_plan(*, actor: Actor, run: int) -> PlanCheck:
    """Raises what `start_apply` raises."""
    plan = plan_to_apply(actor=actor, run=run)
    if _nothing_since(plan):
        return PlanCheck()
    with snapshot():
        if sum(plan.counts.get(word, 0) for word in ("inserted", "updated", "unchanged", "deleted")) > CHECKED:
            changed = journal.changed_since_planned(run=plan.pk, brand=plan.brand_id)
            return PlanCheck(stale=changed, lost=changed, complete=False)
        return _one_by_one(Readable(actor=actor, run=plan), plan)


def _nothing_since(plan: Run) -> bool:
    """Whether nobody wrote anything in this brand since the simulation began."""
    latest = Revision.objects.filter(brand=plan.brand_id).order_by("-number").values_list("stamp", flat=True).first()
    return latest is None or (plan.started_at is not None and latest < plan.started_at - SKEW)


def _one_by_one(readable: Readable, plan: Run) -> PlanCheck:
    loaded = load_import(plan)
    replay = Replay(reader=DatabaseRecords(brand=plan.brand_id), keys=loaded.keys, ids={})
    batches = stored_plan.batches(run=plan.pk, catalog=loaded.catalog, after=0, size=CHECKED)
    stale: list[PlannedRow] = []
    lost = 0
    for rows, _last in batches:
        for row, planned in zip(rows, replay.plan(rows), strict=True):
            if _is_stale(planned):
                stale.append(planned)
                lost += sum(operation.writes for operation in row)
    reasons = Counter(_reason(row) for row in stale)
    return PlanCheck(len(stale), lost, dict(reasons.most_common()), tuple(_examples(readable, stale[:EXAMPLES])))


def _is_stale(row: PlannedRow) -> bool:
    return any(operation.code == "stale" for operation in row.operations)


def _stale_of(row: PlannedRow) -> Operation:
    return next(operation for operation in row.operations if operation.code == "stale")


def _reason(row: PlannedRow) -> str:
    """The code of what the check says of it; applying tells the same as done."""
    return TOLD[str(_stale_of(row).problems[0].params["reason"])]


def _examples(readable: Readable, rows: list[PlannedRow]) -> Iterable[StaleExample]:
    editors = _editors({_stale_of(row).record for row in rows})
    for row in rows:
        operation = _stale_of(row)
        by, run = editors.get(operation.record, ("", 0))
        key = operation.key if readable.key(operation.entity.name) else ""
        reason = message(Problem(_reason(row)))
        yield StaleExample(operation.row, operation.entity.name, key, reason, by, run)


def _editors(records: set[int]) -> dict[int, tuple[str, int]]:
    """record -> who changed it last, and in which run."""
    wanted = [record for record in records if record > 0]
    changes = JournalEntry.objects.filter(record__in=wanted, applied=True).order_by("revision", "seq")
    rows = changes.values_list("record", "run__actor", "run_id") if wanted else ()
    return {int(record or 0): (actor, run) for record, actor, run in rows}
