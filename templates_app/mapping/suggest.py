"""From the columns of a file, and what stands in them, to the fields they look made for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from templates_app.catalog.types import Catalog
from templates_app.mapping.suggestions import Earlier, Suggestions


def suggest(
    *,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    catalog: Catalog,
    types: Collection[str] = (),
    earlier: Sequence[Earlier] = (),
    mapped: Collection[str] = (),
    taken: Collection[tuple[str, str]] = (),
) -> Suggestions:
    """Suggestions for the columns that nobody mapped.

    `rows` are a sample (some hundred are plenty). `types` limits the entity types (none: the best covered one is
    found). `mapped` are source names a person mapped already, `taken` the (type, field) pairs fed already: neither is
    suggested.
    """
    raise NotImplementedError
