"""The planning pack: the entity types every brand starts with."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import Final

from templates_app.catalog.enums import enums_of
from templates_app.catalog.packs.people import CUSTOMER, DEPARTMENT, EQUIPMENT, RESOURCE, SKILL
from templates_app.catalog.packs.planned import DO, UNAVAILABILITY
from templates_app.catalog.packs.work import CATEGORY, PROJECT, STATUS, SUB_PROJECT, TASK
from templates_app.catalog.types import Catalog

_TYPES: Final = (
    CUSTOMER,
    PROJECT,
    SUB_PROJECT,
    RESOURCE,
    DEPARTMENT,
    CATEGORY,
    STATUS,
    SKILL,
    TASK,
    DO,
    UNAVAILABILITY,
    EQUIPMENT,
)


@cache
def planning_pack(*, version: str = "4.7") -> Catalog:
    """The built-in catalog of a brand with this API version (`4.1` or `4.7`; KeyError for others)."""
    return Catalog(types=MappingProxyType({entity.name: entity for entity in _TYPES}), enums=enums_of(version))
