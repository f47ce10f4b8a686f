"""What is planned in a window of time: tasks and unavailabilities, for some resources, categories or kinds of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Scope
from sync_app.runs.lists.filters import visible_fields
from sync_app.runs.lists.listing import CHUNK
from sync_app.storage.clock import snapshot
from sync_app.storage.listing import DatabaseLinks, Listed
from sync_app.storage.planned import Asked, DatabasePlanned, Leading, Way
from templates_app.brand_catalog import catalog_of

TASK: Final = "Task"
UNAVAILABILITY: Final = "Unavailability"
RESULTS: Final = (TASK, UNAVAILABILITY)
DO: Final = "Do"
RESOURCE: Final = "Resource"


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
        self._store = DatabasePlanned(brand=actor.brand.pk)
        self._links = DatabaseLinks(brand=actor.brand.pk)
        self._open = ExitStack()
        self._ids: list[int] = []
        self.total = 0

    def __enter__(self) -> PlannedListing:
        self._open.enter_context(snapshot())
        try:
            types = [self._wanted(name) for name in self._types()]
            self._ids = self._store.overlapping(types, begin=self._asked.begin, end=self._asked.end)
        except BaseException:
            self._open.close()
            raise
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

    def _wanted(self, name: str) -> Asked:
        asked = self._asked
        tasks: tuple[Way, ...] = (("Task",), ("Departments",), ("Resources", "Departments"))
        narrowed = (
            self._leading(name, (("Resources",),), asked.resources),
            self._leading(name, (("Category",),), asked.categories),
            self._leading(name, tasks, asked.tasks),
        )
        leading = tuple(one for one in narrowed if one is not None)
        kinds = asked.results if name == DO and set(asked.results) != set(RESULTS) else None
        return Asked(name, leading, kinds, unsaid=TASK)

    def _leading(self, name: str, ways: tuple[Way, ...], targets: frozenset[int] | None) -> Leading | None:
        """By what may not be seen nothing is found, so that nobody learns of it by asking."""
        if targets is None:
            return None
        return Leading(tuple(way for way in ways if all(map(self._sees, (name, RESOURCE), way))), targets)

    def _sees(self, name: str, field: str) -> bool:
        entity = self._catalog.types.get(name)
        return entity is not None and field in visible_fields(self._actor, entity)
