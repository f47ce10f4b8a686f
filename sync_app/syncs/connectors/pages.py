"""A list that comes in numbered pages, read to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.connectors.rows import Gathered, exact, rows_in
from sync_app.syncs.http.answers import Answer

PAGES_AT_MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Listed:
    """Where an answer has the `rows` and the `total` of them all, and a row its `code`. `size`: rows of a full page."""

    rows: str
    total: str
    code: str
    size: int

    def read(self, ask: Callable[[int], Answer], *, host: str) -> tuple[Gathered, bool]:
        """All rows, and whether they are as many as each page said. `ask` gives the page of this number, from 0.

        Raises TransferFailed `page_repeated`, `pages_endless`.
        """
        gathered = Gathered(host=host)
        seen: set[str] = set()
        totals: set[int | None] = set()
        for index in range(PAGES_AT_MOST):
            content = exact(ask(index))
            page = rows_in(content, name=self.rows, host=host)
            codes = {str(row[self.code]) for row in page if isinstance(row, dict) and row.get(self.code) is not None}
            if codes & seen:
                raise TransferFailed("page_repeated", Trouble.ANSWER, host=host, page=index + 1)
            seen |= codes
            total = self._total(content)
            totals.add(total)
            gathered.take(page)
            # A service may hold its pages smaller than it was asked to.
            if not page or (len(page) < self.size and gathered.count >= (total or 0)):
                return gathered, totals == {gathered.count}
        raise TransferFailed("pages_endless", Trouble.ANSWER, host=host, limit=PAGES_AT_MOST)

    def _total(self, content: Any) -> int | None:
        total = content.get(self.total) if isinstance(content, dict) else None
        return total if type(total) is int else None
