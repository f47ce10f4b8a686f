"""Rows that wait for a record another row may bring, each under the identity it asked for in vain."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

from templates_app.language.drafts import MappedRow

Wanted = tuple[str, str]


class WaitingRows:
    """A queue of rows. A row that has to wait again sleeps until its (space, value) is brought; the cost is linear."""

    def __init__(self, rows: Iterable[MappedRow]) -> None:
        self._ready = deque(rows)
        self._asleep: dict[Wanted, list[MappedRow]] = defaultdict(list)

    def __iter__(self) -> Iterator[MappedRow]:
        """The rows that may be tried now; more come while it runs."""
        while self._ready:
            yield self._ready.popleft()

    def sleep(self, row: MappedRow, wanted: Wanted) -> None:
        self._asleep[wanted].append(row)

    def wake(self, brought: Iterable[Wanted]) -> None:
        for identity in brought:
            self._ready.extend(self._asleep.pop(identity, ()))

    def left(self) -> list[MappedRow]:
        """Those that nothing woke, in the order of the source."""
        return sorted((row for rows in self._asleep.values() for row in rows), key=lambda mapped: mapped.row.number)
