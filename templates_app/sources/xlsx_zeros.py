"""Looks of cells that show a whole number with zeros before it: postcodes, account numbers, codes."""

from __future__ import annotations

import re
import zipfile
from typing import Final

from lxml import etree

from .xlsx_head import entry_of

STYLES: Final = "xl/styles.xml"
#: The styles of a workbook of many thousand looks are smaller.
STYLES_BYTES: Final = 8 * 1024 * 1024
#: A format of nothing but zeros; another one may follow for negative numbers or texts.
ZEROS: Final = re.compile(r"(0{2,15})(?:;.*)?", re.DOTALL)


def padded_styles(archive: zipfile.ZipFile) -> dict[str, int]:
    """Number of a look, as cells name it -> how many digits it shows at least. Raises lxml's XMLSyntaxError."""
    try:
        entry = entry_of(archive, STYLES)
    except KeyError:
        return {}
    with archive.open(entry) as part:
        content = part.read(STYLES_BYTES)
    if b"00" not in content or entry.file_size > STYLES_BYTES:
        return {}
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    formats = {
        found.get("numFmtId"): zeros
        for found in root.iterfind("{*}numFmts/{*}numFmt")
        if (zeros := ZEROS.fullmatch(found.get("formatCode") or ""))
    }
    looks = enumerate(look.get("numFmtId") for look in root.iterfind("{*}cellXfs/{*}xf"))
    return {str(number): len(formats[name][1]) for number, name in looks if name in formats}
