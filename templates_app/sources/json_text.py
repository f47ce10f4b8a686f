"""A JSON body as text: one pass over its bytes, and what a syntax error is called."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from typing import Final, Never

import msgspec

from .limits import Limits
from .place import line_and_column, windows
from .rows import SourceRefused

BOM: Final = b"\xef\xbb\xbf"
FOREIGN_BOMS: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Digits become "9" and blanks a space: a long number, or a blank before a colon, is then found by a plain search.
ALIKE: Final = bytes(
    ord("9") if byte in b"0123456789" else ord(" ") if byte in b"\t\r\n" else byte for byte in range(256)
)
BYTE_IN_MESSAGE: Final = re.compile(r"\(byte (\d+)\)")
STRING: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
ESCAPE: Final = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
HIGH_FROM, LOW_FROM, LOW_UNTIL = 0xD800, 0xDC00, 0xE000
ANY_VALUE: Final = msgspec.json.Decoder(msgspec.Raw)


@dataclass(frozen=True, slots=True)
class JsonText:
    """A body that is UTF-8. `careful`: there may be a NUL or an overlong number, so each row is looked at closely.

    `spaced`: there may be blanks between a name and its colon. `lines`: it is one value a line, and read as their list.
    """

    view: memoryview
    commas: int
    careful: bool
    spaced: bool
    lines: bool = False

    def until(self, end: int) -> JsonText:
        """The same without what stands behind this byte."""
        return replace(self, view=self.view[:end])

    def refuse(self, code: str, offset: int, *, pointer: str = "", **params: str | int) -> Never:
        line, column = line_and_column(self.view, offset)
        raise SourceRefused(code, line=line, column=column, pointer=pointer, **params)

    def refuse_syntax(self, error: msgspec.DecodeError | RecursionError, *, start: int, limits: Limits) -> Never:
        """Says what a decoder found wrong in the text that begins at `start`."""
        if isinstance(error, RecursionError):
            self.refuse("too_deep", start, limit=limits.max_depth)
        if "out of range" in str(error):
            self.refuse("number_over_limit", start, digits=limits.max_digits, exponent=limits.max_exponent)
        lone = _lone_surrogate(self.view) if "truncated" in str(error) else None
        if lone is not None:
            self.refuse("invalid_unicode", lone)
        found = BYTE_IN_MESSAGE.search(str(error))
        # Of text behind the end the decoder names the byte after the first.
        before = 1 if "trailing characters" in str(error) else 0
        offset = start + int(found[1]) - before if found else len(self.view)
        self.refuse(_name_of_error(str(error), self.view, offset), offset)


def read_text(body: bytes | memoryview, *, limits: Limits) -> JsonText:
    """Checks size and encoding and looks, once, at every byte. Raises SourceRefused."""
    view = memoryview(body).cast("B") if not isinstance(body, memoryview) else body
    if len(view) > limits.max_body:
        raise SourceRefused("body_too_large", limit=limits.max_body)
    head = bytes(view[:4])
    if head.startswith(FOREIGN_BOMS) or b"\0" in head[:2]:
        raise SourceRefused("not_utf8", line=1, column=1)
    if head.startswith(BOM):
        view = view[len(BOM) :]
    commas = _check_utf8(view)
    careful = spaced = False
    digits = b"9" * (limits.max_digits + 1)
    for window in windows(view, overlap=len(digits)):
        alike = window.translate(ALIKE)
        # The rare sign is looked for first: a search for what begins with a common one costs more than all the rest.
        careful = careful or (b"\\" in window and b"\\u0000" in window) or digits in alike
        spaced = spaced or (b" :" in alike and (b'" :' in alike or b"  :" in alike))
    return JsonText(view=view, commas=commas, careful=careful, spaced=spaced)


def _check_utf8(view: memoryview) -> int:
    """Refuses what is not UTF-8. The number of commas comes with it."""
    commas = done = 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    for window in windows(view):
        commas += window.count(b",")
        pending = len(decoder.getstate()[0])
        try:
            if pending or not window.isascii():
                decoder.decode(window)
        except UnicodeDecodeError as error:
            _refuse_bytes(view, done - pending + error.start)
        done += len(window)
    pending = len(decoder.getstate()[0])
    if pending:
        _refuse_bytes(view, done - pending)
    return commas


def _refuse_bytes(view: memoryview, offset: int) -> Never:
    line, column = line_and_column(view, offset)
    raise SourceRefused("not_utf8", line=line, column=column)


def _lone_surrogate(view: memoryview) -> int | None:
    """Where the first half of a surrogate pair stands alone: the decoder takes it for a text that has been cut off."""
    high: re.Match[bytes] | None = None
    for found in ESCAPE.finditer(view):
        code = int(found[1], 16) if found[1] else 0
        follows = high is not None and high.end() == found.start()
        if LOW_FROM <= code < LOW_UNTIL and follows:
            high = None
            continue
        if high is not None or LOW_FROM <= code < LOW_UNTIL:
            return (high or found).start()
        high = found if HIGH_FROM <= code < LOW_FROM else None
    return high.start() if high else None


def _name_of_error(message: str, view: memoryview, offset: int) -> str:
    rest = bytes(view[offset : offset + 9])
    if "truncated" in message:
        return "json_cut_off" if any(map(bytes.strip, windows(view))) else "json_empty"
    if "surrogate" in message:
        return "invalid_unicode"
    if "trailing comma" in message:
        return "json_trailing_comma"
    if rest.startswith((b"//", b"/*", b"#")):
        return "json_comment"
    if rest.startswith(b"'"):
        return "json_single_quotes"
    if "keys must be strings" in message or ("expected '\"'" in message and rest[:1] != b"}"):
        return "json_unquoted_key"
    if rest.startswith((b"NaN", b"Infinity", b"-Infinity")) or bytes(view[max(0, offset - 1) : offset + 1]) == b"-I":
        return "json_not_a_number"
    if rest[:1] in {b"\0", b"\t", b"\n", b"\r"} or (rest[:1] and rest[0] < 0x20):
        return "json_control_character"
    if "trailing characters" in message:
        return "json_trailing_text"
    return "json_trailing_comma" if "expected '\"'" in message else "json_syntax"
