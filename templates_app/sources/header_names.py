"""Which row names the columns, told by the names that whoever reads the table looks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from templates_app.catalog.loose import loose_form

from .header_doubt import looks_like_values

#: For each place that is filled from a column, the names that would do there.
WantedNames = tuple[tuple[str, ...], ...]

#: So many names tell a header although most are not there, if the row that looks like one has fewer of them.
FEW: Final = 2


def row_with_names(rows: Sequence[Sequence[str]], names: WantedNames, *, otherwise: int) -> int:
    """The row (from 1) in which most of the names stand, the first of several; 0 where none has enough of them.

    Names are compared as a template does it: as they stand, else by letters and digits, if only one cell fits.
    `otherwise` is the row (from 1, 0 = none) that would be the header by how it looks: it is where none has more. Below
    it few names tell nothing in a row that is like those that follow: a value may be the name of a column.
    """
    if not names:
        return 0
    found = [count_names(row, names) for row in rows]
    most = max(found, default=0)
    looks = found[otherwise - 1] if otherwise else 0
    enough = 2 * most > len(names)
    if not enough and not (most >= FEW and most > looks):
        return 0
    if looks == most:
        return otherwise
    row = found.index(most) + 1
    sure = row < otherwise or (enough and most >= FEW)
    return row if sure or not looks_like_values(rows[row - 1], rows[row:]) else 0


def count_names(cells: Sequence[str], names: WantedNames) -> int:
    """For how many of the places one of these cells has a name that would do."""
    exact = {cell.strip() for cell in cells}
    forms = Counter(map(loose_form, exact))
    return sum(any(name in exact or forms[loose_form(name)] == 1 for name in place) for place in names)
