"""What the rows of a chunk will ask the store, gathered so that each space is asked once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from sync_app.engine.view import spaces_of
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.types import EntityType, Key
from templates_app.language.drafts import Draft, LinkTo, Lookup, MappedRow, TypePlan


class Wanted(NamedTuple):
    """space -> the values asked for: by what records are matched, and by what else they are found."""

    matches: dict[str, set[str]]
    lookups: dict[str, set[str]]


def wanted_of(rows: Iterable[MappedRow]) -> Wanted:
    """The match values of these rows; their look-ups, and the values of their unique keys other than the match key."""
    wanted = Wanted(defaultdict(set), defaultdict(set))
    drafts = [draft for row in rows for draft in row.drafts]
    for plan in {draft.plan.alias: draft.plan for draft in drafts}.values():
        own = [draft for draft in drafts if draft.plan.alias == plan.alias]
        if plan.match is not None:
            wanted.matches[plan.match.space].update(draft.key for draft in own if draft.key is not None)
        if not plan.plain:
            for lookup in chain.from_iterable(map(lookups_of, own)):
                wanted.lookups[lookup.key.space].add(lookup.value)
        for key in plan.entity.keys:
            if key.unique and key is not plan.match:
                wanted.lookups[key.space].update(_identities(plan.entity, key, own))
    return wanted


def _identities(entity: EntityType, key: Key, drafts: Iterable[Draft]) -> Iterator[str]:
    for draft in drafts:
        value = entity.identity_of(key, draft.values) if _is_given(draft, key) else None
        if value is not None:
            yield value


def _is_given(draft: Draft, key: Key) -> bool:
    """Whether the row says every part of the key as a value; references are not resolved yet."""
    given = [draft.values.get(name) for name in key.fields]
    return not any(value is None or isinstance(value, Lookup | LinkTo) for value in given)


def lookups_of(draft: Draft) -> Iterable[Lookup]:
    """The look-ups among the values of a draft."""
    for value in draft.values.values():
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, Lookup):
                yield part


def asked_spaces(types: Sequence[TypePlan]) -> set[str]:
    """The spaces in which what this run plans must be found again by later rows.

    They are those that guard a write, those the template matches by, and every key of a type that the template both
    writes and refers to: a look-up may name any of them.
    """
    written = {plan.entity.name: plan.entity for plan in types}
    kinds = [plan.entity.fields[name].kind for plan in types if not plan.plain for name in plan.policies]
    referred = {kind.target for kind in kinds if isinstance(kind, Reference | ReferenceList)} & written.keys()
    looked_up = {key.space for name in referred for key in written[name].keys}
    return looked_up | spaces_of(written.values()) | {plan.match.space for plan in types if plan.match}
