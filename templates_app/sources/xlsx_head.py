"""A large workbook cut to its beginning: of each sheet the first rows, of the shared texts the first; nothing else."""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
from collections import deque
from dataclasses import dataclass
from typing import Final

from .rows import SourceRefused
from .xlsx_zip import BROKEN_ARCHIVE

SHEET_BYTES: Final = 1024 * 1024
STRINGS_BYTES: Final = 8 * SHEET_BYTES
WORKBOOK: Final = "xl/workbook.xml"
RELATIONS: Final = "xl/_rels/workbook.xml.rels"
#: What a reader of cells needs beside the sheets and texts; the rest (pictures, themes, comments) stays away.
KEPT: Final = frozenset({"[content_types].xml", "_rels/.rels", WORKBOOK, RELATIONS, "xl/styles.xml"})
STRINGS: Final = "xl/sharedstrings.xml"
#: A part that every workbook has may lack, too.
BROKEN: Final = (*BROKEN_ARCHIVE, KeyError)
TAG: Final = re.compile(r"""<(?:\w+:)?(sheet|Relationship)\s((?:[^>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE: Final = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
ROW_END: Final = re.compile(rb"</((?:\w+:)?)row\s*>")
STRING_END: Final = re.compile(rb"</((?:\w+:)?)si\s*>")


@dataclass(frozen=True, slots=True)
class WorkbookHead:
    """`content` is a workbook. `shares`: sheet -> which part of its XML is in there, 1 = all."""

    content: bytes
    shares: dict[str, float]


def sheet_names(body: bytes | memoryview) -> tuple[str, ...]:
    """The worksheets of a workbook in its order, empty ones too. Raises SourceRefused `workbook_broken`."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return tuple(sheet_parts(archive))
    except BROKEN:
        raise SourceRefused("workbook_broken") from None


def workbook_head(body: bytes, *, sheet_bytes: int = 0, packed: bool = False) -> WorkbookHead | None:
    """A workbook of the first rows; None where this one is built so that it cannot be cut, or is broken.

    `sheet_bytes` of the XML of each sheet are kept (0: as many as a look needs); `packed` again, to be kept.
    """
    out, kept_share = io.BytesIO(), {}
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    sheet_bytes = sheet_bytes or SHEET_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive, zipfile.ZipFile(out, "w", method) as cut:
            parts = sheet_parts(archive)
            if not {WORKBOOK, *parts.values()} <= {*archive.namelist()}:
                return None
            for entry in archive.infolist():
                content = _start(archive, entry, set(parts.values()), sheet_bytes)
                if content is not None:
                    cut.writestr(entry.filename, content)
                    kept_share[entry.filename] = min(1.0, len(content) / max(entry.file_size, 1))
    except BROKEN:
        return None
    return WorkbookHead(out.getvalue(), {name: kept_share.get(part, 1.0) for name, part in parts.items()})


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet -> the part that holds its cells, in the order of the workbook."""
    targets = {
        found["Id"]: posixpath.normpath(posixpath.join("/xl", found["Target"])).lstrip("/")
        for found in _tags(archive, RELATIONS, "Relationship")
        if found.get("Type", "").endswith("/worksheet")
    }
    named = ((found["name"], _relation(found)) for found in _tags(archive, WORKBOOK, "sheet"))
    return {name: targets[relation] for name, relation in named if relation in targets}


def entry_of(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The part of this name as readers of cells find it: in any letter case, with slashes of either sort. KeyError."""
    wanted = name.lower()
    found = (entry for entry in archive.infolist() if entry.filename.replace("\\", "/").lower() == wanted)
    entry = next(found, None)
    if entry is None:
        raise KeyError(name)
    return entry


def _relation(sheet: dict[str, str]) -> str:
    """`r:id`, whatever prefix stands for its namespace; not the sheet's own number."""
    return next((value for name, value in sheet.items() if name.endswith(":id")), "")


def _tags(archive: zipfile.ZipFile, part: str, tag: str) -> list[dict[str, str]]:
    """The attributes of every such element of a small part."""
    text = _read(archive, entry_of(archive, part), SHEET_BYTES).decode("utf-8", "replace")
    return [
        {name: html.unescape(double or single) for name, double, single in ATTRIBUTE.findall(attributes)}
        for found, attributes in TAG.findall(text)
        if found == tag
    ]


def _start(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, sheets: set[str], sheet_bytes: int) -> bytes | None:
    """What is kept of a part; None for a part that is left out. ValueError when it cannot be cut."""
    if entry.filename in sheets:
        return _cut(_read(archive, entry, sheet_bytes), entry, ROW_END, ("sheetData", "worksheet"))
    name = entry.filename.lower()
    if name == STRINGS:
        return _cut(_read(archive, entry, STRINGS_BYTES), entry, STRING_END, ("sst",))
    if name not in KEPT:
        return None
    if entry.file_size > SHEET_BYTES:
        raise ValueError("a part that must be whole is too large")
    return _read(archive, entry, SHEET_BYTES)


def _cut(content: bytes, entry: zipfile.ZipInfo, end: re.Pattern[bytes], closing: tuple[str, ...]) -> bytes:
    """The content up to the last element that is whole, with what is open closed again."""
    if len(content) >= entry.file_size:
        return content
    found = deque(end.finditer(content), maxlen=1)
    if not found:
        raise ValueError("no element ends within the beginning")
    last = found.pop()
    prefix = last[1].decode()
    return content[: last.end()] + "".join(f"</{prefix}{name}>" for name in closing).encode()


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(entry) as part:
        return part.read(limit)
