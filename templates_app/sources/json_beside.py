"""An object that was read as the only row although it seems to hold the rows: a page of an answer, say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .header_names import WantedNames, count_names


def list_beside(data: Mapping[str, Any], names: WantedNames) -> str:
    """The one member that is a list of objects and is meant by the look of it; empty when there is none.

    The `names` wanted stand in its first item and not beside it; where none are known, it stands beside plain values.
    """
    lists = [name for name, value in data.items() if isinstance(value, list) and value]
    item = data[lists[0]][0] if len(lists) == 1 else None
    if not isinstance(item, dict) or len(data) < 2:
        return ""
    if names:
        meant = count_names([*item], names) and not count_names([*data], names)
    else:
        meant = not any(isinstance(value, dict) for value in data.values())
    return lists[0] if meant else ""
