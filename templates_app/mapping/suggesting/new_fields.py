"""A custom field for a column that no field was made for: its name and kind; and what records can be told apart by."""

from __future__ import annotations

import re
from typing import Final

from templates_app.catalog.types import EntityType
from templates_app.language.values import is_empty, text_of
from templates_app.mapping.suggesting.candidates import Column
from templates_app.mapping.suggesting.field_kinds import LONGEST_TEXT, TEXT, field_kind
from templates_app.mapping.suggesting.name_scores import spelled_words, word_set, words_of
from templates_app.mapping.suggesting.suggestions import NewField
from templates_app.mapping.suggesting.synonyms import words_for

_LENGTH: Final = 60
_IDS: Final = word_set(
    "id ids ident identifiant identifier identificador identifikation code codigo key cle schluessel schlussel clave"
    " uid uuid guid uai siret siren numero number nummer num no nr ref reference referenz referencia matricule"
)
#: German words for them grow at their end: `Kundennummer`.
_ENDINGS: Final = ("nummer", "kennung", "schluessel", "schlussel")
#: In so many rows a value of its own in each is no accident.
_ROWS: Final = 5
_CODE: Final = re.compile(
    r"\d+|[A-Za-z]{0,12}[-_/. ]?\d[\w/.-]{0,30}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
)


def new_field(column: Column, entity: EntityType, *, key: bool = False) -> NewField:
    """The field `_CustomerNumber` that would take this column; numbered where the type has one of that name already."""
    taken = {known.lower() for known in entity.fields}
    plain = _spelled(column.name, entity)
    name, number = f"_{plain}", 2
    while name.lower() in taken:
        name, number = f"_{plain}{number}", number + 1
    kind = TEXT if key else field_kind(column)
    return NewField(
        type=entity.name,
        field=name,
        kind=kind.name,
        label=column.name.strip()[:100],
        key=key,
        steps=kind.steps,
        question=kind.question,
    )


def _spelled(name: str, entity: EntityType) -> str:
    """The words of a name, each with a capital, as far as there is room for whole ones."""
    words = spelled_words(name)
    # The type's own word says nothing within it: the identifier of an establishment is, of one, its identifier.
    own = {word for phrase in words_for(entity.name) for word in words_of(phrase)}
    kept = ["".join(sign for sign in word if sign.isascii()) for word in words if word not in own]
    spelled = ""
    for word in filter(None, kept or ["".join(sign for sign in word if sign.isascii()) for word in words]):
        if spelled and len(spelled) + len(word) > _LENGTH - 3:
            break
        spelled += word[: _LENGTH - 3].capitalize()
    return spelled or "Column"


def is_id(column: Column) -> bool:
    """Whether the name speaks of an identifier, and every row has a value of its own."""
    words = words_of(column.name)
    speaks = bool(_IDS & set(words)) or any(word.endswith(_ENDINGS) for word in words)
    return speaks and is_unique(column)


def looks_like_id(column: Column) -> bool:
    """Whether its values alone say so: whole numbers or codes, another one in each of several rows."""
    if len(column.values) < _ROWS or column.shape or field_kind(column).name not in {"Text", "Numeric"}:
        return False
    return is_unique(column) and all(_CODE.fullmatch(text_of(value).strip()) for value in column.distinct)


def is_unique(column: Column) -> bool:
    """Whether every row has a value, and no two the same. Fewer than two rows tell nothing."""
    if len(column.values) < 2 or any(isinstance(value, list | dict) for value in column.values):
        return False
    texts = [text_of(value).strip().casefold() for value in column.values]
    return all(not is_empty(text) and len(text) <= LONGEST_TEXT for text in texts) and len(set(texts)) == len(texts)
