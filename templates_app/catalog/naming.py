"""How catalog names are written on the wire."""

from __future__ import annotations


def json_name(field_name: str) -> str:
    """The JSON name of a field: `LastName` -> `lastName`. A brand's own `_IDDOSSIER` is `IDDOSSIER` among `fields`."""
    if field_name.startswith("_"):
        return field_name[1:]
    return field_name[:1].lower() + field_name[1:]
