"""How every page writes a count. In a page `|floatformat:"0g"` is the same."""

from __future__ import annotations

from django.utils.formats import number_format


def figure(number: float, decimals: int | None = None) -> str:
    """A number as the reader's language groups it: `12,345` or `12 345`."""
    return number_format(number, decimals, force_grouping=True)
