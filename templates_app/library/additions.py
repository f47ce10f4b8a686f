"""What every addition to a brand's catalog does: try it on the catalog as a whole, and only then keep it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from integration_admin.accounts.models import Brand
from templates_app.brand_catalog import CatalogRows, FieldRow, KeyRow, TypeRow, build, catalog_rows
from templates_app.catalog.problems import Problem
from templates_app.catalog.refusals import CatalogRefused
from templates_app.catalog.types import Catalog, Key
from templates_app.library.refusals import AdditionRefused

#: Looks at the records of a type: what stands in the way of this key (duplicates, too long values). The catalog given
#: has the key already. The floor that keeps the records passes it.
Inspect = Callable[[Catalog, str, Key], Sequence[Problem]]


def locked_brand(brand: Brand) -> Brand:
    """The brand's row, held until the transaction ends: additions are tried on one catalog at a time.

    Held weakly (`no_key`), so that rows that refer to the brand can be written meanwhile.
    """
    return Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)


def extended(
    brand: Brand,
    *,
    types: Sequence[TypeRow] = (),
    fields: Sequence[FieldRow] = (),
    keys: Sequence[KeyRow] = (),
) -> Catalog:
    """The catalog with these additions. Raises AdditionRefused, with the catalog's own code, when they do not fit."""
    rows = catalog_rows(brand)
    return tried(replace(rows, types=(*rows.types, *types), fields=(*rows.fields, *fields), keys=(*rows.keys, *keys)))


def tried(rows: CatalogRows) -> Catalog:
    """The catalog of these rows, or AdditionRefused."""
    try:
        return build(rows)
    except CatalogRefused as refused:
        problem = refused.problem
        place = {"type": problem.type, "field": problem.field}
        raise AdditionRefused(problem.code, problems=[problem], **{**place, **problem.params}) from None
