"""What a source may be at most. A refusal names the limit it met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_body` and `max_unpacked` in bytes, `max_text` in characters, everything else counted.

    `max_fields` bounds the columns of a table and the members of one row with everything inside it, `max_values` the
    values of one row, `max_cells` the area of one sheet, `max_unpacked` what a workbook unpacks to.
    """

    max_body: int = 64 * 1024 * 1024
    max_rows: int = 1_000_000
    max_fields: int = 5_000
    max_values: int = 100_000
    max_depth: int = 32
    max_text: int = 32_000
    max_digits: int = 40
    max_exponent: int = 30
    max_cells: int = 5_000_000
    max_unpacked: int = 512 * 1024 * 1024


DEFAULT_LIMITS: Final = Limits()
