"""Files that hold no rows whatever their name says, known by how they begin."""

from __future__ import annotations

import re
from typing import Final

from .rows import SourceRefused

HEAD: Final = 64
ELEMENT_BYTES: Final = 2048

#: The first that matches. Where the signs could begin a text as well, a NUL must follow.
BEGINNINGS: Final[tuple[tuple[re.Pattern[bytes], str], ...]] = tuple(
    (re.compile(pattern, re.DOTALL), code)
    for pattern, code in (
        (rb"\x89PNG\r\n|GIF8[79]a|\xff\xd8\xff|II\*\x00|MM\x00\*|RIFF.{4}WEBP|BM[^\n]*\x00", "file_is_picture"),
        (rb"%PDF-|\{\\rtf", "file_is_document"),
        (
            rb"PK\x05\x06|\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|BZh[1-9]1AY&SY|\xfd7zXZ\x00|\x28\xb5\x2f\xfd",
            "file_is_archive",
        ),
        (rb"\x7fELF|MZ[^\n]*\x00|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe", "file_is_program"),
        (rb"SQLite format 3\x00|PAR1", "file_is_database"),
        (rb"RIFF.{4}(?:WAVE|AVI )|ID3\x03|OggS\x00|.{4}ftyp", "file_is_recording"),
        (rb"(?i:(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html[\s>]))", "file_is_web_page"),
        (rb"(?:\xef\xbb\xbf)?\s*<\?xml\s", "file_is_xml"),
    )
)


#: The first element of a file of them, when nothing stands before it.
ELEMENT: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<([A-Za-z_][\w.:-]{0,60})(?:\s[^<>]*)?>")
ALONE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[A-Za-z_][\w.:-]*(?:\s[^<>]*)?/>\s*")


def refuse_other_files(body: bytes | memoryview) -> None:
    """Says what a file is that is no JSON, text or workbook. Raises SourceRefused `file_is_…`."""
    head = bytes(body[:HEAD])
    code = next((code for pattern, code in BEGINNINGS if pattern.match(head)), "")
    code = code or ("file_is_xml" if _is_one_element(body) else "")
    if code:
        raise SourceRefused(code)


def _is_one_element(body: bytes | memoryview) -> bool:
    """Whether it begins with a tag and ends with its end, or is that tag alone: no table reads like that."""
    head = bytes(body[:ELEMENT_BYTES])
    if len(body) <= ELEMENT_BYTES and ALONE.fullmatch(head):
        return True
    begun = ELEMENT.match(head)
    return begun is not None and bytes(body[-ELEMENT_BYTES:]).rstrip().endswith(b"</" + begun[1] + b">")
