"""Which records a row is about, whatever the conditions of a template say of taking it."""

from __future__ import annotations

from dataclasses import replace

from templates_app.language.drafts import ImportMapper
from templates_app.language.import_mapper import CompiledImport


def unconditioned(mapper: ImportMapper, *, entity: str) -> ImportMapper | None:
    """The same template for this entity type alone, without its conditions; None: no condition leaves any of it out.

    Only the keys of its drafts mean something: what else a row lacks is no matter where it is not taken.
    """
    if not isinstance(mapper, CompiledImport):
        return None
    own = tuple(one for one in mapper.mappers if one.plan.entity.name == entity)
    if not mapper.conditions and not any(one.conditions for one in own):
        return None
    return replace(mapper, conditions=(), mappers=tuple(replace(one, conditions=()) for one in own))
