"""The field kinds by name, for the fields a brand declares itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.kinds.binaries import Binary, File, Link, Signature, SignatureMobile
from templates_app.catalog.kinds.choices import Check, Combo
from templates_app.catalog.kinds.colors import Color
from templates_app.catalog.kinds.contacts import Email, Hyperlink, Phone
from templates_app.catalog.kinds.dates import Date, DateTime, Time
from templates_app.catalog.kinds.numbers import Double, Numeric
from templates_app.catalog.kinds.places import Position
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.kinds.structures import Json
from templates_app.catalog.kinds.text import Memo, Text
from templates_app.catalog.refusals import CatalogRefused

_CLASSES: Final[tuple[type[Any], ...]] = (
    Text,
    Memo,
    Numeric,
    Double,
    Date,
    Time,
    DateTime,
    Combo,
    Check,
    Hyperlink,
    Email,
    Phone,
    Color,
    Position,
    Reference,
    ReferenceList,
    Json,
    Binary,
    File,
    Link,
    Signature,
    SignatureMobile,
)

#: Every kind by its name, in the order people choose from.
KINDS: Final[Mapping[str, type[Any]]] = MappingProxyType({kind.name: kind for kind in _CLASSES})

#: The longest `max_length` a field may be given, by kind.
_LONGEST: Final = MappingProxyType({"Text": 4_000, "Memo": 1_000_000, "Json": 1_000_000, "Email": 4_000, "Phone": 255})


def kind_names() -> tuple[str, ...]:
    """The names of all kinds, in the order people choose from."""
    return tuple(KINDS)


def option_names(name: str) -> tuple[str, ...]:
    """The options a kind takes. Refuses `kind_unknown`."""
    return tuple(option.name for option in fields(_class_of(name)))


def make_kind(name: str, *, options: Mapping[str, object] | None = None) -> Kind:
    """A kind from its name and options, as a custom field declares them (lists of choices as list or tuple).

    Raises `CatalogRefused`: `kind_unknown`, `kind_option_unknown`, `kind_option_missing`, `kind_option_invalid`, or
    what the kind itself refuses (`enum_unknown`, `choices_needed`, …).
    """
    kind = _class_of(name)
    known = option_names(name)
    given: dict[str, Any] = {}
    for option, value in (options or {}).items():
        if option not in known:
            raise CatalogRefused("kind_option_unknown", kind=name, option=str(option), known=", ".join(known))
        given[option] = _READERS[option](value, name)
    if "target" in known and "target" not in given:
        raise CatalogRefused("kind_option_missing", kind=name, option="target")
    made: Kind = kind(**given)
    return made


def _class_of(name: str) -> type[Any]:
    if name not in KINDS:
        raise CatalogRefused("kind_unknown", kind=name, known=", ".join(KINDS))
    return KINDS[name]


def _length(value: object, kind: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LONGEST[kind]:
        raise CatalogRefused("kind_option_invalid", kind=kind, option="max_length")
    return value


def _name(option: str, value: object, kind: str) -> str:
    if not isinstance(value, str):
        raise CatalogRefused("kind_option_invalid", kind=kind, option=option)
    return value


def _flag(value: object, kind: str) -> bool:
    if not isinstance(value, bool):
        raise CatalogRefused("kind_option_invalid", kind=kind, option="always_number")
    return value


def _choices(value: object, kind: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(choice, str) for choice in value):
        raise CatalogRefused("kind_option_invalid", kind=kind, option="choices")
    return tuple(value)


_READERS: Final[Mapping[str, Callable[[object, str], Any]]] = {
    "max_length": _length,
    "enum": partial(_name, "enum"),
    "target": partial(_name, "target"),
    "choices": _choices,
    "always_number": _flag,
}
