"""Text of one line and of many."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from templates_app.catalog.folding import fold, fold_all
from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.plain import kept_text, plain_text
from templates_app.catalog.problems import Refused


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """Text without outer blanks, at most `max_length` characters (after NFC). Numbers and dates become their text."""

    name: ClassVar[str] = "Text"
    max_length: int = 255

    def clean(self, value: object, setting: Setting) -> str | None:
        if type(value) is str and value.isprintable():
            # Twelve fields of every row pass here: printable text needs no search for controls or surrogates.
            kept = value.strip() if value.isascii() else unicodedata.normalize("NFC", value).strip()
        else:
            kept = _kept(value).strip()
        if len(kept) > self.max_length:
            raise Refused("text_too_long", value=kept, max=self.max_length, length=len(kept))
        return kept or None

    def match_form(self, value: str) -> str:
        return fold(value)

    def match_forms(self, values: Sequence[str]) -> list[str]:
        return fold_all(values)

    def as_they_stand(self, values: Sequence[Any]) -> bool:
        if not _printable_texts(values) or max(map(len, values)) > self.max_length:
            return False
        return "" not in values and list(map(str.strip, values)) == list(values)

    def text(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Memo(Kind):
    """Text as it came, blanks and lines included, at most `max_length` characters (after NFC). Blanks only: empty."""

    name: ClassVar[str] = "Memo"
    max_length: int = 32_000

    def clean(self, value: object, setting: Setting) -> str | None:
        kept = _kept(value)
        if len(kept) > self.max_length:
            raise Refused("text_too_long", value=kept, max=self.max_length, length=len(kept))
        return kept if kept.strip() else None

    def as_they_stand(self, values: Sequence[Any]) -> bool:
        if not _printable_texts(values) or max(map(len, values)) > self.max_length:
            return False
        return all(map(str.strip, values))

    def text(self, value: str) -> str:
        return value


def _printable_texts(values: Sequence[Any]) -> bool:
    """Whether these are texts in NFC, one at least, without line ends, controls or halves of characters."""
    if set(map(type, values)) != {str}:
        return False
    joined = "".join(values)
    # Parts of text in NFC are in NFC.
    return joined.isprintable() and (joined.isascii() or unicodedata.is_normalized("NFC", joined))


def _kept(value: object) -> str:
    if value is None or value == [] or value == {}:
        return ""
    return kept_text(plain_text(value))
