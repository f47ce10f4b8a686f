"""The encoding of a text file: by its mark, by what its bytes can be at all, or the likeliest of the legacy ones."""

from __future__ import annotations

import codecs
import unicodedata
from typing import Final

import chardet

from .alphabets import mixed_signs, odd_signs
from .place import windows
from .rows import SourceRefused

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The detector's names and Python's, in the order in which they are believed where two explain the text equally well.
LEGACY: Final = {
    "cp1252": "cp1252",
    "cp1250": "cp1250",
    "iso8859-15": "iso8859_15",
    "iso8859-2": "iso8859_2",
    "mac-roman": "mac_roman",
    "cp850": "cp850",
    "cp437": "cp437",
    "cp1251": "cp1251",
    "koi8-r": "koi8_r",
    "cp1253": "cp1253",
    "cp1254": "cp1254",
    "cp1255": "cp1255",
    "cp1256": "cp1256",
    "cp1257": "cp1257",
    "cp932": "cp932",
    "euc_jis_2004": "euc_jp",
    "gb18030": "gb18030",
    "big5hkscs": "big5hkscs",
    "cp949": "cp949",
}
RANKS: Final = {name: rank for rank, name in enumerate(LEGACY.values())}
# Not encodings of files: transformations that would read one thing as another.
NOT_FOR_FILES: Final = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7"})
# What is meant by names that leave the order of bytes to a mark: a mark beats them, so that they are asked without one.
UNMARKED: Final = {"utf-8": "utf-8-sig", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
# Control signs, and places of a code that nobody has given a sign.
NO_TEXT: Final = frozenset({"Cc", "Cn", "Co", "Cs"})
SPACES: Final = frozenset("\t\r\n")
# Which share of the likeliest one's likelihood says nothing: the detector knows languages, a list of names is in none.
AS_LIKELY: Final = 0.7
SAMPLE_BYTES: Final = 65_536


def marked_encoding(view: memoryview) -> str:
    """The encoding that a byte order mark names, which beats whatever was said; "" without one."""
    head = bytes(view[:4])
    return next((name for mark, name in BOMS if head.startswith(mark)), "")


def detect_encoding(view: memoryview) -> str:
    """UTF-16 by its many NULs, UTF-8 if every byte agrees, else the likeliest legacy encoding."""
    return _utf16_without_mark(view) or ("utf-8" if _fits(view, "utf-8") else _likeliest(view))


def known_encoding(name: str) -> str:
    """The given encoding by Python's name for it. A byte order mark beats it: see `marked_encoding`."""
    try:
        info = codecs.lookup(name)
        # Codecs that do not give text (zip, base64, rot13) refuse this.
        "a".encode(info.name)
    except (LookupError, UnicodeError, ValueError):
        raise SourceRefused("encoding_unknown", name=name[:60]) from None
    if info.name in NOT_FOR_FILES:
        raise SourceRefused("encoding_unknown", name=name[:60])
    return UNMARKED.get(info.name, info.name)


def _utf16_without_mark(view: memoryview) -> str:
    """Western text in UTF-16 has a NUL in nearly every second byte."""
    sample = bytes(view[:SAMPLE_BYTES])
    for name, nuls in (("utf-16-le", sample[1::2].count(0)), ("utf-16-be", sample[0::2].count(0))):
        if nuls > len(sample) / 4:
            return name
    return ""


def _likeliest(view: memoryview) -> str:
    """The first of the plausible ones that knows every byte of the file; latin-1 knows all."""
    sample = b"\n".join(_lines_with_high_bytes(view))[:SAMPLE_BYTES]
    return next((name for name in (*_plausible(sample), "cp1252") if _fits(view, name)), "latin-1")


def _plausible(sample: bytes) -> list[str]:
    """Those that give text, the likeliest first; of those about as likely, the one with the fewest odd signs."""
    found = chardet.detect_all(sample, ignore_threshold=True, compat_names=False, include_encodings=LEGACY)
    told = []
    for match in found:
        name = LEGACY.get(match["encoding"] or "", "")
        text = sample.decode(name, errors="ignore") if name else ""
        if name and _is_text(text):
            odd = odd_signs(text, encoding=name)
            told.append((match["confidence"] * _sound_share(text, odd), odd, name))
    most = max((sure for sure, *_ in told), default=0)
    return [name for *_, name in sorted((sure < most * AS_LIKELY, odd, RANKS[name], name) for sure, odd, name in told)]


def _sound_share(text: str, odd: int) -> float:
    """Which share of the signs beyond ASCII stands in words of one script, and where a language has them.

    The latter weighs twice: of few names the detector hardly knows more than chance.
    """
    signs = max(sum(not sign.isascii() for sign in text), 1)
    return (1 - mixed_signs(text) / signs) * (1 - min(odd, signs) / signs) ** 2


def _is_text(text: str) -> bool:
    return not any(unicodedata.category(sign) in NO_TEXT for sign in set(text) - SPACES)


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
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for window in windows(view):
            decoder.decode(window)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
