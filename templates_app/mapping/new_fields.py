"""A custom field for a column that no field was made for: its name and kind; and what records can be told apart by."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.kinds.registry import make_kind
from templates_app.catalog.types import EntityType
from templates_app.language.values import is_empty, text_of
from templates_app.mapping.candidates import Column
from templates_app.mapping.name_scores import word_set, words_of
from templates_app.mapping.suggestions import NewField
from templates_app.mapping.synonyms import words_for
from templates_app.mapping.value_fits import fit_of

_LENGTH: Final = 60
_LONGEST_TEXT: Final = 255
#: So many different values tell what kind of field a column needs.
_LOOKED_AT: Final = 60
_IDS: Final = word_set(
    "id ids ident identifiant identifier identificador identifikation code codigo key cle schluessel schlussel clave"
    " uid uuid guid uai siret siren numero number nummer num no nr ref reference referenz referencia matricule"
)
#: Kinds to try, the most telling first.
_KINDS: Final = ("Email", "Hyperlink", "Date", "Numeric", "Double", "Check")


def new_field(column: Column, entity: EntityType, *, key: bool = False) -> NewField:
    """The field `_NAME` that would take this column; numbered where the type has one of that name already."""
    words = words_of(column.name)
    # The type's own word says nothing within it: the identifier of an establishment is, of one, its identifier.
    own = {word for phrase in words_for(entity.name) for word in words_of(phrase)}
    spelled = "".join([word for word in words if word not in own] or words)
    plain = "".join(sign for sign in spelled if sign.isascii()).upper()[: _LENGTH - 3] or "COLUMN"
    name, number = f"_{plain}", 2
    taken = {known.lower() for known in entity.fields}
    while name.lower() in taken:
        name, number = f"_{plain}{number}", number + 1
    return NewField(
        type=entity.name,
        field=name,
        kind="Text" if key else _kind_of(column),
        label=column.name.strip()[:100],
        key=key,
    )


def is_id(column: Column) -> bool:
    """Whether the name speaks of an identifier, and every row has a value of its own."""
    return bool(_IDS & set(words_of(column.name))) and is_unique(column)


def is_unique(column: Column) -> bool:
    """Whether every row has a value, and no two the same. Fewer than two rows tell nothing."""
    if len(column.values) < 2 or any(isinstance(value, list | dict) for value in column.values):
        return False
    texts = [text_of(value).strip().casefold() for value in column.values]
    return all(not is_empty(text) and len(text) <= _LONGEST_TEXT for text in texts) and len(set(texts)) == len(texts)


def _kind_of(column: Column) -> str:
    """What the values need no step, and no answer, for; codes with leading zeros stay texts."""
    given = column.distinct[:_LOOKED_AT]
    if not given or any(isinstance(value, list | dict) for value in given):
        return "Text"
    texts = [text_of(value).strip() for value in given]
    if max(map(len, texts)) > _LONGEST_TEXT or any("\n" in text for text in texts):
        return "Memo"
    if any(len(text) > 1 and text.startswith("0") and text.isdigit() for text in texts):
        return "Text"
    for name in _KINDS:
        fit = fit_of(column.name, given, make_kind(name))
        if fit.verdict == "supports" and not fit.steps and fit.question is None:
            return name
    return "Text"
