"""Lists in cells of tables: an export writes them as JSON arrays, and so they are read again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

_decode = msgspec.json.Decoder(list[Any], float_hook=Decimal).decode


def listed(cell: str) -> Any:
    """The members of a JSON array of plain values; any other text as it stands."""
    if not cell.lstrip().startswith("["):
        return cell
    try:
        members = _decode(cell)
    except (msgspec.DecodeError, RecursionError):
        return cell
    return cell if any(isinstance(member, list | dict) for member in members) else members
