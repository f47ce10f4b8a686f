"""Whether the values of a column are found among the records that a field refers to, and by which key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.problems import Problem, Refused
from templates_app.catalog.types import KEY_VALUE_LENGTH, Catalog, EntityType, Key
from templates_app.mapping.suggesting.suggestions import ProposedStep

_SETTING: Final = Setting(zone=ZoneInfo("UTC"))
_LOOKED_AT: Final = 60
#: The most a look-up is sure where nobody looked, where nothing was found, and where some values were.
_UNSEEN: Final = 55
_NONE: Final = 50
_SOME: Final = 75
_ALL: Final = 99
_MOST: Final = 0.9


class Records(Protocol):
    """The records of a brand, as far as suggestions ask for them."""

    def found(self, *, entity: str, space: str, identities: Collection[str]) -> int | None:
        """How many of these identities lead to a record of the type that lives; None where that may not be known."""
        ...


@dataclass(frozen=True, slots=True)
class Led:
    """How a column leads to records: the look-up, the most that its confidence may be, and why."""

    steps: tuple[ProposedStep, ...]
    most: int
    why: Problem
    doubtful: bool = False


class References:
    """Looks columns up. What a type and a column give is asked once."""

    def __init__(self, catalog: Catalog, records: Records | None) -> None:
        self._catalog = catalog
        self._records = records
        self._known: dict[tuple[str, str], Led] = {}

    def of(self, kind: Kind, column: str, values: Sequence[Any]) -> Led | None:
        """None where the kind refers to nothing that can be looked up by one value."""
        target = self._catalog.get(kind.target) if isinstance(kind, Reference | ReferenceList) else None
        keys = [key for key in target.keys if len(key.fields) == 1] if target is not None else []
        if target is None or not keys:
            return None
        known = self._known.get((target.name, column))
        if known is None:
            known = self._known[target.name, column] = self._led(target, keys, values[:_LOOKED_AT])
        return known

    def _led(self, target: EntityType, keys: Sequence[Key], values: Sequence[Any]) -> Led:
        usual = min(keys, key=lambda key: (not key.unique, key.fields[0] not in {"Label", "Company"}))
        about = {"type": target.title or target.name}
        found = {key.name: self._found(target, key, values) for key in dict.fromkeys((usual, *keys))}
        known = {name: count for name, count in found.items() if count is not None}
        if len(known) < len(found) or not values:
            return Led(_by(usual), _UNSEEN, Problem("suggest_not_looked_up", about))
        best = max(known, key=lambda name: known[name])
        if not known[best]:
            return Led(_by(usual), _NONE, Problem("suggest_found_none", about), doubtful=True)
        key = next(key for key in keys if key.name == best)
        most = _ALL if known[best] >= _MOST * len(values) else _SOME
        told = Problem("suggest_found", about | {"found": known[best], "count": len(values)})
        return Led(_by(key), most, told)

    def _found(self, target: EntityType, key: Key, values: Sequence[Any]) -> int | None:
        if self._records is None:
            return None
        identities = {identity for value in values if (identity := _identity(target, key, value))}
        return self._records.found(entity=target.name, space=key.space, identities=identities) if identities else 0


def _by(key: Key) -> tuple[ProposedStep, ...]:
    return (ProposedStep("Lookup", (("Match", key.name),)),)


def _identity(target: EntityType, key: Key, value: Any) -> str | None:
    """What records of the type are found by; None for a value that the field cannot hold."""
    (name,) = key.fields
    try:
        cleaned = target.fields[name].kind.clean(value, _SETTING)
    except Refused:
        return None
    identity = target.identity_of(key, {name: cleaned}) if cleaned is not None else None
    return identity if identity and len(identity) <= KEY_VALUE_LENGTH else None
