"""What a list is narrowed to: by index where one serves, else by looking at each record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from integration_admin.accounts.access import Actor
from sync_app.runs.errors import RunRefused
from sync_app.storage.browsing import Wanted
from sync_app.storage.listing import Selection
from templates_app.brand_catalog import setting_of
from templates_app.catalog.folding import fold
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.kinds.choices import Check
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.problems import Problem, Refused
from templates_app.catalog.types import KEY_VALUE_LENGTH, EntityType, Field, Key

LABEL: Final = "label"
WORDS_AT_MOST: Final = 8
LONGEST_LABEL: Final = 255

Test = Callable[[Any], bool]


class FilterRefused(RunRefused):
    """A value that a field cannot have is asked for. `field` is its name in the catalog, `reason` says why."""

    def __init__(self, field: str, reason: Problem) -> None:
        super().__init__("filter_value_invalid", field=field)
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Narrowed:
    """`selection` is answered by indexes; `tests` (field -> test of its value) by looking at each record."""

    selection: Selection
    tests: Mapping[str, Test]


def visible_fields(actor: Actor, entity: EntityType) -> dict[str, Field]:
    """The fields that exist for the actor: not retired ones, nor references to what they may not read."""
    hidden = {name for name in entity.reference_fields if not _may_follow(actor, entity.fields[name])}
    return {name: one for name, one in entity.fields.items() if not one.retired and name not in hidden}


def single_key(entity: EntityType, field: str) -> Key | None:
    """The key made of this field alone, if its look-up space is no other key's of the type."""
    key = entity.key_named(field)
    return key if key is not None and sum(other.space == key.space for other in entity.keys) == 1 else None


def narrowed(
    actor: Actor, entity: EntityType, *, text: str, after_revision: int, filters: Mapping[str, str]
) -> Narrowed:
    """`filters`: field (or `label`) -> the value as it is written; blank finds the records without one.

    Raises FilterRefused.
    """
    setting = setting_of(actor.brand)
    values = {name: _clean(entity.fields[name], raw, setting) for name, raw in filters.items() if name != LABEL}
    by_key = next((name for name, value in values.items() if _identity(entity, name, value)), "")
    by_reference = next((name for name, value in values.items() if _refers(entity.fields[name], value)), "")
    wanted = Wanted(
        words=tuple(fold(text).split()[:WORDS_AT_MOST]),
        after_revision=after_revision,
        identity=_identity(entity, by_key, values[by_key]) if by_key else None,
        reference=(by_reference, values[by_reference]) if by_reference else None,
    )
    tests = {n: _test(entity.fields[n], v) for n, v in values.items() if n not in (by_key, by_reference)}
    label = fold(filters[LABEL])[:LONGEST_LABEL] if LABEL in filters else None
    return Narrowed(Selection(wanted, label), tests)


def _may_follow(actor: Actor, field: Field) -> bool:
    return not isinstance(field.kind, Reference | ReferenceList) or actor.reads(field.kind.target)


def _clean(field: Field, raw: str, setting: Setting) -> Any:
    try:
        value = field.kind.clean(raw, setting)
    except Refused as refused:
        raise FilterRefused(field.name, refused.problem) from None
    return value[0] if isinstance(field.kind, ReferenceList) and value else value


def _identity(entity: EntityType, field: str, value: Any) -> tuple[str, str] | None:
    key = single_key(entity, field)
    form = entity.identity_of(key, {field: value}) if key is not None and value is not None else None
    return (key.space, form) if key is not None and form and len(form) <= KEY_VALUE_LENGTH else None


def _refers(field: Field, value: Any) -> bool:
    return field.kind.refers and value is not None


def _test(field: Field, value: Any) -> Test:
    kind = field.kind
    if isinstance(kind, Check) and value is not True:
        # Nobody has said yes: that is no, too.
        return lambda stored: stored is None if value is None else not stored
    if value is None:
        return lambda stored: stored is None
    if isinstance(kind, ReferenceList):
        return lambda stored: stored is not None and value in stored
    wanted = kind.match_form(value)
    return lambda stored: stored is not None and kind.match_form(stored) == wanted
