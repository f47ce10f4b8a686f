"""The short way of feeds into plain text fields: all texts of a row at once, where nothing is to be done to them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.problems import Refused
from templates_app.language.feeds import Feed


class PlainFeeds:
    """Feeds whose kind only takes outer blanks away from printable text in NFC that is not too long."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._feeds = tuple((feed.field, feed.direct, feed) for feed in feeds)
        self._fields = tuple(feed.field for feed in feeds)
        self._lengths = sorted((feed.plain_length, place) for place, feed in enumerate(feeds))
        # With a single name `itemgetter` would not give a tuple.
        several = len(feeds) > 1
        self._texts: Callable[[Any], tuple[str, ...]] | None = (
            itemgetter(*(feed.direct for feed in feeds)) if several else None
        )

    def fill(self, values: dict[str, Any], data: dict[str, Any], setting: Setting) -> list[Feed]:
        """Feeds what it finds; gives the feeds that found no text, or none their kind would take."""
        stripped = self._stripped(data)
        if stripped is None:
            return self._one_by_one(values, data, setting)
        values.update(zip(self._fields, stripped, strict=True))
        return []

    def _stripped(self, data: dict[str, Any]) -> list[str | None] | None:
        """Every value as its field keeps it; None when one of them is missing, no text, or needs its kind."""
        if self._texts is None:
            return None
        try:
            texts = self._texts(data)
            joined = "".join(texts)
        except (KeyError, TypeError):
            return None
        if not joined.isprintable() or not self._fit(texts, together=len(joined)):
            return None
        # Parts of text in NFC are in NFC.
        if not joined.isascii() and not unicodedata.is_normalized("NFC", joined):
            return None
        return [text.strip() or None for text in texts]

    def _fit(self, texts: tuple[str, ...], *, together: int) -> bool:
        """Whether no text is too long; where all of them together would fit, none is."""
        for length, place in self._lengths:
            if together <= length:
                break
            if len(texts[place]) > length:
                return False
        return True

    def _one_by_one(self, values: dict[str, Any], data: dict[str, Any], setting: Setting) -> list[Feed]:
        left = []
        for field, name, feed in self._feeds:
            text = data.get(name)
            if type(text) is not str:
                left.append(feed)
                continue
            try:
                values[field] = feed.clean(text, setting)
            except Refused:
                left.append(feed)
        return left
