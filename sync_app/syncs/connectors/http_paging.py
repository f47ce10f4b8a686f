"""A list that comes in pages, read to its end: no page twice, none of another host, and no end that is only hoped for.

A list is *complete* only where its service proves it: it told the number of all rows, the same on every page, and so
many came; or its pages name the next, and the last said that there is none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, Final

from sync_app.syncs.connectors.base import Link, TransferFailed, Trouble
from sync_app.syncs.connectors.http_auth import Caller
from sync_app.syncs.connectors.http_form import CURSOR, LINK, NONE, OFFSET, PAGE
from sync_app.syncs.connectors.rows import Gathered, exact, json_of, said
from sync_app.syncs.http.addresses import fits_query
from sync_app.syncs.http.answers import Answer

ABSENT: Final = object()
MOST_PAGES: Final = 10_000
#: A number of more digits counts nothing; writing out 1e10000000 would never end.
DIGITS: Final = 18
NO_CONTENT: Final = 204
WHOLE_ADDRESS: Final = re.compile(r"[?#]|://")
#: The time that `NEXT` takes grows with the square of what it reads.
LONGEST_HEADER: Final = 8_000
NEXT: Final = re.compile(
    r'<([^<>]*)>\s*;(?:[^,<]*;)?\s*rel\s*=\s*"?(?:[^",]*\s)?next(?:\s[^",]*)?"?\s*(?:[;,]|$)', re.IGNORECASE
)
PAGED: Final = frozenset({PAGE, OFFSET})


@dataclass(frozen=True, slots=True)
class Page:
    """`rows` are those found; `content` the whole answer, numbers exact."""

    answer: Answer
    content: Any
    rows: list[Any]

    @property
    def host(self) -> str:
        return self.answer.address.host


#: Reads the next page, once it is known that there is one and that it may be read.
Step = Callable[[], Page]


@dataclass(slots=True)
class Listing:
    """Reads one list. `since`: what is asked beside the settings. After `pages` has ended, `complete` is answered."""

    caller: Caller
    link: Link
    since: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False
    gathered: Gathered = field(init=False)
    _seen: set[bytes] = field(default_factory=set)
    _totals: set[int] = field(default_factory=set)
    _named: bool = False

    def __post_init__(self) -> None:
        self.gathered = Gathered(host=self.caller.host)

    def pages(self) -> Iterator[Page]:
        """Page after page. Raises TransferFailed; the rows so far are then worth nothing."""
        most = int(self._said("most_pages") or MOST_PAGES)
        step: Step = partial(self._read, self._words(0, ""))
        for number in range(1, most + 1):
            page = step()
            self._take(page, number)
            yield page
            following = self._following(page, number)
            if following is None:
                self.complete = self._is_proved()
                return
            step = following
        raise TransferFailed("pages_endless", Trouble.ANSWER, host=page.host, limit=most)

    def _take(self, page: Page, number: int) -> None:
        digest = hashlib.sha256(self.gathered.take(page.rows)).digest()
        if page.rows and digest in self._seen:
            raise TransferFailed("page_repeated", Trouble.ANSWER, host=page.host, page=number)
        self._seen.add(digest)
        self._count(page)

    def _count(self, page: Page) -> None:
        if not (path := str(self._said("total_path") or "")):
            return
        total = found_at(page.content, path)
        if isinstance(total, str) and total.isascii() and total.isdigit():
            total = int(total[:DIGITS])
        if type(total) is int:
            self._totals.add(total)
        if len(self._totals) > 1:
            raise TransferFailed("list_changing", Trouble.AGAIN, host=page.host)

    def _is_proved(self) -> bool:
        if self._totals:
            return self._totals == {self.gathered.count}
        return self._named and self._said("paging") in {LINK, CURSOR}

    def _following(self, page: Page, number: int) -> Step | None:
        paging = self._said("paging") or NONE
        if paging in PAGED:
            return partial(self._read, self._words(number, "")) if page.rows else None
        if paging not in {LINK, CURSOR}:
            return None
        named = self._next(page)
        if named is None:
            return None
        self._remember(named, page, number)
        if paging == CURSOR:
            return partial(self._read, self._words(number, named))
        return lambda: self._page(self.caller.follow(named, at=page.answer))

    def _next(self, page: Page) -> str | None:
        """What the page says of the next. That it says so, be it that there is none, is what proves an end."""
        if not (path := str(self._said("next_path") or "")):
            header = page.answer.headers.get("link", "")
            if len(header) > LONGEST_HEADER:
                raise TransferFailed("next_unreadable", Trouble.ANSWER, host=page.host, path="Link")
            found = NEXT.search(header)
            self._named = "link" in page.answer.headers
            return found[1] if found else None
        named = found_at(page.content, path)
        self._named = named is not ABSENT
        if named is ABSENT or named is None or named is False or named == "":
            return None
        if (isinstance(named, str) and fits_query(named)) or type(named) is int:
            return str(named)
        raise TransferFailed("next_unreadable", Trouble.ANSWER, host=page.host, path=path)

    def _remember(self, named: str, page: Page, number: int) -> None:
        mark = b"next " + named.encode()
        if mark in self._seen:
            raise TransferFailed("page_repeated", Trouble.ANSWER, host=page.host, page=number + 1)
        self._seen.add(mark)

    def _words(self, number: int, cursor: str) -> dict[str, Any]:
        """The parameters of the page of this number, from 0."""
        words: dict[str, Any] = {str(name): value for name, value in dict(self._said("query") or {}).items()}
        words |= self.since
        paging, size = self._said("paging") or NONE, int(self._said("size") or 100)
        if paging != NONE and (name := self._said("size_name")):
            words[str(name)] = size
        if paging == PAGE:
            first = self._said("first_page")
            words[str(self._said("page_name") or "page")] = number + (1 if first is None else int(first))
        elif paging == OFFSET:
            words[str(self._said("offset_name") or "offset")] = self.gathered.count
        elif paging == CURSOR and cursor:
            words[str(self._said("cursor_name") or "cursor")] = cursor
        return words

    def _read(self, words: Mapping[str, Any]) -> Page:
        segments = segments_of(str(self._said("path") or ""))
        if self._said("method") == "POST":
            return self._page(self.caller.ask("POST", *segments, repeatable=True, **json_of(words)))
        query = [(name, str(value)) for name, value in words.items()]
        return self._page(self.caller.ask("GET", *segments, query=query))

    def _page(self, answer: Answer) -> Page:
        if answer.status == NO_CONTENT:
            # Some services say so of a list, or of a page, without rows.
            return Page(answer, {}, [])
        content = exact(answer)
        path, host = str(self._said("rows_path") or ""), answer.address.host
        rows = found_at(content, path)
        if not isinstance(rows, list):
            raise TransferFailed("list_missing", Trouble.ANSWER, host=host, name=path)
        if not all(isinstance(row, dict) for row in rows):
            raise TransferFailed("rows_not_objects", Trouble.ANSWER, host=host)
        return Page(answer, content, rows)

    def _said(self, name: str) -> Any:
        return self.link.transfer.get(name)


def segments_of(path: str) -> list[str]:
    """The parts of a path as a person enters it, with or without slashes around it.

    Raises TransferFailed `path_unfit` for more than that: a whole address, or one with parameters, which have a field
    of their own.
    """
    if WHOLE_ADDRESS.search(path):
        raise TransferFailed("path_unfit", Trouble.SETTINGS, part=said(path))
    return path.strip("/").split("/") if path.strip("/") else []


def found_at(content: Any, path: str) -> Any:
    """What stands at `data/items`, or ABSENT; slashes around it do not count. An empty path is the content itself."""
    for name in [part.strip() for part in path.strip("/").split("/")] if path.strip("/") else []:
        if not isinstance(content, dict) or name not in content:
            return ABSENT
        content = content[name]
    if isinstance(content, Decimal) and content.adjusted() < DIGITS and content == content.to_integral_value():
        return int(content)
    return content
