"""Entity types as data: fields, keys, rules, and the catalog that holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.problems import Problem

KEY_VALUE_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity type. `name` is PascalCase, or `_X` for a brand's own field; immutable once used.

    `in_list` puts it into the list shape of the entity API; detail shows every field. `writable=False` fields are
    refused as a template's target. A retired field keeps its stored values but can no longer be mapped.
    """

    name: str
    kind: Kind
    label: str = ""
    required: bool = False
    in_list: bool = False
    writable: bool = True
    retired: bool = False

    @property
    def custom(self) -> bool:
        return self.name.startswith("_")


@dataclass(frozen=True, slots=True)
class Key:
    """How records of a type are found: one or more fields. `space` may be shared by several types (person codes)."""

    fields: tuple[str, ...]
    space: str
    unique: bool = False

    @property
    def name(self) -> str:
        return ",".join(self.fields)


@dataclass(frozen=True, slots=True)
class Rule:
    """An entity rule, checked on the merged record: `End >= Start`. Returns a problem, or None when it holds."""

    name: str
    fields: tuple[str, ...]
    check: Callable[[Mapping[str, Any]], Problem | None]


@dataclass(frozen=True, slots=True)
class EntityType:
    """One entity type. `label` lists alternatives, each one or more fields: the first that gives a text is the label.

    What follows from the fields is worked out once. `telling_fields` are those of keys and labels.
    """

    name: str
    fields: Mapping[str, Field]
    keys: tuple[Key, ...] = ()
    rules: tuple[Rule, ...] = ()
    label: tuple[tuple[str, ...], ...] = ()
    title: str = ""
    custom: bool = False
    reference_fields: tuple[str, ...] = field(init=False, default=())
    required_fields: frozenset[str] = field(init=False, default=frozenset())
    searched_fields: tuple[str, ...] = field(init=False, default=())
    telling_fields: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        references = tuple(name for name, declared in self.fields.items() if declared.kind.refers)
        required = frozenset(name for name, declared in self.fields.items() if declared.required)
        object.__setattr__(self, "reference_fields", references)
        object.__setattr__(self, "required_fields", required)
        searched = tuple(dict.fromkeys(n for key in self.keys for n in key.fields))
        object.__setattr__(self, "searched_fields", searched)
        labelling = (name for alternative in self.label for name in alternative)
        object.__setattr__(self, "telling_fields", tuple(dict.fromkeys((*searched, *labelling))))

    def key_named(self, name: str) -> Key | None:
        """The declared key of these comma-separated field names, whatever blanks stand between them."""
        wanted = tuple(part.strip() for part in name.split(","))
        return next((key for key in self.keys if key.fields == wanted), None)

    def label_of(self, data: Mapping[str, Any]) -> str:
        """The record's label: the first alternative of `label` that gives a text, at most 255 characters."""
        for alternative in self.label:
            texts = [self.fields[name].kind.text(data[name]) for name in alternative if name in data]
            text = texts[0] if len(texts) == 1 else " ".join(filter(None, texts))
            if text:
                return text[:255]
        return ""

    def identity_of(self, key: Key, data: Mapping[str, Any]) -> str | None:
        """The value of this key in `data`, or None when a part is empty. See `join_parts`."""
        fields = self.fields
        parts = [fields[name].kind.match_form(data[name]) for name in key.fields if name in data]
        return join_parts(parts) if len(parts) == len(key.fields) else None


def join_parts(parts: Iterable[str]) -> str | None:
    """The parts' match forms, length-prefixed when there are several, so that `a,bc` and `ab,c` never meet.

    None when a part is empty. At most 255 characters: a longer one is the caller's `key_too_long`.
    """
    listed = list(parts)
    if len(listed) == 1:
        return listed[0] or None
    if not all(listed):
        return None
    return "".join(f"{len(part)}:{part}" for part in listed)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The entity types of one brand, built-in and own, and its enums.

    An enum maps each name to what the brand's API version shows: a number (4.1) or the name itself (4.7).
    """

    types: Mapping[str, EntityType]
    enums: Mapping[str, Mapping[str, int | str]] = field(default_factory=dict)

    def get(self, name: str) -> EntityType | None:
        return self.types.get(name)
