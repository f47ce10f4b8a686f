"""Links: a reference to the record that another Type gives for the same row or item."""

from __future__ import annotations

from dataclasses import dataclass

from templates_app.catalog.problems import Problem
from templates_app.language.drafts import LinkTo, OnMissing
from templates_app.language.each import Index

#: Alias -> where its drafts of this row stand: their item, and their position in `MappedRow.drafts`.
Places = dict[str, list[tuple[Index, int]]]


@dataclass(frozen=True, slots=True)
class RecordLink:
    """One `Link`. `shared` is how deep the lists of the two Types are the same."""

    field: str
    many: bool
    to: str
    on_missing: OnMissing
    shared: int

    def value(self, index: Index, places: Places) -> LinkTo | list[LinkTo] | Problem | None:
        """What the field gets; None when `To` was left out; a Problem when one field would need several records."""
        here = self._common(index)
        found = [
            LinkTo(position, self.on_missing)
            for item, position in places.get(self.to, ())
            if not here or self._common(item) == here
        ]
        if not found:
            return None
        if self.many:
            return found
        return found[0] if len(found) == 1 else Problem(code="link_several", params={"to": self.to}, field=self.field)

    def _common(self, index: Index) -> Index:
        return tuple(entry for entry in index if entry[0] < self.shared) if self.shared else ()


def shared_depth(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many members two list paths have in common from their beginning."""
    depth = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        depth += 1
    return depth
