"""What is planned in a window of time: tasks and unavailabilities, for some resources, categories or kinds of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, NamedTuple

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Scope
from sync_app.runs.errors import RunUnprocessable
from sync_app.runs.lists.filters import visible_fields
from sync_app.runs.lists.listing import CHUNK, SCANNED_AT_MOST
from sync_app.storage.clock import snapshot
from sync_app.storage.listing import DatabaseLinks, DatabaseListing, Listed, Scanned, Selection
from templates_app.brand_catalog import catalog_of

TASK: Final = "Task"
UNAVAILABILITY: Final = "Unavailability"
RESULTS: Final = (TASK, UNAVAILABILITY)
DO: Final = "Do"
RESOURCE: Final = "Resource"
#: The fields of each type that are asked.
_ASKED: Final = {
    DO: ("Start", "End", "Type", "Resources", "Category", "Task", "Departments"),
    UNAVAILABILITY: ("Start", "End", None, "Resources", None, None, None),
}


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """`begin` and `end` are canonical UTC: what overlaps with them is meant. None: not narrowed by this.

    `tasks` are ids of tasks or of departments: of the planned work itself, or of one of its resources.
    """

    begin: str
    end: str
    resources: frozenset[int] | None = None
    categories: frozenset[int] | None = None
    tasks: frozenset[int] | None = None
    results: tuple[str, ...] = RESULTS


class _Planned(NamedTuple):
    """What decides whether something planned is meant."""

    start: str
    end: str
    type: str | None
    resources: list[int] | None
    category: int | None
    task: int | None
    departments: list[int] | None


def open_planned(*, actor: Actor, asked: PlannedQuestion) -> PlannedListing:
    """A list to be consumed inside `with`, in the order of its beginnings. Raises NotAllowed."""
    actor.require_scope(Scope.RECORDS)
    actor.require_reading({DO})
    return PlannedListing(actor=actor, asked=asked)


class PlannedListing:
    """One list, open while its snapshot is. Unavailabilities that are a type of their own come with the others."""

    def __init__(self, *, actor: Actor, asked: PlannedQuestion) -> None:
        self._actor = actor
        self._asked = asked
        self._catalog = catalog_of(actor.brand)
        self._links = DatabaseLinks(brand=actor.brand.pk)
        self._open = ExitStack()
        self._ids: list[int] = []
        self.total = 0

    def __enter__(self) -> PlannedListing:
        self._open.enter_context(snapshot())
        try:
            found = [rank for name in self._types() for rank in self._found(name)]
        except BaseException:
            self._open.close()
            raise
        self._ids = [record for _start, record in sorted(found)]
        self.total = len(self._ids)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def chunks(self) -> Iterator[list[Listed]]:
        """The records, so many at a time."""
        for start in range(0, len(self._ids), CHUNK):
            part = self._ids[start : start + CHUNK]
            found = self._links.records(part)
            yield [found[number] for number in part]

    def _types(self) -> list[str]:
        own = UNAVAILABILITY in self._asked.results and self._actor.reads(UNAVAILABILITY)
        # Kinds of work and categories belong to work only.
        narrowed = self._asked.categories is not None or self._asked.tasks is not None
        return [DO, UNAVAILABILITY] if own and not narrowed else [DO]

    def _found(self, name: str) -> Iterator[tuple[str, int]]:
        """(start, id) of what is meant."""
        if name not in self._catalog.types:
            return
        store = DatabaseListing(brand=self._actor.brand.pk, entity_type=name)
        # By what may not be seen nothing is found, so that nobody learns of it by asking.
        fields = [field for field in _ASKED[name] if field and self._sees(name, field)]
        meant: list[Scanned] = []
        with closing(store.scan(Selection(), fields=fields)) as rows:
            for row in rows:
                if self._is_meant(_planned(name, fields, row)):
                    meant.append(row)
                if len(meant) > SCANNED_AT_MOST:
                    raise RunUnprocessable("too_many_to_scan", type=name, limit=SCANNED_AT_MOST)
        departments = self._departments(name, fields, meant)
        for row in meant:
            planned = _planned(name, fields, row)
            if self._asked.tasks is None or self._fits_task(planned, departments):
                yield planned.start, row.id

    def _sees(self, name: str, field: str) -> bool:
        entity = self._catalog.types.get(name)
        return entity is not None and field in visible_fields(self._actor, entity)

    def _is_meant(self, planned: _Planned) -> bool:
        asked = self._asked
        if not (planned.start < asked.end and planned.end > asked.begin) and planned.start != asked.begin:
            return False
        if (planned.type or TASK) not in asked.results:
            return False
        if asked.resources is not None and asked.resources.isdisjoint(planned.resources or ()):
            return False
        return asked.categories is None or planned.category in asked.categories

    def _departments(self, name: str, fields: list[str], rows: list[Scanned]) -> dict[int, list[int]]:
        """resource -> its departments, where they are asked for and may be seen."""
        if self._asked.tasks is None or not self._sees(RESOURCE, "Departments"):
            return {}
        resources = {number for row in rows for number in _planned(name, fields, row).resources or ()}
        return {n: record.data.get("Departments", []) for n, record in self._links.records(resources).items()}

    def _fits_task(self, planned: _Planned, departments: dict[int, list[int]]) -> bool:
        wanted = self._asked.tasks or frozenset()
        theirs = (number for resource in planned.resources or () for number in departments.get(resource, ()))
        return not wanted.isdisjoint((planned.task, *(planned.departments or ()), *theirs))


def _planned(name: str, fields: list[str], row: Scanned) -> _Planned:
    values: dict[str, Any] = dict(zip(fields, row.values, strict=True))
    asked: list[Any] = [values.get(field) if field else None for field in _ASKED[name]]
    planned = _Planned(*asked)
    # Sorted as text, a fraction of a second would come before the whole one.
    start, end = (str(value or "").removesuffix("Z") for value in planned[:2])
    own = UNAVAILABILITY if name == UNAVAILABILITY else planned.type
    return planned._replace(start=start, end=end, type=own)
