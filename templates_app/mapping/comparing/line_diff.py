"""Two texts side by side, line by line, with the differences inside a line marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_TOKENS: Final = re.compile(r"\w+|\s+|[^\w\s]")
#: Lines that have less than this in common are shown as one that went and one that came.
_ALIKE: Final = 0.5
_MUCH_ALIKE: Final = 0.8
_WINDOW: Final = 20
_LONGEST_LINE: Final = 2000
#: More lines than this are not held against each other: they went and came. Nor are more pairs shown than so many.
_MOST_MATCHED: Final = 6000
_MOST_PAIRED: Final = 600
_MOST_SHOWN: Final = 3000


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


def compare_lines(old_xml: str, new_xml: str, *, context: int | None = 3) -> tuple[DiffLine, ...]:
    """The texts side by side, with `context` equal lines around each difference (None: all of them).

    The work is bounded: of very long texts the first few thousand lines are shown, and a gap for the rest.
    """
    lines = list(_lines(_split(old_xml), _split(new_xml)))
    shown = lines if context is None else list(_shortened(lines, context))
    rest = len(shown) - _MOST_SHOWN
    return tuple([*shown[:_MOST_SHOWN], DiffLine("gap", None, None, skipped=rest)] if rest > 0 else shown)


def _split(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text.rstrip("\r\n")) if text.strip() else []


def _lines(old: list[str], new: list[str]) -> Iterator[DiffLine]:
    """What is equal at both ends is taken off first: the matcher passes over lines that stand in a text very often."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    yield from _same(old, 0, 0, head)
    for kind, i1, i2, j1, j2 in _matched(old[head : len(old) - tail], new[head : len(new) - tail]):
        if kind == "equal":
            yield from _same(old, head + i1, head + j1, i2 - i1)
        else:
            yield from _replaced(old[head + i1 : head + i2], new[head + j1 : head + j2], head + i1, head + j1)
    yield from _same(old, len(old) - tail, len(new) - tail, tail)


def _matched(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if len(old) + len(new) > _MOST_MATCHED:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new).get_opcodes()


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _same(old: list[str], i: int, j: int, count: int) -> Iterator[DiffLine]:
    for n in range(count):
        part = (DiffPart(old[i + n], False),)
        yield DiffLine("same", i + n + 1, j + n + 1, part, part)


def _replaced(old: list[str], new: list[str], i: int, j: int) -> Iterator[DiffLine]:
    """Lines that are alike stand beside one another, in their order; the others went or came."""
    at = 0
    paired = len(old) + len(new) <= _MOST_PAIRED
    for place, line in enumerate(old):
        found = _alike(line, new, at) if paired else None
        if found is None:
            yield DiffLine("removed", i + place + 1, None, (DiffPart(line, True),))
            continue
        yield from _added(new, at, found, j)
        left, right = _marked(line, new[found])
        yield DiffLine("changed", i + place + 1, j + found + 1, left, right)
        at = found + 1
    yield from _added(new, at, len(new), j)


def _added(new: list[str], start: int, end: int, j: int) -> Iterator[DiffLine]:
    for place in range(start, end):
        yield DiffLine("added", None, j + place + 1, (), (DiffPart(new[place], True),))


def _alike(line: str, new: list[str], start: int) -> int | None:
    """The first of the next lines that is much alike, else the most alike of them."""
    best, found = _ALIKE, None
    for place in range(start, min(start + _WINDOW, len(new))):
        ratio = _ratio(line, new[place], best)
        if ratio > best:
            best, found = ratio, place
        if best > _MUCH_ALIKE:
            break
    return found


def _ratio(one: str, other: str, wanted: float) -> float:
    if max(len(one), len(other)) > _LONGEST_LINE:
        return 1.0 if one[:_WINDOW] == other[:_WINDOW] else 0.0
    matcher = SequenceMatcher(None, _TOKENS.findall(one), _TOKENS.findall(other), autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() > wanted and matcher.quick_ratio() > wanted else 0.0


def _marked(old: str, new: str) -> tuple[tuple[DiffPart, ...], tuple[DiffPart, ...]]:
    if max(len(old), len(new)) > _LONGEST_LINE:
        return (DiffPart(old, True),), (DiffPart(new, True),)
    a, b = _TOKENS.findall(old), _TOKENS.findall(new)
    left: list[DiffPart] = []
    right: list[DiffPart] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        changed = kind != "equal"
        left += [DiffPart("".join(a[i1:i2]), changed)] if i2 > i1 else []
        right += [DiffPart("".join(b[j1:j2]), changed)] if j2 > j1 else []
    return tuple(left), tuple(right)


def _shortened(lines: list[DiffLine], context: int) -> Iterator[DiffLine]:
    """Runs of equal lines further away than `context` become one gap; texts without a difference give nothing."""
    near = _near(lines, context)
    skipped = 0
    for place, line in enumerate(lines):
        if place not in near:
            skipped += 1
            continue
        if skipped:
            yield DiffLine("gap", None, None, skipped=skipped)
        skipped = 0
        yield line
    if skipped and near:
        yield DiffLine("gap", None, None, skipped=skipped)


def _near(lines: list[DiffLine], context: int) -> set[int]:
    different = (place for place, line in enumerate(lines) if line.kind != "same")
    return {near for place in different for near in range(place - context, place + context + 1)}
