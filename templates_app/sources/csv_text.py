"""A delimited file as text: decoded piece by piece, cut into records."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

from .limits import Limits
from .place import windows
from .rows import SourceRefused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LINE_ENDS: Final = re.compile(r"\r\n|\r|\n")
SENTINEL: Final = "this line was added to see whether a quotation mark is still open"
TERMINATOR_SAMPLE: Final = 20
#: A file of one column has no delimiter: a sign that no file holds stands for it.
NO_DELIMITER: Final = "\x1f"

Record = tuple[int, list[str]]


class ViewReader(io.RawIOBase):
    """A file over a memoryview, which io.BytesIO would copy."""

    def __init__(self, view: memoryview) -> None:
        super().__init__()
        self._view = view
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: WriteableBuffer) -> int:
        into = memoryview(target)
        piece = self._view[self._position : self._position + len(into)]
        into[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)


def check_text(view: memoryview, encoding: str) -> None:
    """Refuses bytes that the encoding does not know, and NUL, with the line they stand in."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    last = ""
    for window in chain(windows(view), (b"",)):
        try:
            text = decoder.decode(window, final=not window)
        except UnicodeDecodeError as error:
            readable = str(error.object[: error.start], encoding, "replace")
            line += len(LINE_ENDS.findall(last + readable)) - len(LINE_ENDS.findall(last))
            raise SourceRefused("undecodable", line=line, encoding=encoding) from None
        if "\0" in text:
            raise SourceRefused("nul_character", line=line + len(LINE_ENDS.findall(text[: text.index("\0")])))
        line += len(LINE_ENDS.findall(last + text)) - len(LINE_ENDS.findall(last))
        last = text[-1:]


def lines_of(view: memoryview, encoding: str) -> io.TextIOWrapper:
    """The lines with their ends, whichever they are."""
    return io.TextIOWrapper(io.BufferedReader(ViewReader(view)), encoding=encoding, newline="")


def quoted_records(lines: Iterator[str], *, delimiter: str, limits: Limits) -> Iterator[Record]:
    """The line each record begins at, and its cells. Blank lines are left out."""
    reader = csv.reader(chain(lines, (SENTINEL,)), delimiter=delimiter)
    begins = reader.line_num + 1
    pending: Record | None = None
    try:
        for cells in reader:
            if pending is not None and pending[1]:
                yield pending
            pending = begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        raise SourceRefused("text_over_limit", line=begins, limit=limits.max_text) from None
    if pending is not None and pending[1] != [SENTINEL]:
        raise SourceRefused("quote_not_closed", line=pending[0])


def plain_records(lines: Iterator[str], *, delimiter: str, terminator: str) -> Iterator[Record]:
    """Records cut at a delimiter of any length, without quotation marks; `terminator` ends each, if there is one."""
    begins = 1
    parts: list[str] = []
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\r\n")
        parts.append(line if terminator and not text.endswith(terminator) else text)
        if terminator and not text.endswith(terminator):
            continue
        whole = "".join(parts)
        if whole:
            yield begins, whole.removesuffix(terminator).split(delimiter)
        begins, parts = number + 1, []
    if "".join(parts).strip():
        yield begins, "".join(parts).rstrip("\r\n").split(delimiter)


def find_terminator(lines: list[str], delimiter: str) -> str:
    """What ends each record beside the line end: the signs that most first lines end with, related to the delimiter.

    Bulk exports of databases write `1+|2+|3&|`: the row ends with as many signs as the delimiter has, of which the last
    is the same.
    """
    endings = Counter(line.rstrip("\r\n")[-len(delimiter) :] for line in lines[:TERMINATOR_SAMPLE] if line.strip())
    found, times = endings.most_common(1)[0] if endings else ("", 0)
    # A cell may hold line ends: then not every line ends a record.
    related = len(delimiter) > 1 and found[-1:] == delimiter[-1:] and found != delimiter and 2 * times > endings.total()
    return found if related and not any(map(str.isalnum, found)) else ""
