"""Whether a kept body tells a record: by its text first, which is quick, then value by value, which is sure."""

from __future__ import annotations

import codecs
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import IO, Any, Final

from sync_app.engine.fingerprint import Fingerprint
from sync_app.runs.errors import RunRefused
from templates_app.catalog.folding import fold
from templates_app.sources.limits import DEFAULT_LIMITS, Limits
from templates_app.sources.open import kind_of, open_source
from templates_app.sources.reading import Reading
from templates_app.sources.rows import Source, SourceRefused
from templates_app.sources.xlsx_head import sheet_names
from templates_app.sources.xlsx_zip import BROKEN_ARCHIVE

#: What a body may have been written in, beside what it was read in.
ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")
PIECE: Final = 1 << 20
#: Signs of one piece that the next begins with again: no probe is cut in two, however its signs are composed.
OVERLAP: Final = 512
PROBE: Final = 64
UNPACKED: Final = 512 * 1024 * 1024
NO_HEADER: Final = 0
_WORDS: Final = re.compile(r"\w+")
_TEXT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Body:
    """A kept body, and what is known of it; `rows` opens it as it was, or would be, read."""

    content: bytes
    rows: Callable[[], Source]
    name: str = ""
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""


def probes_of(print_: Fingerprint) -> frozenset[str]:
    """Of each form its longest word: where no probe stands in a folded text, no form does, however it is quoted."""
    words = (max(_WORDS.findall(form), key=len, default="") for form in print_.forms)
    return frozenset(word[:PROBE] for word in words)


def tells(body: Body, print_: Fingerprint) -> bool:
    """Whether a row or a cell of the body, of whatever sheet, tells the record.

    What cannot be read value by value is judged by its text. Memory is bounded by what reading the body takes.
    """
    if not print_.forms:
        return False
    kind = body.kind or kind_of(body.content, name=body.name)
    try:
        if kind == "xlsx":
            return _workbook_tells(body, print_)
        if kind == "json":
            return _json_tells(body, print_)
        return _text_has(body, print_) and _table_tells(replace(body, kind="csv"), print_)
    except (SourceRefused, RunRefused, ValueError):
        return _unreadable_has(body, print_)


# --- value by value


def _workbook_tells(body: Body, print_: Fingerprint) -> bool:
    """Its texts are packed, and cut where their looks change: only its cells tell."""
    return any(_table_tells(replace(body, kind="xlsx"), print_, sheet=name) for name in sheet_names(body.content))


def _table_tells(body: Body, print_: Fingerprint, *, sheet: str = "") -> bool:
    """All lines and cells, those above and beside the rows as well."""
    reading = Reading(
        kind=body.kind, encoding=body.encoding, delimiter=body.delimiter, sheet=sheet, header_row=NO_HEADER
    )
    try:
        opened = open_source(body.content, reading=reading, limits=_limits(body))
    except SourceRefused as refused:
        if refused.problem.code == "table_empty":
            return False
        raise
    return any(print_.is_in(row.data) for row in opened.rows())


def _json_tells(body: Body, print_: Fingerprint) -> bool:
    if b"\\u" not in body.content and not _text_has(body, print_):
        return False
    return _texts_tell(body.content, print_) or any(print_.is_in(row.data) for row in body.rows().rows())


def _texts_tell(content: bytes, print_: Fingerprint) -> bool:
    """Whether one of the texts of a JSON body tells it, wherever it stands: rows may stand in what is no row."""
    return any(print_.is_in(_unescaped(found[1])) for found in _TEXT.finditer(content.decode()))


def _unescaped(text: str) -> Any:
    return json.loads(f'"{text}"', strict=False) if "\\" in text else text


def _limits(body: Body) -> Limits:
    """Whatever was taken once is read."""
    return replace(DEFAULT_LIMITS, max_body=max(len(body.content), DEFAULT_LIMITS.max_body))


# --- by its text


def _text_has(body: Body, print_: Fingerprint) -> bool:
    probes = probes_of(print_)
    encodings = dict.fromkeys(filter(None, (body.encoding, *ENCODINGS)))
    if not body.encoding and not _is_utf8(body.content):
        encodings |= dict.fromkeys(_detected(body))
    return any(_has(BytesIO(body.content), encoding, probes) for encoding in encodings)


def _detected(body: Body) -> Iterator[str]:
    reading = Reading(kind="csv", header_row=NO_HEADER)
    try:
        yield open_source(body.content, reading=reading, limits=_limits(body)).format.encoding
    except SourceRefused:
        return


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _unreadable_has(body: Body, print_: Fingerprint) -> bool:
    """An archive is looked through file by file; one that cannot be is taken to hold whatever is looked for."""
    if not zipfile.is_zipfile(BytesIO(body.content)):
        return _text_has(body, print_)
    probes = probes_of(print_)
    try:
        with zipfile.ZipFile(BytesIO(body.content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED:
                return True
            return any(_entry_has(archive, name, probes) for name in archive.namelist())
    except BROKEN_ARCHIVE:
        return True


def _entry_has(archive: zipfile.ZipFile, name: str, probes: frozenset[str]) -> bool:
    for encoding in ENCODINGS:
        with archive.open(name) as file:
            if _has(file, encoding, probes):
                return True
    return False


def _has(file: IO[bytes], encoding: str, probes: frozenset[str]) -> bool:
    """Whether one of the probes stands in a text, piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    tail = ""
    while piece := file.read(PIECE):
        text = tail + decoder.decode(piece)
        folded = fold(text)
        if any(probe in folded for probe in probes):
            return True
        tail = text[-OVERLAP:]
    return False
