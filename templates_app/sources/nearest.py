"""The name that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`; "" only where none is known. Letter case does not count."""
    folded = {other.casefold(): other for other in known}
    found = difflib.get_close_matches(name.casefold()[:100], list(folded)[:200], n=1, cutoff=0.0)
    return folded[found[0]] if found else ""
