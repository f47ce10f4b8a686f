"""What a workbook would unpack to, seen before a reader that believes it unpacks it."""

from __future__ import annotations

import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

from .limits import Limits
from .rows import SourceRefused

#: What reading an archive that is damaged, encrypted or packed in an unknown way may raise.
BROKEN_ARCHIVE: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
COMPOUND: Final = b"\xd0\xcf\x11\xe0"
ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
WORKBOOK: Final = "xl/workbook.xml"
#: What the archive of an office document holds, whichever it is.
OFFICE: Final = frozenset({"[content_types].xml", "mimetype", "index/document.iwa"})
MAX_ENTRIES: Final = 10_000
PIECE: Final = 1 << 20
# Long enough that no cell's opening tag is cut between two pieces without being seen whole in one of them.
OVERLAP: Final = 256
CELL: Final = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']\$?([A-Za-z]{1,3})\$?(\d{1,7})["'][^>]*?(/?)>""")
STRING_CELL: Final = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\bt\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>(\d{1,9})<""")
STRING_ITEM: Final = re.compile(rb"<(?:\w+:)?si[\s>/]")


def check_workbook(view: memoryview, file: IO[bytes], *, limits: Limits) -> None:
    """Refuses what is no .xlsx, is encrypted or broken, or would take too much memory. Raises SourceRefused."""
    _check_container(view)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive, limits)
            _check_contents(archive, limits)
    except BROKEN_ARCHIVE as error:
        if isinstance(error, SourceRefused):
            raise
        raise SourceRefused("workbook_broken") from None


def _check_container(view: memoryview) -> None:
    head = bytes(view[:4])
    if head == COMPOUND:
        encrypted = ENCRYPTED_STREAM in bytes(view)
        raise SourceRefused("workbook_encrypted" if encrypted else "workbook_old")
    if not head.startswith(b"PK"):
        raise SourceRefused("workbook_broken")


def _check_entries(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    names = {entry.filename.replace("\\", "/").lower() for entry in entries}
    if WORKBOOK not in names:
        raise SourceRefused("workbook_other_kind" if names & OFFICE else "file_is_archive")
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > limits.max_unpacked:
        raise SourceRefused("workbook_unpacks_too_large", limit=limits.max_unpacked)
    if any(entry.flag_bits & 1 for entry in entries):
        raise SourceRefused("workbook_encrypted")


def _check_contents(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Reads every part: the sizes are those that were declared, the sheets have a bearable area and bearable texts.

    A part may be a sheet whatever it is called, so that all are looked at.
    """
    area = cells = 0
    lengths: list[int] = []
    for entry in archive.infolist():
        found = _Part()
        found.read(_pieces(archive, entry))
        area += found.area
        cells += found.cells
        lengths += found.string_lengths
    if area > limits.max_cells:
        raise SourceRefused("sheet_too_large", limit=limits.max_cells)
    # The reader copies a shared text into every cell that names it: one long text in many cells would fill the memory.
    if cells * max(lengths, default=0) > limits.max_unpacked:
        _check_texts(archive, lengths, limits)


def _check_texts(archive: zipfile.ZipFile, lengths: list[int], limits: Limits) -> None:
    total = 0
    for entry in archive.infolist():
        tail = b""
        for piece in _pieces(archive, entry):
            text, done = tail + piece, 0
            for found in STRING_CELL.finditer(text):
                done = found.end()
                number = int(found[1])
                total += lengths[number] if number < len(lengths) else 0
            if total > limits.max_unpacked:
                raise SourceRefused("workbook_unpacks_too_large", limit=limits.max_unpacked)
            tail = text[max(done, len(text) - OVERLAP) :]


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked part. A part that is longer than it declares fails its checksum here."""
    with archive.open(entry) as part:
        while piece := part.read(PIECE):
            yield piece


class _Part:
    """What one part of the archive holds, as far as it costs memory.

    `area` is that of the rectangle around all cells with content: the reader lays a sheet out so, and two far corners
    would fill the memory. `string_lengths` are the bytes of each shared text with its markup.
    """

    def __init__(self) -> None:
        self.cells = 0
        self.string_lengths: list[int] = []
        self._top = self._left = 1 << 30
        self._bottom = self._right = 0

    @property
    def area(self) -> int:
        return (self._bottom - self._top + 1) * (self._right - self._left + 1) if self.cells else 0

    def read(self, pieces: Iterator[bytes]) -> None:
        tail = b""
        for piece in pieces:
            text = tail + piece
            self._add_cells([(row, column) for column, row, empty in CELL.findall(text) if not empty])
            self._add_strings(text, len(tail))
            # A tag that was cut is seen whole with the next piece.
            tail = text[max(text.rfind(b"<"), len(text) - OVERLAP) :]

    def _add_cells(self, places: list[tuple[bytes, bytes]]) -> None:
        if not places:
            return
        self.cells += len(places)
        rows = [int(row) for row, _ in places]
        columns = [column_number(letters.decode()) for letters in {column for _, column in places}]
        self._top, self._bottom = min(self._top, *rows), max(self._bottom, *rows)
        self._left, self._right = min(self._left, *columns), max(self._right, *columns)

    def _add_strings(self, text: bytes, seen: int) -> None:
        """A text goes on until the next one begins, over the end of a piece too. `seen` bytes were there before."""
        begins = [found.start() for found in STRING_ITEM.finditer(text) if found.end() > seen]
        if self.string_lengths:
            self.string_lengths[-1] += (begins[0] if begins else len(text)) - seen
        self.string_lengths += [end - begin for begin, end in itertools.pairwise([*begins, len(text)])]


def column_number(letters: str) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
