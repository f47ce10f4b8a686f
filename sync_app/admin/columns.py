"""Columns of lists whose value stands in a coloured label."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Column = TypeVar("Column", bound=Callable[..., tuple[str, object]])


def labelled(
    *, description: object, tones: Mapping[str, str], ordering: str | None = None
) -> Callable[[Column], Column]:
    """A column that answers (word, text); the label takes the colour that `tones` names for the word.

    The theme's own decorator does the same without annotations.
    """

    def decorate(column: Column) -> Column:
        shown: Any = column
        shown.short_description, shown.admin_order_field, shown.label = description, ordering, dict(tones)
        return column

    return decorate
