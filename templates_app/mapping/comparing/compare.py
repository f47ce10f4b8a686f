"""What the difference between two versions of a template means, by mapping row; and line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from templates_app.catalog.types import Catalog
from templates_app.language.nodes import Comment, Element
from templates_app.mapping.comparing.line_diff import DiffLine, DiffPart, compare_lines
from templates_app.mapping.comparing.pairing import moved, paired
from templates_app.mapping.comparing.subjects import (
    Names,
    Subject,
    label_of,
    link_subjects,
    map_subjects,
    other_subjects,
    others_in,
    row_subjects,
    template_subject,
    type_subjects,
)
from templates_app.mapping.places import walk
from templates_app.mapping.table.lines import MappingTable
from templates_app.mapping.table.whole import table_of
from templates_app.mapping.words import Words, words

__all__ = ["CellDifference", "DiffLine", "DiffPart", "Difference", "compare", "compare_lines"]


@dataclass(frozen=True, slots=True)
class CellDifference:
    """Something about a line that differs. `kind`: "added", "removed", "changed" or "moved".

    Changed: `words` call it, `old` and `new` are as written, "" for nothing. Else the words say it all.
    """

    words: Words
    old: str = ""
    new: str = ""
    kind: str = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `kind`: "added", "removed", "changed" or "moved"; one that changed and moved is changed.

    `what`: "template", "type", "row", "constant", "link", "map", "other" or "comments"; `words` say it in a sentence.
    `old_path` / `new_path` are addresses in the two trees, "" where it is not (or is the root).
    """

    kind: str
    what: str
    words: Words
    cells: tuple[CellDifference, ...] = ()
    old_path: str = ""
    new_path: str = ""


def compare(old: Element | None, new: Element | None, catalog: Catalog) -> tuple[Difference, ...]:
    """What changed in meaning, in the order of the new template; removed things last. None is an empty template.

    Lines are paired by what they are about (same target, else same source name), not by their place. A Type, or a map,
    that is called by another name is the same one, and what speaks of it did not change.
    """
    before, after = _table(old, catalog), _table(new, catalog)
    types = type_subjects(before), type_subjects(after)
    maps = map_subjects(before), map_subjects(after)
    names = _renamed(before, after, paired(*types, _keys(types)), paired(*maps, _keys(maps)))
    kinds = (
        ([template_subject(before)], [template_subject(after)]),
        types,
        (row_subjects(before, names), row_subjects(after, Names())),
        (link_subjects(before, names), link_subjects(after, Names())),
        maps,
        (other_subjects(others_in(before)), other_subjects(others_in(after))),
    )
    found = [difference for olds, news in kinds for difference in _compared(olds, news)]
    if not found and old is not None and new is not None and _comments(old) != _comments(new):
        return (Difference("changed", "comments", words("diff_comments")),)
    return tuple(sorted(found, key=lambda difference: difference.kind == "removed"))


def _table(root: Element | None, catalog: Catalog) -> MappingTable:
    return table_of(root, catalog) if root is not None else MappingTable(direction="")


def _keys(subjects: tuple[Sequence[Subject], Sequence[Subject]]) -> list[_Identity]:
    depth = max((len(subject.identity) for side in subjects for subject in side), default=0)
    return [_Identity(place) for place in range(depth)]


@dataclass(frozen=True, slots=True)
class _Identity:
    """One of the things that two versions of a line may have in common."""

    place: int

    def __call__(self, subject: Subject) -> object:
        return subject.identity[self.place]


def _renamed(
    before: MappingTable, after: MappingTable, types: list[tuple[int, int]], maps: list[tuple[int, int]]
) -> Names:
    return Names(
        types={before.types[i].alias: after.types[j].alias for i, j in types},
        maps={before.maps[i].name: after.maps[j].name for i, j in maps},
    )


def _comments(root: Element) -> list[str]:
    elements = (element for _, element in walk(root))
    return [child.text.strip() for e in elements for child in e.children if isinstance(child, Comment)]


def _compared(old: Sequence[Subject], new: Sequence[Subject]) -> Iterator[Difference]:
    pairs = paired(old, new, _keys((old, new)))
    new_places = moved(pairs)
    matched = {j: old[i] for i, j in pairs}
    for place, subject in enumerate(new):
        if place in matched:
            yield from _changed(matched[place], subject, moved=place in new_places)
        else:
            yield Difference("added", subject.what, _words("added", subject), new_path=subject.path)
    gone = set(range(len(old))) - {i for i, _ in pairs}
    for place in sorted(gone):
        yield Difference("removed", old[place].what, _words("removed", old[place]), old_path=old[place].path)


def _words(kind: str, subject: Subject) -> Words:
    return words(f"diff_{subject.what}_{kind}", name=subject.name)


def _changed(old: Subject, new: Subject, *, moved: bool) -> Iterator[Difference]:
    cells = (*_values(old, new), *_flags(old, new), *_parts(old, new))
    if cells or moved:
        kind = "changed" if cells else "moved"
        place = (CellDifference(words("cell_place"), kind="moved"),) if cells and moved else ()
        yield Difference(kind, new.what, _words(kind, new), (*cells, *place), old.path, new.path)


def _values(old: Subject, new: Subject) -> Iterator[CellDifference]:
    for name in dict.fromkeys((*new.values, *old.values)):
        before, after = old.values.get(name, ""), new.values.get(name, "")
        if before != after:
            yield CellDifference(label_of(name), before, after)


def _flags(old: Subject, new: Subject) -> Iterator[CellDifference]:
    for name in sorted(new.flags ^ old.flags):
        yield CellDifference(label_of(name), kind="added" if name in new.flags else "removed")


def _parts(old: Subject, new: Subject) -> Iterator[CellDifference]:
    """What is in a line, by its key. Where nothing else about the steps changed, their order may have."""
    before, after = {part.key: part for part in old.parts}, {part.key: part for part in new.parts}
    same = True
    for key, part in after.items():
        if key not in before:
            same = False
            yield CellDifference(part.words, kind="added")
        elif before[key].value != part.value:
            yield CellDifference(part.label or part.words, before[key].value, part.value)
    for key, part in before.items():
        if key not in after:
            same = False
            yield CellDifference(part.words, kind="removed")
    if same and list(before) != list(after):
        yield CellDifference(words("cell_order"), kind="moved")
