"""Cells of a sheet that hold no value although they show something: errors, and formulas that were never calculated."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any, Final

from lxml import etree

from templates_app.catalog.problems import Problem

from .rows import SourceRefused
from .xlsx_head import BROKEN, entry_of, sheet_parts
from .xlsx_zip import column_number

#: A formula has at most 8,192 characters, and more bytes than that: none is cut between two pieces unseen.
LONGEST_FORMULA: Final = 1 << 16
SUSPECT: Final = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\bt\s*=\s*["']e["']"""
    rb"""|<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f\s*>)"""
    rb"""\s*(?:<(?:\w+:)?v\s*(?:/>|>\s*</(?:\w+:)?v\s*>)\s*)?</(?:\w+:)?c\s*>"""
)
PLACE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?\d*")

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
                return dict(_found(content))
    except (*BROKEN, etree.XMLSyntaxError):
        raise SourceRefused("workbook_broken") from None


def _is_suspect(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    tail = b""
    with archive.open(part) as content:
        while piece := content.read(LONGEST_FORMULA * 16):
            text = tail + piece
            if SUSPECT.search(text):
                return True
            tail = text[-LONGEST_FORMULA:]
    return False


def _found(content: IO[bytes]) -> Iterator[tuple[int, dict[int, Problem]]]:
    number = 0
    for _, row in etree.iterparse(content, tag="{*}row", resolve_entities=False, no_network=True, huge_tree=True):
        number = int(row.get("r") or number + 1)
        if faults := dict(_faults_of(row)):
            yield number, faults
        row.clear()
        # The rows before it are done with; otherwise the whole sheet would be kept.
        while row.getprevious() is not None:
            del row.getparent()[0]


def _faults_of(row: Any) -> Iterator[tuple[int, Problem]]:
    column = 0
    for cell in row.iterchildren("{*}c"):
        place = PLACE.match(cell.get("r") or "")
        column = column_number(place[1]) if place else column + 1
        value = cell.findtext("{*}v")
        if cell.get("t") == "e":
            yield column, Problem(code="cell_error", params={"value": value or ""})
        # An empty text is a value, if the program says that it is text.
        elif cell.find("{*}f") is not None and (value is None or not (value or cell.get("t") == "str")):
            yield column, Problem(code="cell_uncalculated")
