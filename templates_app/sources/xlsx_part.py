"""What one part of a workbook would cost in memory: how far its cells reach, how many there are, how long its texts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Final

from .limits import Limits
from .rows import SourceRefused

#: No opening tag of a cell or a row is as long.
LONGEST_TAG: Final = 1 << 16
#: A cell's opening tag as programs write it: its address first, then names and values, and the slash of an empty one.
#: Of one that is written otherwise only the beginning matches.
CELL: Final = re.compile(rb"""<(?:\w+:)?c(?=[\s/>])(?: r="([A-Z]{1,3})(\d{1,7})"(?: [A-Za-z:]+="[^"<>]*")* ?(/?)>)?""")
#: A cell's or a row's opening tag written in whatever way; of one that no program writes only the beginning matches.
TAG: Final = re.compile(
    rb"""<(?:\w+:)?(c|row)(?=[\s/>])(?:((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*)\s*(/?)>)?"""
)
ADDRESS: Final = re.compile(rb"""\sr\s*=\s*["']\$?([A-Za-z]*)\$?(\d*)""")
STRING_ITEM: Final = re.compile(rb"<(?:\w+:)?si[\s>/]")
#: What begins the cells of a sheet: a part without it is none.
SHEET: Final = b"sheetData"


class Part:
    """`area` is that of the rectangle around all cells with content: the reader lays a sheet out so, and two far
    corners would fill the memory. `cells` have content. `string_lengths` are the bytes of each shared text with its
    markup.
    """

    def __init__(self, limits: Limits) -> None:
        self.cells = 0
        self.string_lengths: list[int] = []
        self._limits = limits
        self._plain, self._sheet = True, False
        self._top = self._left = 1 << 30
        self._bottom = self._right = 0

    @property
    def area(self) -> int:
        """Cells that lie one over the other count as well: all of them are kept."""
        rectangle = (self._bottom - self._top + 1) * (self._right - self._left + 1) if self._bottom else 0
        return max(rectangle, self.cells)

    def read(self, pieces: Callable[[], Iterator[bytes]]) -> None:
        """`pieces` gives the unpacked part whenever asked. Raises SourceRefused."""
        for text in _whole_tags(pieces()):
            self._sheet = self._sheet or SHEET in text
            if self._plain:
                self._add_cells(CELL.findall(text))
            self._add_strings(text)
            self._check()
        if self._sheet and not self._plain:
            self._walk(_whole_tags(pieces()))

    def _check(self) -> None:
        """Early, so that not even the counting fills the memory."""
        if max(self.cells, len(self.string_lengths)) > self._limits.max_cells:
            raise SourceRefused("sheet_too_large", limit=self._limits.max_cells)

    def _add_cells(self, found: list[tuple[bytes, bytes, bytes]]) -> None:
        places = [(row, column) for column, row, empty in found if not empty]
        if not places:
            return
        if any(not row for row, _ in places):
            self._plain = False
            return
        self.cells += len(places)
        rows = [int(row) for row, _ in places]
        columns = [column_number(letters.decode()) for letters in {column for _, column in places}]
        self._top, self._bottom = min(self._top, *rows), max(self._bottom, *rows)
        self._left, self._right = min(self._left, *columns), max(self._right, *columns)

    def _walk(self, texts: Iterator[bytes]) -> None:
        """The cells one by one, where some have no address: each stands beside the one before it.

        An area so found begins at the corner. Empty cells count as well: they, too, take a place each.
        """
        self._top = self._left = 1
        self.cells = row = column = 0
        for seen, tag in enumerate(itertools.chain.from_iterable(map(TAG.finditer, texts))):
            if tag[2] is None:
                raise SourceRefused("workbook_broken")
            place = ADDRESS.search(tag[2])
            number = int(place[2] or 0) if place else 0
            if tag[1] == b"row":
                row, column = number or row + 1, 0
                continue
            column = column_number(place[1].decode()) if place else column + 1
            self.cells += 1
            if not tag[3]:
                self._bottom, self._right = max(self._bottom, row, number), max(self._right, column)
            if max(self.area, seen // 2) > self._limits.max_cells:
                raise SourceRefused("sheet_too_large", limit=self._limits.max_cells)

    def _add_strings(self, text: bytes) -> None:
        """A text goes on until the next one begins."""
        begins = [found.start() for found in STRING_ITEM.finditer(text)]
        if self.string_lengths:
            self.string_lengths[-1] += begins[0] if begins else len(text)
        self.string_lengths += [end - begin for begin, end in itertools.pairwise([*begins, len(text)])]


def _whole_tags(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same text cut so that no tag lies across two pieces, unless it is longer than any of a sheet."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = text.rfind(b"<")
        cut = cut if cut >= len(text) - LONGEST_TAG else len(text)
        yield text[:cut]
        rest = text[cut:]
    yield rest


def column_number(letters: str) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
