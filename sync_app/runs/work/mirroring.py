"""Mirror: what a complete source no longer has, as operations of the same plan. Nothing is written here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

from django.db.models import F, Q

from sync_app.engine.editing import Edit, EditPlanner, clean_values
from sync_app.engine.plan import DELETE, ERROR, SKIP, Operation, PlannedRow
from sync_app.engine.records import Data
from sync_app.models import JournalEntry, Record
from sync_app.runs.errors import RunRefused
from sync_app.runs.loading import LoadedImport
from sync_app.runs.work.job import Job
from sync_app.storage.records import DatabaseRecords
from templates_app.language.drafts import Draft
from templates_app.language.unconditioned import unconditioned
from templates_app.sources.rows import Row, Source

CHUNK: Final = 2000
MARKED: Final = "mirror_marked"
DELETED: Final = "mirror_deleted"
NOT_SURE: Final = "mirror_not_sure"


def mirrored(job: Job, loaded: LoadedImport, opened: Source) -> Iterator[list[PlannedRow]]:
    """The operations for the records that no row of this run spoke of, chunk by chunk. After its last row.

    A row that a condition leaves out speaks of its record too: what the source has is not missing. Where a row failed
    it is not known which record it meant: then nothing is taken away, and the plan says so.
    """
    rules: Mapping[str, Any] | None = job.run.options.get("mirror")
    if rules:
        yield from ([_not_sure(loaded)],) if job.tally.rows_failed else _Mirror(job, loaded, opened, rules).rows()


class _Mirror:
    """One run's mirror. `rules`: the type, action (delete or mark), field and value of a mark, `where`, `all`."""

    def __init__(self, job: Job, loaded: LoadedImport, opened: Source, rules: Mapping[str, Any]) -> None:
        self._run = job.run
        self._opened = opened
        self._mapper = loaded.mapper
        self._rules = rules
        self._entity = loaded.mapper.types[0].entity
        self._setting = loaded.setting
        if rules.get("type") != self._entity.name:
            # What a person allowed to be taken away was of another type.
            raise RunRefused("mirror_other_type", type=self._entity.name, saved=str(rules.get("type", "–")))
        self._where, problems = clean_values(self._entity, rules.get("where", {}), loaded.setting)
        if problems:
            # A scope that cannot be read is never "everything".
            raise RunRefused("plan_outdated", type=self._entity.name)

    def rows(self) -> Iterator[list[PlannedRow]]:
        missing = self._missing()
        while found := list(islice(missing, CHUNK)):
            yield [self._alone(row) for row in self._planner().plan([self._edit(record) for record in found])]

    def _planner(self) -> EditPlanner:
        reader = DatabaseRecords(brand=self._run.brand_id)
        return EditPlanner(reader=reader, setting=self._setting, refers_to=lambda _name: True)

    def _edit(self, record: int) -> Edit:
        if self._rules["action"] == "delete":
            return Edit(self._entity, "delete", record)
        return Edit(self._entity, "change", record, {self._rules["field"]: self._rules["value"]})

    def _alone(self, planned: PlannedRow) -> PlannedRow:
        """It belongs to no row of the source: it stands alone, and is counted beside the rows."""
        (operation,) = planned.operations
        operation.row = 0
        if operation.operation != ERROR:
            operation.code = DELETED if operation.operation == DELETE else MARKED
        return PlannedRow(Row(0, None), [operation], extra=True)

    # --- which records are missing

    def _missing(self) -> Iterator[int]:
        candidates = self._candidates()
        while found := list(islice(candidates, CHUNK)):
            yield from found if self._rules.get("all") else self._written_by_sync(found)

    def _candidates(self) -> Iterator[int]:
        """The live records of the type within the scope that no row spoke of."""
        spoken = self._spoken_of()
        live = Record.objects.filter(brand=self._run.brand_id, entity_type=self._entity.name, deleted_at=None)
        for record, data in live.order_by("pk").values_list("pk", "data").iterator(chunk_size=CHUNK):
            if record not in spoken and self._in_scope(data):
                yield record

    def _spoken_of(self) -> set[int]:
        entries = JournalEntry.objects.filter(run=self._run, entity_type=self._entity.name, record__gt=0)
        spoken = {int(record or 0) for record in entries.order_by().values_list("record", flat=True).iterator()}
        return spoken | self._left_out()

    def _left_out(self) -> set[int]:
        """The records of the rows, and of the items in them, that conditions of the template leave out."""
        mapper = unconditioned(self._mapper, entity=self._entity.name)
        found: set[int] = set()
        rows = self._opened.rows() if mapper is not None else iter(())
        while mapper is not None and (some := list(islice(rows, CHUNK))):
            found |= self._known([draft for row in some for draft in mapper.map(row).drafts])
        return found

    def _known(self, drafts: Iterable[Draft]) -> set[int]:
        """The records that have the keys of these drafts."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for draft in drafts:
            if draft.key is not None and draft.plan.match is not None:
                wanted[draft.plan.match.space].add(draft.key)
        reader = DatabaseRecords(brand=self._run.brand_id)
        named = chain.from_iterable(reader.find(space, values).values() for space, values in wanted.items())
        return {found.id for found in chain.from_iterable(named)}

    def _in_scope(self, data: Data) -> bool:
        return all(data.get(name) == value for name, value in self._where.items())

    def _written_by_sync(self, records: Sequence[int]) -> list[int]:
        """Those that a run of the same sync has written at some time since it leads where it does."""
        entries = JournalEntry.objects.filter(record__in=records, applied=True)
        since = Q(run__turn__finished_at__gt=F("run__turn__sync__begun_at"))
        wrote = entries.filter(since | Q(run__turn__sync__begun_at=None), run__turn__sync=self._run.options["sync"])
        ours = set(wrote.order_by().values_list("record", flat=True).distinct())
        return [record for record in records if record in ours]


def _not_sure(loaded: LoadedImport) -> PlannedRow:
    operation = Operation(loaded.mapper.types[0].entity, SKIP, code=NOT_SURE)
    return PlannedRow(Row(0, None), [operation], extra=True)
