"""The results as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tests.bench.operations import OPERATIONS
from tests.bench.results import Figures, Table, Verdict

HEADS: Final = ("", "rows/s", "wall µs/row", "cpu µs/row", "queries", "a chunk", "x product wall", "x product cpu")


def lines_of(table: Table, *, database: str) -> Iterator[str]:
    """The table of one number of rows, operation by operation."""
    yield f"{table.rows:,} rows, {database}, median of {table.rounds} rounds"
    yield "x product: this subject's time divided by the product's, in the same round"
    for name, figures in table.figures.items():
        yield ""
        yield from _aligned([(OPERATIONS[name], *HEADS[1:]), *(_row(*found) for found in figures.items())])
    yield ""
    yield from verdict_lines(table.verdicts)


def verdict_lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        yield f"{'reached ' if verdict.reached else 'MISSED  '} {verdict.goal}: {verdict.measured}"


def memory_lines(memory: Mapping[str, Sequence[Mapping[str, int]]]) -> Iterator[str]:
    yield "Memory of a process that does nothing else"
    rows = [
        (f"{kind} of {found['rows']:,} rows", f"{found['beforeMB']} MB before", f"{found['peakMB']} MB at most")
        for kind, all_found in memory.items()
        for found in all_found
    ]
    yield from _aligned(rows)


def _row(subject: str, figures: Figures) -> tuple[str, ...]:
    scaled = f" ({figures.rows:,} rows)" if subject == "ie_default" else ""
    return (
        f"  {subject}{scaled}",
        f"{figures.rows_per_second:,}",
        f"{figures.wall * 1000:.1f}",
        f"{figures.cpu * 1000:.1f}",
        f"{figures.queries:,}",
        "" if figures.queries_a_chunk is None else f"{figures.queries_a_chunk:g}",
        f"{figures.times_wall:.2f}",
        f"{figures.times_cpu:.2f}",
    )


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        yield "  ".join(
            [first.ljust(max(widths[0], 30)), *(cell.rjust(w) for cell, w in zip(others, widths[1:], strict=True))]
        )
