"""What of a run's report one reader may see. Whatever shows operations, problems or source rows asks here.

A source row speaks of every type its template writes or looks up: the columns of a look-up name records of that type.
"""

from __future__ import annotations

from functools import cached_property

from integration_admin.accounts.access import Actor
from sync_app.models import Run
from sync_app.runs.errors import RunRefused
from sync_app.runs.loading import loaded_import, spoken_of
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import Catalog


class Readable:
    """One run, read by one actor as of now. Who reads every type is asked nothing of the database."""

    def __init__(self, *, actor: Actor, run: Run) -> None:
        self.actor = actor
        self._run = run

    def value(self, entity_type: str, name: str) -> bool:
        """Whether what the source gave for this field may be shown: where it finds a record, its type counts too."""
        if not self.actor.reads(entity_type):
            return False
        return self.actor.every_type or self.actor.reads(self._target(entity_type, name) or entity_type)

    def key(self, entity_type: str) -> bool:
        """Whether the keys of its records may be shown: one may be made of what another record is known by."""
        if self.actor.every_type or not self.actor.reads(entity_type):
            return self.actor.every_type
        entity = self._catalog.get(entity_type)
        return entity is None or all(self.value(entity_type, name) for key in entity.keys for name in key.fields)

    def problem(self, entity_type: str, problem: Problem) -> bool:
        """Whether the value that was refused may be shown. One of no field may be of any column of the row."""
        if not self.actor.reads(entity_type):
            return False
        return self.value(entity_type, problem.field) if problem.field else self.rows

    @cached_property
    def rows(self) -> bool:
        """Whether source rows may be shown."""
        return self.actor.every_type or all(self.actor.reads(name) for name in self._spoken_of)

    def require_rows(self) -> None:
        """Raises NotAllowed `type_not_readable`."""
        if not self.actor.every_type:
            self.actor.require_reading(self._spoken_of)

    @cached_property
    def searched(self) -> list[str] | None:
        """The types among whose keys and values may be searched; None: all of them."""
        return None if self.actor.every_type else [name for name in self.actor.access if self.key(name)]

    @cached_property
    def _spoken_of(self) -> frozenset[str]:
        """Every type of the brand where the template says it no longer."""
        version = self._run.template_version
        if version is None:
            return frozenset(self._run.by_type)
        try:
            return spoken_of(loaded_import(version).mapper.types) | frozenset(self._run.by_type)
        except RunRefused:
            return frozenset(self._catalog.types) | frozenset(self._run.by_type)

    @cached_property
    def _catalog(self) -> Catalog:
        return catalog_of(self.actor.brand)

    def _target(self, entity_type: str, name: str) -> str:
        """The type of the records this field refers to; empty where it refers to none."""
        entity = self._catalog.get(entity_type)
        field = entity.fields.get(name) if entity is not None else None
        return field.kind.target if field is not None and isinstance(field.kind, Reference | ReferenceList) else ""
