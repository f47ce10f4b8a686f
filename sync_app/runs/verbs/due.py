"""Which records an export owes since a revision: those that changed, and those that show something that did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sync_app.storage.exports import DatabaseExports
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.types import Catalog
from templates_app.language.drafts import ReadPlan


@dataclass(slots=True)
class Due:
    """`own` have changed themselves, deleted ones among them; `shown` show, or showed, a record that has."""

    own: set[int] = field(default_factory=set)
    shown: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class DueSince:
    """Finds what is due after a revision, by a few statements a Type whatever has changed.

    `readable`: the entity types whose labels are shown to who asks. What a list showed before, the journal tells; where
    it has forgotten it, every record that could have shown it is due.
    """

    reader: DatabaseExports
    plan: ReadPlan
    catalog: Catalog
    readable: Collection[str]
    after: int

    def find(self) -> Due:
        plan = self.plan
        due = Due(own=self.reader.changed_ids(plan.aliases[plan.root], after=self.after))
        for alias in plan.through:
            due.shown |= self._roots(alias, self.reader.changed_ids(plan.aliases[alias], after=self.after))
        for entity_type, reference in plan.each.values():
            due.shown |= self._owners(entity_type, reference)
        for alias, names in plan.labelled.items():
            for name in names:
                due.shown |= self._roots(alias, self._holders(alias, name))
        return due

    def _roots(self, alias: str, ids: set[int]) -> set[int]:
        """From records of an alias up its chain to the root records that show them."""
        plan = self.plan
        if alias in plan.each:
            return self.reader.targets(plan.each[alias][1], ids)
        while ids and alias in plan.through:
            alias, reference = plan.through[alias]
            ids = self.reader.referring(plan.aliases[alias], reference, ids)
        return ids

    def _owners(self, entity_type: str, reference: str) -> set[int]:
        """The root records in whose lists these changed records are, or were."""
        if self.reader.forgotten(entity_type, after=self.after):
            return self.reader.live_ids(self.plan.aliases[self.plan.root])
        changed = self.reader.changed_ids(entity_type, after=self.after)
        former = self.reader.former_targets(reference, changed, after=self.after)
        return self.reader.targets(reference, changed) | former

    def _holders(self, alias: str, name: str) -> set[int]:
        """The records of an alias one of whose reference fields shows a label that has changed."""
        entity = self.catalog.types[self.plan.aliases[alias]]
        kind = entity.fields[name].kind
        if not isinstance(kind, Reference | ReferenceList) or kind.target not in self.readable:
            return set()
        return self.reader.referring(entity.name, name, self._relabelled(kind.target))

    def _relabelled(self, entity_type: str) -> set[int]:
        """The records of a type that may have another label now."""
        changed = self.reader.changed_ids(entity_type, after=self.after)
        entity = self.catalog.get(entity_type)
        if entity is None or self.reader.forgotten(entity_type, after=self.after):
            return changed
        labelling = {name for names in entity.label for name in names}
        return self.reader.touched(labelling, changed, after=self.after)
