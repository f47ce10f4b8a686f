"""Which line of the old template is which of the new one, and which of them moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")

#: What two lines must have in common to be one, the strictest first; None takes a line out of this comparison.
Keys = Sequence[Callable[[T], Hashable | None]]


def paired(old: Sequence[T], new: Sequence[T], keys: Keys[T]) -> list[tuple[int, int]]:
    """Places (old, new) of the lines that are one, ordered by the new place. Each line is taken once.

    Where several lines have one key, they are taken in their order.
    """
    pairs: list[tuple[int, int]] = []
    left_old, left_new = list(range(len(old))), list(range(len(new)))
    for key in keys:
        waiting: dict[Hashable, list[int]] = {}
        for place in left_old:
            waiting.setdefault(key(old[place]), []).append(place)
        waiting.pop(None, None)
        for place in left_new:
            found = waiting.get(key(new[place]))
            if found:
                pairs.append((found.pop(0), place))
        left_old = _without(left_old, {i for i, _ in pairs})
        left_new = _without(left_new, {j for _, j in pairs})
    return sorted(pairs, key=lambda pair: pair[1])


def _without(places: list[int], taken: set[int]) -> list[int]:
    return [place for place in places if place not in taken]


def moved(pairs: Sequence[tuple[int, int]]) -> set[int]:
    """The new places of the fewest lines that must have moved for the old order to become the new one."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (old, _) in enumerate(pairs):
        place = bisect_left(tails, old)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [old]
        ends[place : place + 1] = [at]
    stayed: set[int] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        stayed.add(at)
        at = before[at]
    return {new for at, (_, new) in enumerate(pairs) if at not in stayed}
