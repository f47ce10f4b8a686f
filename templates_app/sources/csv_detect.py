"""What a text file does not say about itself: its encoding and its delimiter."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from typing import Final

from charset_normalizer import from_bytes

from .place import windows
from .rows import SourceRefused

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In the order in which they are believed where two explain the text equally well.
LEGACY: Final = (
    "cp1252",
    "cp1250",
    "iso8859_15",
    "iso8859_2",
    "mac_roman",
    "cp850",
    "cp437",
    "cp1251",
    "cp1253",
    "cp1254",
)
# Not encodings of files: transformations that would read one thing as another.
NOT_FOR_FILES: Final = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7"})
DELIMITERS: Final = (";", "\t", ",", "|")
SIGNS_BEFORE: Final = frozenset("+~^#@$&*")
SAMPLE_BYTES: Final = 65_536
SAMPLE_RECORDS: Final = 100


def marked_encoding(view: memoryview) -> str:
    """The encoding that a byte order mark names, which beats whatever was said; "" without one."""
    head = bytes(view[:4])
    return next((name for mark, name in BOMS if head.startswith(mark)), "")


def detect_encoding(view: memoryview) -> str:
    """UTF-8 if every byte agrees, else UTF-16 by its many NULs, else the likeliest legacy encoding."""
    if _is_utf8(view):
        return "utf-8"
    return _utf16_without_mark(view) or _likeliest(view)


def known_encoding(name: str) -> str:
    """The given encoding by Python's name for it. A UTF-8 or UTF-16 file may begin with a byte order mark."""
    try:
        info = codecs.lookup(name)
        # Codecs that do not give text (zip, base64, rot13) refuse this.
        "a".encode(info.name)
    except (LookupError, UnicodeError, ValueError):
        raise SourceRefused("encoding_unknown", name=name[:60]) from None
    if info.name in NOT_FOR_FILES:
        raise SourceRefused("encoding_unknown", name=name[:60])
    return "utf-8-sig" if info.name == "utf-8" else info.name


def _is_utf8(view: memoryview) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for window in windows(view):
            decoder.decode(window)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(view: memoryview) -> str:
    """Western text in UTF-16 has a NUL in nearly every second byte."""
    sample = bytes(view[:SAMPLE_BYTES])
    for name, nuls in (("utf-16-le", sample[1::2].count(0)), ("utf-16-be", sample[0::2].count(0))):
        if nuls > len(sample) / 4:
            return name
    return ""


def _likeliest(view: memoryview) -> str:
    sample = b"\n".join(_lines_with_high_bytes(view))[:SAMPLE_BYTES]
    found = {match.encoding: match for match in from_bytes(sample, cp_isolation=list(LEGACY))}
    spellings = {other: match for match in found.values() for other in match.could_be_from_charset}
    ranked = [
        (round(spellings[name].chaos, 2), -round(spellings[name].coherence, 1), rank, name)
        for rank, name in enumerate(LEGACY)
        if name in spellings
    ]
    return min(ranked)[3] if ranked else "cp1252" if _fits(view, "cp1252") else "latin-1"


def _lines_with_high_bytes(view: memoryview) -> list[bytes]:
    found: list[bytes] = []
    size = 0
    for window in windows(view):
        for line in window.splitlines():
            if not line.isascii() and size < SAMPLE_BYTES:
                found.append(line)
                size += len(line)
        if size >= SAMPLE_BYTES:
            break
    return found


def _fits(view: memoryview, encoding: str) -> bool:
    try:
        for window in windows(view):
            window.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def detect_delimiter(lines: list[str]) -> str:
    """The sign that cuts the first lines into the same number of cells, at least two. "" when none does."""
    scores = {delimiter: _score(lines, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return _lengthened(lines, best) if scores[best] > (0.0, 0) else ""


def _lengthened(lines: list[str], delimiter: str) -> str:
    """`+|` where every cell cut at `|` ends with `+`, the last ones aside: bulk exports of databases do that."""
    cut = [line.rstrip("\r\n").split(delimiter)[:-2] for line in lines if delimiter in line]
    ends = {cell[-1:] for cells in cut for cell in cells}
    sign = ends.pop() if len(ends) == 1 else ""
    return sign + delimiter if len(cut) > 1 and sign in SIGNS_BEFORE else delimiter


def _score(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Which share of the records has the usual width, and that width. A width of one says nothing."""
    try:
        records = [cells for cells in csv.reader(lines, delimiter=delimiter) if any(map(str.strip, cells))]
    except csv.Error:
        return 0.0, 0
    # The last record may have been cut by the end of the sample.
    records = records[: SAMPLE_RECORDS if len(records) > SAMPLE_RECORDS else max(1, len(records) - 1)]
    widths = Counter(map(len, records))
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0, 0
    usual = max(wide, key=lambda width: (wide[width], width))
    return round(wide[usual] / len(records), 1), usual
