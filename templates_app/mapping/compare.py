"""What the difference between two versions of a template means, by mapping row; and line by line."""

from __future__ import annotations

from dataclasses import dataclass

from templates_app.catalog.types import Catalog
from templates_app.language.nodes import Element
from templates_app.mapping.words import Words


@dataclass(frozen=True, slots=True)
class CellDifference:
    """One cell of a row that differs. `old` and `new` are as the view shows them, "" for nothing."""

    words: Words
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `kind`: "added", "removed", "changed", "moved"; a row that changed and moved has both as cells.

    `what`: "template", "type", "row", "constant", "link", "map" or "other"; `words` the whole in a sentence.
    `old_path` / `new_path` are addresses in the two trees, "" where it is not (or is the root).
    """

    kind: str
    what: str
    words: Words
    cells: tuple[CellDifference, ...] = ()
    old_path: str = ""
    new_path: str = ""


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A stretch of a line; `changed`: it differs from the line on the other side."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A pair of lines side by side. `kind`: "same", "changed", "added", "removed", "gap" (`skipped` lines left out).

    Numbers count from 1; None, and no parts, on the side that has no such line.
    """

    kind: str
    old_number: int | None
    new_number: int | None
    old: tuple[DiffPart, ...] = ()
    new: tuple[DiffPart, ...] = ()
    skipped: int = 0


def compare(old: Element | None, new: Element | None, catalog: Catalog) -> tuple[Difference, ...]:
    """What changed in meaning, in the order of the new template; removed things last. None is an empty template."""
    return ()


def compare_lines(old_xml: str, new_xml: str, *, context: int | None = 3) -> tuple[DiffLine, ...]:
    """The texts side by side, with `context` equal lines around each difference (None: all of them)."""
    return ()
