"""What a workbook would unpack to, seen before a reader that believes it unpacks it."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import IO, Final

from .limits import Limits
from .rows import SourceRefused
from .xlsx_part import LONGEST_TAG, Part

#: What reading an archive that is damaged, encrypted or packed in an unknown way may raise.
BROKEN_ARCHIVE: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
COMPOUND: Final = b"\xd0\xcf\x11\xe0"
ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
WORKBOOK: Final = "xl/workbook.xml"
#: What the archive of an office document holds, whichever it is.
OFFICE: Final = frozenset({"[content_types].xml", "mimetype", "index/document.iwa"})
MAX_ENTRIES: Final = 10_000
PIECE: Final = 1 << 20
#: A cell that names a shared text, up to its value; a formula may stand before that.
STRING_CELL: Final = re.compile(
    rb"""<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*["']s["'][^<>]*>"""
    rb"""(?:[^<]|<(?!/?(?:\w+:)?[cv][\s/>]))*<(?:\w+:)?v[^<>]*>\s*(\d{1,9})\s*<"""
)


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
        found = Part(limits)
        found.read(partial(_pieces, archive, entry))
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
            tail = text[max(done, len(text) - LONGEST_TAG) :]


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked part. A part that is longer than it declares fails its checksum here."""
    with archive.open(entry) as part:
        while piece := part.read(PIECE):
            yield piece
