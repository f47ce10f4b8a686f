"""Cells of a sheet that hold no value although they show something: errors, and formulas that were never calculated."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import IO, Any, Final

from lxml import etree

from templates_app.catalog.problems import Problem

from .rows import SourceRefused
from .xlsx_head import BROKEN, entry_of, sheet_parts
from .xlsx_part import column_number

#: A formula has at most 8,192 characters, and more bytes than that: none is cut between two pieces unseen.
LONGEST_FORMULA: Final = 1 << 16
PIECE: Final = LONGEST_FORMULA * 16
SUSPECT: Final = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\bt\s*=\s*["']e["']"""
    rb"""|<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f\s*>)"""
    rb"""\s*(?:<(?:\w+:)?v\s*(?:/>|>\s*</(?:\w+:)?v\s*>)\s*)?</(?:\w+:)?c\s*>"""
)
PLACE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?\d*")
UNCALCULATED: Final = Problem(code="cell_uncalculated")

Faults = dict[int, dict[int, Problem]]


def sheet_faults(file: IO[bytes], sheet: str) -> Faults:
    """Row of the sheet -> column, both from 1 -> what is wrong there. Raises SourceRefused `workbook_broken`."""
    try:
        with zipfile.ZipFile(file) as archive:
            name = sheet_parts(archive).get(sheet)
            part = entry_of(archive, name) if name is not None else None
            if part is None or not _is_suspect(archive, part):
                return {}
            with archive.open(part) as content:
                return _found(content)
    except (*BROKEN, etree.XMLSyntaxError):
        raise SourceRefused("workbook_broken") from None


def _is_suspect(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    tail = b""
    with archive.open(part) as content:
        while piece := content.read(PIECE):
            text = tail + piece
            if SUSPECT.search(text):
                return True
            tail = text[-LONGEST_FORMULA:]
    return False


def _found(content: IO[bytes]) -> Faults:
    """Read as it comes: a tree of the whole sheet, or of one endless row, would fill the memory."""
    cells = _Cells()
    told: Any = cells
    parser = etree.XMLParser(target=told, resolve_entities=False, no_network=True, huge_tree=True)
    while piece := content.read(PIECE):
        parser.feed(piece)
    parser.close()
    return cells.faults


class _Cells:
    """Told by the parser of each tag and text, it notes the faults. A cell without address stands beside the last."""

    def __init__(self) -> None:
        self.faults: Faults = {}
        self._row = self._column = 0
        self._kind = ""
        self._formula = self._reads = False
        self._value: str | None = None
        # What shows the same error is the same problem: a sheet may be full of them.
        self._errors: dict[str, Problem] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _local(tag)
        if name == "row":
            self._row, self._column = int(attributes.get("r") or self._row + 1), 0
        elif name == "c":
            place = PLACE.match(attributes.get("r") or "")
            self._column = column_number(place[1]) if place else self._column + 1
            self._kind, self._formula, self._value = attributes.get("t") or "", False, None
        elif name == "f":
            self._formula = True
        elif name == "v":
            self._value, self._reads = self._value or "", True

    def data(self, text: str) -> None:
        if self._reads:
            self._value = (self._value or "") + text

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name == "v":
            self._reads = False
        elif name == "c" and (fault := self._fault()):
            self.faults.setdefault(self._row, {})[self._column] = fault

    def close(self) -> None:
        """The parser asks for it at the end."""

    def _fault(self) -> Problem | None:
        value = self._value or ""
        if self._kind == "e":
            return self._errors.setdefault(value, Problem(code="cell_error", params={"value": value}))
        # An empty text is a value, if the program says that it is text.
        if self._formula and (self._value is None or not (value or self._kind == "str")):
            return UNCALCULATED
        return None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
