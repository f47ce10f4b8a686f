"""Which row names the columns, told by the names that whoever reads the table looks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from templates_app.catalog.loose import loose_form

#: For each place that is filled from a column, the names that would do there.
WantedNames = tuple[tuple[str, ...], ...]

#: So many names tell a header although most are not there, if the row that looks like one has fewer of them.
FEW: Final = 2


def row_with_names(rows: Sequence[Sequence[str]], names: WantedNames, *, otherwise: int) -> int:
    """The row (from 1) in which most of the names stand, the first of several; 0 where none has enough of them.

    Names are compared as a template does it: as they stand, else by letters and digits, if only one cell fits.
    `otherwise` is the row (from 1, 0 = none) that would be the header by how it looks.
    """
    if not names:
        return 0
    found = [count_names(row, names) for row in rows]
    most = max(found, default=0)
    looks = found[otherwise - 1] if otherwise else 0
    if 2 * most > len(names) or (most >= FEW and most > looks):
        return found.index(most) + 1
    return 0


def count_names(cells: Sequence[str], names: WantedNames) -> int:
    """For how many of the places one of these cells has a name that would do."""
    exact = {cell.strip() for cell in cells}
    forms = Counter(map(loose_form, exact))
    return sum(any(name in exact or forms[loose_form(name)] == 1 for name in place) for place in names)
