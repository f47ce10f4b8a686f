"""The delimiter of a text file, which it does not say itself."""

from __future__ import annotations

import csv
from collections import Counter
from typing import Final

from .rows import SourceRefused

DELIMITERS: Final = (";", "\t", ",", "|")
SIGNS_BEFORE: Final = frozenset("+~^#@$&*")
SAMPLE_RECORDS: Final = 100
#: Bulk exports of databases use several signs.
LONGEST: Final = 3
#: What stands in cells, or around them.
NO_DELIMITERS: Final = frozenset("\"'\r\n\0_")

#: Of the records: in quarters, how many have the usual width; the share that is cut at all; the share of the usual
#: width, to a tenth; that width.
Score = tuple[int, float, float, int]
NOTHING: Final[Score] = (0, 0.0, 0.0, 0)


def cuts(delimiter: str) -> bool:
    """Whether cells can be told to be cut there: one sign or a few, none of them a letter, a digit or a quote."""
    return 0 < len(delimiter) <= LONGEST and not any(sign.isalnum() or sign in NO_DELIMITERS for sign in delimiter)


def require_delimiter(said: str) -> None:
    """Raises SourceRefused `delimiter_unfit` for what was said and never separates cells. Nothing said is found."""
    if said and not cuts(said):
        raise SourceRefused("delimiter_unfit", delimiter=said[: 2 * LONGEST])


def detect_delimiter(lines: list[str]) -> str:
    """The sign that cuts the first lines into the same number of cells, at least two. "" when none does."""
    scores = {delimiter: _score(lines, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return _lengthened(lines, best) if scores[best] > NOTHING else ""


def _lengthened(lines: list[str], delimiter: str) -> str:
    """`+|` where every cell cut at `|` ends with `+`, the last ones aside: bulk exports of databases do that."""
    cut = [line.rstrip("\r\n").split(delimiter)[:-2] for line in lines if delimiter in line]
    ends = {cell[-1:] for cells in cut for cell in cells}
    sign = ends.pop() if len(ends) == 1 else ""
    return sign + delimiter if len(cut) > 1 and sign in SIGNS_BEFORE else delimiter


def _score(lines: list[str], delimiter: str) -> Score:
    """A width of one says nothing.

    A sign that stands as often in every value, but not in the header, cuts nearly all records alike; the true one cuts
    the header too, though some records may be wider or narrower than it.
    """
    try:
        records = [cells for cells in csv.reader(lines, delimiter=delimiter) if any(map(str.strip, cells))]
    except csv.Error:
        return NOTHING
    # The last record may have been cut by the end of the sample.
    records = records[: SAMPLE_RECORDS if len(records) > SAMPLE_RECORDS else max(1, len(records) - 1)]
    widths = Counter(map(len, records))
    wide = Counter({width: count for width, count in widths.items() if width > 1})
    if not wide:
        return NOTHING
    usual = max(wide, key=lambda width: (wide[width], width))
    share = wide[usual] / len(records)
    return round(4 * share), wide.total() / len(records), round(share, 1), usual
