"""Looks of cells that show a whole number with zeros before it: postcodes, account numbers, codes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import Final

from lxml import etree

from .xlsx_head import entry_of
from .xlsx_part import column_number

STYLES: Final = "xl/styles.xml"
#: Of more of them each cell is better looked at by itself.
MANY_LOOKS: Final = 50
#: The styles of a workbook of many thousand looks are smaller.
STYLES_BYTES: Final = 8 * 1024 * 1024
#: A format of nothing but zeros; another one may follow for negative numbers or texts.
ZEROS: Final = re.compile(r"(0{2,15})(?:;.*)?", re.DOTALL)


def padded_styles(archive: zipfile.ZipFile) -> dict[str, int]:
    """Number of a look, as cells name it -> how many digits it shows at least. Broken styles say nothing."""
    try:
        entry = entry_of(archive, STYLES)
    except KeyError:
        return {}
    with archive.open(entry) as part:
        content = part.read(STYLES_BYTES)
    if b"00" not in content or entry.file_size > STYLES_BYTES:
        return {}
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return {}
    formats = {
        found.get("numFmtId"): zeros
        for found in root.iterfind("{*}numFmts/{*}numFmt")
        if (zeros := ZEROS.fullmatch(found.get("formatCode") or ""))
    }
    looks = enumerate(look.get("numFmtId") for look in root.iterfind("{*}cellXfs/{*}xf"))
    return {str(number): len(formats[name][1]) for number, name in looks if name in formats}


class Padded:
    """Finds the cells of such looks in the text of a sheet, piece by piece, as programs write them.

    `cells`: row -> column, both from 1 -> what is shown. `sure` is False once a cell may have been written otherwise.
    """

    def __init__(self, looks: Mapping[str, int]) -> None:
        self.cells: dict[int, dict[int, str]] = {}
        self.sure = len(looks) <= MANY_LOOKS
        self._widths = {number.encode(): width for number, width in looks.items()} if self.sure else {}
        numbers = b"|".join(self._widths)
        self._numbers = re.compile(
            rb'<c r="([A-Z]{1,3})([0-9]{1,7})" s="(%s)"(?: t="n")?><v>(-?[0-9]{1,15}(?:\.[0-9]*[1-9])?)</v></c>'
            % numbers
        )
        self._others = re.compile(rb' s="(?:%s)"(?: ?/>| t="(?:s|str|b|inlineStr)">|(?: t="n")?></)' % numbers)
        self._looks = [b's="%s"' % number for number in self._widths]

    def read(self, text: bytes) -> None:
        """Whole cells, or nothing but them from the first on; those read before may come again."""
        if not self._looks:
            return
        named = sum(map(text.count, self._looks))
        found = self._numbers.findall(text) if named else []
        known = len(found) + (len(self._others.findall(text)) if len(found) < named else 0)
        self.sure = self.sure and known == named and b"s='" not in text
        for column, row, look, digits in found:
            if len(digits) < self._widths[look] and digits.isdigit():
                shown = digits.decode().zfill(self._widths[look])
                self.cells.setdefault(int(row), {})[column_number(column.decode())] = shown
