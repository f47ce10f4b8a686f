"""A large body looked at by its beginning: its format and first rows, without reading it through."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Protocol

from .csv_text import LINE_ENDS
from .encodings import detect_encoding, known_encoding, marked_encoding
from .json_lines import is_lines
from .limits import DEFAULT_LIMITS, Limits
from .open import kind_of, open_source
from .reading import AS_FOUND, Reading
from .rows import Row, Source, SourceFormat, SourceRefused
from .xlsx_head import workbook_head

HEAD_BYTES: Final = 1024 * 1024
#: A workbook is packed: this much of it is a sheet of some thousand rows.
SMALL_WORKBOOK: Final = HEAD_BYTES // 4
ROWS_SHOWN: Final = 10
SIGNS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
OPENING: Final = {b"[", b"{"}
CLOSED: Final = bytes.maketrans(b"[{", b"]}")
WHOLE_LINES: Final = re.compile(r".*[\r\n]", re.DOTALL)

#: What is read in place of the whole, and how.
Beginning = tuple[bytes, Reading]


class Body(Protocol):
    """A file that need not be in memory. `size` in bytes."""

    @property
    def size(self) -> int: ...

    def head(self, length: int) -> bytes:
        """The first bytes, at most `length`."""
        ...

    def whole(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Looked:
    """`rows`: the first ones. `total` counts all rows where `exact`, else it is an estimate from the beginning."""

    format: SourceFormat
    rows: tuple[Row, ...]
    total: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """The beginning of a body that can be read by itself, how it is to be read, and its rows."""

    content: bytes
    reading: Reading
    source: Source


def look_at(
    body: Body,
    *,
    name: str = "",
    reading: Reading = AS_FOUND,
    limits: Limits = DEFAULT_LIMITS,
    shown: int = ROWS_SHOWN,
) -> Looked:
    """What a body is and how it begins: the first rows, as many as are to be `shown`. Raises SourceRefused.

    What is wrong beyond its first megabyte may stay unseen.
    A body that its beginning does not explain is read whole, and so is a small workbook.
    """
    if body.size > limits.max_body:
        raise SourceRefused("body_too_large", limit=limits.max_body)
    head = body.head(HEAD_BYTES)
    chosen = replace(reading, kind=reading.kind or kind_of(head, name=name))
    if chosen.kind == "xlsx" and body.size > SMALL_WORKBOOK:
        looked = _workbook_begun(body, name, chosen, limits, shown)
        if looked is not None:
            return looked
    elif body.size > len(head):
        begun = beginning_of(head, body, name=name, reading=chosen, limits=limits)
        if begun is not None:
            return _told(begun.source, len(begun.content), size=body.size, chosen=chosen, shown=shown)
    whole = open_source(body.whole(), name=name, reading=chosen, limits=limits)
    return _told(whole, body.size, size=body.size, chosen=chosen, shown=shown)


def _workbook_begun(body: Body, name: str, chosen: Reading, limits: Limits, shown: int) -> Looked | None:
    """What the first rows of each sheet tell; None where the workbook cannot be cut, or explains itself only whole."""
    head = workbook_head(body.whole())
    if head is None:
        return None
    try:
        source = open_source(head.content, name=name, reading=chosen, limits=limits)
    except SourceRefused:
        return None
    share = head.shares.get(source.format.sheet, 1.0)
    rows = tuple(islice(source.rows(), shown))
    total = source.total if share == 1 else _estimate(source.total, of=1_000_000, size=round(1_000_000 / share))
    return Looked(source.format, rows, total, share == 1) if rows else None


def beginning_of(head: bytes, body: Body, *, name: str, reading: Reading, limits: Limits) -> Begun | None:
    """As much of the head of a body as can be read by itself; None where it holds no row or does not explain itself.

    `reading.kind` is known. A workbook has no beginning.
    """
    beginning = BEGINNINGS.get(reading.kind or "", _no_beginning)(head, body, reading)
    while beginning is not None:
        content, read_as = beginning
        try:
            source = open_source(content, name=name, reading=read_as, limits=limits)
            return Begun(content, read_as, source) if source.total else None
        except SourceRefused as refused:
            beginning = _before_open_cell(content, read_as, refused)
    return None


def _told(source: Source, length: int, *, size: int, chosen: Reading, shown: int) -> Looked:
    rows = tuple(islice(source.rows(), shown))
    exact = length >= size
    total = source.total if exact else _estimate(source.total, of=length, size=size)
    return Looked(_as_chosen(source.format, chosen), rows, total, exact)


def _as_chosen(found: SourceFormat, chosen: Reading) -> SourceFormat:
    """The encoding was detected over the whole body and given to its beginning: it is a note all the same."""
    if found.kind != "csv" or chosen.encoding or found.encoding.startswith("utf-8"):
        return found
    note = f"encoding_detected:{found.encoding}"
    return found if note in found.detected else replace(found, detected=(note, *found.detected))


def _estimate(rows: int, *, of: int, size: int) -> int:
    """Two figures of how many rows there are when the rest is like the beginning."""
    about = round(rows * size / of) if of else 0
    unit = int(10 ** max(len(str(about)) - 2, 0))
    return round(about / unit) * unit


def _csv_beginning(head: bytes, body: Body, reading: Reading) -> Beginning | None:
    """The beginning up to a line end.

    Where nothing names the encoding the whole body decides: a beginning without accents says nothing about the rest.
    """
    encoding = marked_encoding(memoryview(head)) or (known_encoding(reading.encoding) if reading.encoding else "")
    encoding = encoding or detect_encoding(memoryview(body.whole()))
    try:
        lines = WHOLE_LINES.match(codecs.getincrementaldecoder(encoding)().decode(head))
    except UnicodeDecodeError:
        return None
    if lines is None:
        return None
    # Detected as UTF-8 the whole is detected so again, and keeps that name.
    told = reading if encoding == "utf-8" else replace(reading, encoding=encoding)
    return lines.group().encode(encoding), told


def _before_open_cell(content: bytes, reading: Reading, refused: SourceRefused) -> Beginning | None:
    """Without the last record, where the cut went through a cell of several lines."""
    if refused.problem.code != "quote_not_closed" or refused.line < 2:
        return None
    encoding = reading.encoding or "utf-8"
    text = content.decode(encoding)
    end = next(islice(LINE_ENDS.finditer(text), refused.line - 2, None)).end()
    return text[:end].encode(encoding), reading


def _json_beginning(head: bytes, body: Body, reading: Reading) -> Beginning | None:
    """The beginning up to the last complete item of the outermost list it is cut in, with every bracket closed.

    Of one object a line: up to a line end.
    """
    if is_lines(memoryview(head)):
        return head[: head.rfind(b"\n") + 1], reading
    opened: list[bytes] = []
    commas: list[int] = []
    for sign in SIGNS.finditer(head):
        text = sign.group()
        if text in OPENING:
            opened.append(text)
            commas.append(0)
        elif text in {b"]", b"}"} and opened:
            opened.pop()
            commas.pop()
        elif text == b"," and opened:
            commas[-1] = sign.start()
    for depth, (bracket, end) in enumerate(zip(opened, commas, strict=True), start=1):
        if bracket == b"[" and end:
            return head[:end] + b"".join(opened[:depth])[::-1].translate(CLOSED), reading
    return None


def _no_beginning(head: bytes, body: Body, reading: Reading) -> Beginning | None:
    """A workbook cannot be cut."""
    return None


BEGINNINGS: Final = {"csv": _csv_beginning, "json": _json_beginning}
