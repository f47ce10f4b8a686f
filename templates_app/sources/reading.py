"""How a body is to be read where somebody said so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .header_names import WantedNames


@dataclass(frozen=True, slots=True)
class Reading:
    """What is empty (`kind`, `header_row`: None) is detected.

    `kind` is json, csv or xlsx; without it the content decides, then the ending of the name. `rows_path` is `In Rows`:
    a path for JSON, the sheet for a workbook where `sheet` is not given. `columns` name the columns of a table without
    a header. `header_row` counts from 1, 0 = there is none: without `columns` they are called `column_1` and so on.
    `names` are those that will be read of the rows: where nobody said which row is the header, it is the one with most
    of them.
    """

    kind: str | None = None
    rows_path: str = ""
    columns: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None
    names: WantedNames = ()


#: Nobody said anything.
AS_FOUND: Final = Reading()
