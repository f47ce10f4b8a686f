"""What files call the fields of the planning pack, one language a file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from templates_app.mapping.suggesting.synonyms import english, french, german, spanish

_LANGUAGES: Final = (english, french, german, spanish)


@cache
def phrases_for(entity_type: str, field: str) -> tuple[str, ...]:
    """What a field of a type may be called, whatever the language; empty for one no file speaks of."""
    return tuple(
        dict.fromkeys(
            phrase
            for language in _LANGUAGES
            for name in (f"{entity_type}.{field}", field)
            for phrase in _phrases(language.FIELDS.get(name, ""))
        )
    )


@cache
def words_for(entity_type: str) -> tuple[str, ...]:
    """What records of a type are called."""
    found = (phrase for language in _LANGUAGES for phrase in _phrases(language.TYPES.get(entity_type, "")))
    return tuple(dict.fromkeys(found))


def _phrases(text: str) -> Iterator[str]:
    return (phrase.strip() for phrase in text.split(";") if phrase.strip())
