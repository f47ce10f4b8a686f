"""What the reader of a sheet does not tell: errors, formulas never calculated, merged cells, how codes are shown."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO, Any, Final, NamedTuple

from lxml import etree

from templates_app.catalog.problems import Problem

from .rows import SourceRefused
from .xlsx_head import BROKEN, entry_of, sheet_parts
from .xlsx_part import column_number
from .xlsx_zeros import Padded, padded_styles

#: A formula has at most 8,192 characters, and more bytes than that: none is cut between two pieces unseen.
LONGEST_FORMULA: Final = 1 << 16
PIECE: Final = LONGEST_FORMULA * 16
SUSPECT: Final = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\bt\s*=\s*["']e["']"""
    rb"""|<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f\s*>)"""
    rb"""\s*(?:<(?:\w+:)?v\s*(?:/>|>\s*</(?:\w+:)?v\s*>)\s*)?</(?:\w+:)?c\s*>"""
)
#: Without one of these no cell is suspect. To look for them costs next to nothing.
SIGNS: Final = (b'"e"', b"'e'", b"<f", b":f")
#: More digits than a sheet shows: the reader makes a binary fraction of them, which may be another number.
LONG: Final = re.compile(rb"v>-?[0-9]{16}")
WHOLE: Final = re.compile(r"\s*(-?[0-9]{1,40})(?:\.0*)?\s*", re.ASCII)
DIGITS_SHOWN: Final = 15
NUMERIC: Final = frozenset({"", "n"})
CELL: Final = b"<c "
PLACE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?\d*")
MERGED: Final = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]*?\bref\s*=\s*["']([A-Za-z0-9:]{1,24})["']""")
SPAN: Final = re.compile(r"[A-Za-z]{1,3}(\d{1,7}):[A-Za-z]{1,3}(\d{1,7})")
UNCALCULATED: Final = Problem(code="cell_uncalculated")

Faults = dict[int, dict[int, Problem]]


class Unread(NamedTuple):
    """`faults`: row of the sheet -> column, both from 1 -> what is wrong there. `merged`: `B2:B3`, and so on.

    `codes`: in the same way whole numbers of more digits than a sheet shows, as they are written, and those that it
    shows with zeros before them, as it shows them.
    """

    faults: Faults
    merged: tuple[str, ...] = ()
    codes: Mapping[int, Mapping[int, int | str]] = MappingProxyType({})

    def tall(self, *, after: int) -> list[str]:
        """The merged cells that reach over several rows, and to one after this: only their first has a value."""
        spans = ((place, SPAN.fullmatch(place)) for place in self.merged)
        return [place for place, span in spans if span and after < int(span[2]) > int(span[1])]


def unread_cells(file: IO[bytes], sheet: str) -> Unread:
    """Raises SourceRefused `workbook_broken`."""
    try:
        with zipfile.ZipFile(file) as archive:
            name = sheet_parts(archive).get(sheet)
            part = entry_of(archive, name) if name is not None else None
            if part is None:
                return Unread({})
            padded = padded_styles(archive)
            told = _unsuspected(archive, part, padded)
            if told is not None:
                return told
            with archive.open(part) as content:
                return _found(content, padded)
    except (*BROKEN, etree.XMLSyntaxError):
        raise SourceRefused("workbook_broken") from None


def _unsuspected(archive: zipfile.ZipFile, part: zipfile.ZipInfo, looks: Mapping[str, int]) -> Unread | None:
    """What is told of a sheet that surely has no faults; None where it has to be looked at closely."""
    tail = b""
    merged: dict[str, None] = {}
    padded = Padded(looks)
    with archive.open(part) as content:
        while piece := content.read(PIECE):
            text = tail + piece
            if (any(sign in text for sign in SIGNS) and SUSPECT.search(text)) or LONG.search(text):
                return None
            padded.read(text[max(text.find(CELL), 0) : max(text.rfind(CELL), 0)])
            if b"mergeCell" in text:
                merged.update((found.decode("ascii"), None) for found in MERGED.findall(text))
            tail = text[-LONGEST_FORMULA:]
            if looks and CELL not in tail:
                # The last cell was not read yet, and what comes now begins behind it.
                return None
    padded.read(tail[max(tail.find(CELL), 0) :])
    return Unread({}, tuple(merged), padded.cells) if padded.sure else None


def _found(content: IO[bytes], padded: Mapping[str, int]) -> Unread:
    """Read as it comes: a tree of the whole sheet, or of one endless row, would fill the memory."""
    cells = _Cells(padded)
    told: Any = cells
    parser = etree.XMLParser(target=told, resolve_entities=False, no_network=True, huge_tree=True)
    while piece := content.read(PIECE):
        parser.feed(piece)
    parser.close()
    return Unread(cells.faults, tuple(cells.merged), cells.codes)


class _Cells:
    """Told by the parser of each tag and text, it notes the faults. A cell without address stands beside the last."""

    def __init__(self, padded: Mapping[str, int]) -> None:
        self.faults: Faults = {}
        self.codes: dict[int, dict[int, int | str]] = {}
        self._padded = padded
        self.merged: list[str] = []
        self._row = self._column = 0
        self._kind = self._look = ""
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
            self._look = attributes.get("s") or ""
        elif name == "f":
            self._formula = True
        elif name == "v":
            self._value, self._reads = self._value or "", True
        elif name == "mergeCell":
            self.merged.append(attributes.get("ref") or "")

    def data(self, text: str) -> None:
        if self._reads:
            self._value = (self._value or "") + text

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name == "v":
            self._reads = False
        elif name == "c" and (fault := self._fault()):
            self.faults.setdefault(self._row, {})[self._column] = fault
        elif name == "c" and (code := self._code()) is not None:
            self.codes.setdefault(self._row, {})[self._column] = code

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

    def _code(self) -> int | str | None:
        """A whole number that the reader would tell otherwise."""
        whole = WHOLE.fullmatch(self._value or "") if self._kind in NUMERIC else None
        if whole is None:
            return None
        digits, width = whole[1], self._padded.get(self._look, 0)
        if len(digits) < width and not digits.startswith("-"):
            return digits.zfill(width)
        return int(digits) if len(digits) > DIGITS_SHOWN else None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
