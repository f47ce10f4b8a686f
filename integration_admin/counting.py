"""What caches that count for all processes have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

NO_LIMIT: Final = 2**53


class Step(NamedTuple):
    """A counter to be increased: it forgets itself `seconds` after it began; beyond `limit` no further one is."""

    name: str
    seconds: int
    limit: int = NO_LIMIT


class CountingCache(Protocol):
    """A cache that increases several counters at once."""

    def count_in_turn(self, steps: Sequence[Step]) -> list[int]:
        """The new values of these counters, each one more, up to the first that has passed its limit.

        Atomic over processes, all of them together.
        """
        ...
