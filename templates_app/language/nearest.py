"""The known name that a mistyped one most likely means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rapidfuzz import fuzz, process

from templates_app.catalog.folding import fold

#: `Customr` / `Customer` scores 93, `Mail` / `Email` 89, `Nom` / `Name` 57, two unrelated words below 50.
CUT_OFF: Final = 66
LONGEST: Final = 200


def nearest(name: str, known: Iterable[str]) -> str:
    """The most alike of the known names, letter case aside, the first of equals; "" when none is alike enough."""
    if not name or len(name) > LONGEST:
        return ""
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, processor=fold, score_cutoff=CUT_OFF)
    return found[0] if found else ""
