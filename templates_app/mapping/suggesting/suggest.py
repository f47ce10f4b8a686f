"""From the columns of a file, and what stands in them, to the fields they look made for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from templates_app.catalog.folding import fold
from templates_app.catalog.loose import loose_form
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import Catalog, EntityType
from templates_app.language.values import text_of
from templates_app.mapping.suggesting.candidates import Candidate, Column, Finder, columns_of
from templates_app.mapping.suggesting.name_scores import words_of as name_words
from templates_app.mapping.suggesting.new_fields import is_id, is_unique, looks_like_id, new_field
from templates_app.mapping.suggesting.record_fits import Records
from templates_app.mapping.suggesting.suggestions import (
    SURE,
    Earlier,
    Suggestion,
    Suggestions,
    Target,
    TypeGuess,
    words_of,
)
from templates_app.mapping.suggesting.synonyms import words_for

#: Texts that mean nothing where a file has them.
_EMPTY: Final = frozenset({"na", "n/a", "#n/a", "-", "--", "null", "none", "nan", "nc", "?"})
#: More than so many texts of two letters in a column are codes of something.
_CODE: Final = 2
_FEW: Final = 3
_ALTERNATIVES: Final = 4
_EXAMPLES: Final = 3
_EXAMPLE_LENGTH: Final = 60
#: Fields of nearly every type say little about which one a file is about.
_COMMON: Final = frozenset({"Label", "Reference", "Remark", "Notes", "Type", "NotValid", "Status", "Category"})
_TYPE_WORD: Final = 60
_MANY: Final = 4
_KEY_CONFIDENCE: Final = 80
#: Built-in fields that are good enough to match by, the best first.
_MATCHED_BY: Final = ("Email", "RegistrationNumber", "Reference", "Label", "Company")


def suggest(
    *,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    catalog: Catalog,
    types: Collection[str] = (),
    earlier: Sequence[Earlier] = (),
    mapped: Collection[str] = (),
    taken: Collection[tuple[str, str]] = (),
    records: Records | None = None,
) -> Suggestions:
    """Suggestions for the columns that nobody mapped.

    `rows` are a sample (some hundred are plenty). `types` limits the entity types (none: the best covered one is
    found). `mapped` are source names a person mapped already, `taken` the (type, field) pairs fed already: neither is
    suggested. `records` tells whether values that refer to records are found.
    """
    empty = _empty_texts(columns, rows)
    found = columns_of(columns, _without(rows, frozenset(empty)))
    known = {loose_form(name) for name in mapped}
    free = [column for column in found if loose_form(column.name) not in known]
    finder = Finder(catalog, earlier, records)
    asked = [catalog.types[name] for name in types if name in catalog.types]
    considered = asked or list(catalog.types.values())
    candidates = {entity.name: {one.name: finder.of(one, entity) for one in found} for entity in considered}
    guesses = _guesses(considered, candidates, found)
    guessed = [guess.type for guess in guesses]
    chosen = [*dict.fromkeys([*guessed, *(entity.name for entity in asked)])] if asked else guessed[:1]
    items = _items(free, [catalog.types[name] for name in chosen], candidates, frozenset(taken))
    matched = {item.name for item in items}
    # Of a file of nothing but names, the names are all there is to go by.
    valued = any(column.distinct for column in found)
    unmatched = [one for one in free if one.name not in matched and (one.distinct or not valued)]
    return Suggestions(
        types=guesses,
        items=items,
        unmatched=tuple(column.name for column in unmatched),
        offers=tuple(new_field(column, catalog.types[chosen[0]]) for column in unmatched) if chosen else (),
        empty=empty,
        blank=tuple(one.name for one in free if valued and not one.distinct and one.name not in matched),
    )


# --- which type


def _guesses(
    entities: Iterable[EntityType], candidates: Mapping[str, Mapping[str, list[Candidate]]], columns: Sequence[Column]
) -> tuple[TypeGuess, ...]:
    """The types that some column fits, the best covered first."""
    words = [word for column in columns for word in name_words(column.name)]
    ranked: list[tuple[float, TypeGuess]] = []
    for entity in entities:
        chosen = _assigned(one for listed in candidates[entity.name].values() for one in listed)
        if not chosen:
            continue
        weight = sum(one.confidence * (0.4 if one.field.name in _COMMON else 1.0) for one in chosen)
        named = {word for phrase in words_for(entity.name) for word in name_words(phrase)} & set(words)
        missing = sum(1 for name in entity.required_fields if name not in {one.field.name for one in chosen})
        score = weight + _TYPE_WORD * bool(named) - _TYPE_WORD * missing
        sure = sum(one.confidence for one in chosen) / len(chosen) * min(1.0, len(chosen) / _MANY)
        title = entity.title or entity.name
        ranked.append((score, TypeGuess(entity.name, title, entity.custom, len(chosen), round(sure))))
    ranked.sort(key=lambda pair: -pair[0])
    return tuple(guess for _, guess in ranked)


def _assigned(candidates: Iterable[Candidate], taken: Collection[tuple[str, str]] = ()) -> list[Candidate]:
    """The surest candidates, each column and each field once."""
    columns: set[str] = set()
    fields = set(taken)
    chosen = []
    for one in sorted(candidates, key=lambda one: -one.confidence):
        target = (one.type, one.field.name)
        if one.column not in columns and target not in fields:
            columns.add(one.column)
            fields.add(target)
            chosen.append(one)
    return chosen


# --- the suggestions


def _items(
    columns: Sequence[Column],
    entities: Sequence[EntityType],
    candidates: Mapping[str, Mapping[str, list[Candidate]]],
    taken: frozenset[tuple[str, str]],
) -> tuple[Suggestion, ...]:
    listed = {
        column.name: [one for entity in entities for one in candidates[entity.name][column.name]] for column in columns
    }
    # In a file with values a column without any is taken for what it is called only where that is plain.
    valued = any(column.distinct for column in columns)
    blank = {column.name for column in columns if valued and not column.distinct}
    worth = (one for each in listed.values() for one in each if one.column not in blank or one.confidence >= SURE)
    chosen = {one.column: one for one in _assigned(worth, taken)}
    items = {
        column.name: _suggested(column, chosen[column.name], listed[column.name], taken, blank=column.name in blank)
        for column in columns
        if column.name in chosen
    }
    for entity in entities:
        _add_key(items, columns, entity, candidates[entity.name], taken)
    return tuple(items[column.name] for column in columns if column.name in items)


def _suggested(
    column: Column,
    chosen: Candidate,
    listed: Sequence[Candidate],
    taken: frozenset[tuple[str, str]],
    *,
    blank: bool,
) -> Suggestion:
    return Suggestion(
        name=column.name,
        type=chosen.type,
        field=chosen.field.name,
        label=chosen.field.label,
        kind=chosen.field.kind.name,
        confidence=chosen.confidence,
        words=words_of(chosen.confidence),
        why=(*chosen.why, *((Problem("suggest_no_values"),) if blank else ())),
        steps=chosen.steps,
        alternatives=_alternatives([one for one in listed if one is not chosen], taken),
        question=chosen.question,
        examples=_examples(column),
        doubtful=chosen.doubtful,
    )


def _alternatives(listed: Iterable[Candidate], taken: Collection[tuple[str, str]]) -> tuple[Target, ...]:
    """The next best fields that nothing feeds yet."""
    free = [one for one in sorted(listed, key=lambda one: -one.confidence) if (one.type, one.field.name) not in taken]
    return tuple(
        Target(one.type, one.field.name, one.confidence, one.field.label, one.field.kind.name, one.steps, one.question)
        for one in free[:_ALTERNATIVES]
    )


def _examples(column: Column) -> tuple[str, ...]:
    texts = dict.fromkeys(
        text_of(value).strip()[:_EXAMPLE_LENGTH] for value in column.distinct if not isinstance(value, list | dict)
    )
    return tuple(texts)[:_EXAMPLES]


# --- what records are found by


def _add_key(
    items: dict[str, Suggestion],
    columns: Sequence[Column],
    entity: EntityType,
    candidates: Mapping[str, list[Candidate]],
    taken: frozenset[tuple[str, str]],
) -> None:
    """Marks, or proposes, what records of a type are matched by; nothing where the template feeds a unique key."""
    unique = {key.fields[0] for key in entity.keys if key.unique and len(key.fields) == 1}
    if any((entity.name, name) in taken for name in unique):
        return
    by_field = {item.field: item for item in items.values() if item.type == entity.name}
    if marked := next((by_field[name] for name in by_field if name in unique), None):
        items[marked.name] = replace(marked, key=True)
        return
    column = _identifying(columns, by_field)
    declared = {key.fields[0] for key in entity.keys if len(key.fields) == 1}
    if column is not None and (item := items.get(column.name)) and item.field in declared and item.confidence >= SURE:
        items[column.name] = replace(item, key=True)
        return
    if column is not None:
        others = _alternatives(candidates[column.name], taken | {(entity.name, name) for name in by_field})
        items[column.name] = replace(_new_key(column, entity), alternatives=others)
        return
    unique_columns = {column.name for column in columns if is_unique(column)}
    for name in _MATCHED_BY:
        item = by_field.get(name)
        if item is not None and name in declared and item.question is None and item.name in unique_columns:
            items[item.name] = replace(item, key=True)
            return


def _identifying(columns: Sequence[Column], by_field: Mapping[str, Suggestion]) -> Column | None:
    """The column that is an identifier by its name and its values, else by its values alone: the first that is.

    One that goes elsewhere for sure is none; an e-mail that is unique serves as well, and is there already.
    """
    busy = {item.name for item in by_field.values() if item.field not in {"Reference", "RegistrationNumber"}}
    free = [column for column in columns if column.name not in busy]
    named = next((column for column in free if is_id(column)), None)
    return named or next((column for column in free if looks_like_id(column)), None)


def _new_key(column: Column, entity: EntityType) -> Suggestion:
    create = new_field(column, entity, key=True)
    return Suggestion(
        name=column.name,
        type=entity.name,
        field=create.field,
        label=create.label,
        kind=create.kind,
        confidence=_KEY_CONFIDENCE,
        words=words_of(_KEY_CONFIDENCE),
        why=(Problem("suggest_unique"),),
        create=create,
        key=True,
        examples=_examples(column),
    )


# --- texts that mean nothing


def _empty_texts(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    found: set[str] = set()
    codes: set[str] = set()
    for name in columns:
        texts = {value.strip() for row in rows if isinstance(value := row.get(name), str)}
        here = {text for text in texts if fold(text) in _EMPTY}
        found |= here
        codes |= {text for text in here if _is_code(text, texts)}
    return tuple(sorted(found - codes))


def _is_code(text: str, texts: Collection[str]) -> bool:
    """Whether it is one of several codes of two letters: NA is Namibia among countries, NC North Carolina."""
    return text.isalpha() and sum(other.isalpha() and len(other) == len(text) == _CODE for other in texts) > _FEW


def _without(rows: Sequence[Mapping[str, Any]], empty: frozenset[str]) -> Sequence[Mapping[str, Any]]:
    if not empty:
        return rows
    return [
        {name: None if isinstance(value, str) and value.strip() in empty else value for name, value in row.items()}
        for row in rows
    ]
