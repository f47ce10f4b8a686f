"""Rounds put together: medians, ratios within a round, and whether the goals were reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Final

from tests.bench.operations import (
    EXPORT_GROWTH_MB,
    GOALS,
    IMPORT_PEAK_MB,
    OPERATIONS,
    QUERIES_A_CHUNK,
    REPORT_MILLISECONDS,
    SCAN_MILLISECONDS,
    TIMES_EMPTY,
    Goal,
)

FLOOR: Final = "floor"
#: operation -> subject -> sample, as a child process gives it.
Round = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Figures:
    """The medians of one subject at one operation. `wall` and `cpu` are seconds of a thousand rows.

    `times_wall` and `times_cpu` say how often the product's time goes into this subject's: the median of the ratios
    taken within each round, so that a busy machine slows both sides alike.
    """

    rows: int
    wall: float
    cpu: float
    rows_per_second: int
    queries: int
    queries_a_chunk: float | None
    times_wall: float
    times_cpu: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal and what was measured for it."""

    goal: str
    measured: str
    reached: bool


@dataclass(slots=True)
class Table:
    """All figures of one number of rows."""

    rows: int
    rounds: int
    figures: dict[str, dict[str, Figures]]
    verdicts: list[Verdict] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def table_of(rounds: Sequence[Round], *, rows: int) -> Table:
    """The table of these rounds, with the verdicts on those goals that they can answer."""
    figures = {
        name: {subject: _figures(rounds, name, subject) for subject in rounds[0][name]}
        for name in OPERATIONS
        if name in rounds[0]
    }
    table = Table(rows=rows, rounds=len(rounds), figures=figures)
    table.verdicts = [verdict for goal in GOALS if (verdict := _verdict(goal, rounds)) is not None]
    table.verdicts += _query_verdicts(figures)
    return table


def _figures(rounds: Sequence[Round], operation: str, subject: str) -> Figures:
    samples = [found[operation][subject] for found in rounds]
    first = samples[0]
    wall = median(each(sample, "wall") for sample in samples)
    return Figures(
        rows=first["rows"],
        wall=wall * 1000,
        cpu=median(each(sample, "cpu") for sample in samples) * 1000,
        rows_per_second=round(1 / wall),
        queries=first["queries"],
        queries_a_chunk=first["queries_a_chunk"],
        times_wall=ratio(rounds, (operation, subject), (operation, "product"), "wall"),
        times_cpu=ratio(rounds, (operation, subject), (operation, "product"), "cpu"),
    )


def each(sample: Mapping[str, Any], measure: str) -> float:
    """Seconds a row."""
    return float(sample[measure]) / int(sample["rows"])


def ratio(rounds: Sequence[Round], over: tuple[str, str], under: tuple[str, str], measure: str) -> float:
    """The median, over the rounds, of the time a row of one (operation, subject) divided by that of another."""
    quotients = [each(found[over[0]][over[1]], measure) / each(found[under[0]][under[1]], measure) for found in rounds]
    return round(median(quotients), 3)


def _verdict(goal: Goal, rounds: Sequence[Round]) -> Verdict | None:
    """None when the rounds do not hold what the goal compares."""
    mine = (goal.operation, "product")
    other = (goal.other, "product") if goal.other in OPERATIONS else (goal.operation, goal.other)
    if any(name not in rounds[0] or subject not in rounds[0][name] for name, subject in (mine, other)):
        return None
    over, under = (other, mine) if goal.faster else (mine, other)
    wall, cpu = (ratio(rounds, over, under, measure) for measure in ("wall", "cpu"))
    reached = wall >= goal.limit if goal.faster else wall <= goal.limit
    return Verdict(goal.sentence, f"{wall:.2f} (processor time {cpu:.2f}{_bound(goal, rounds)})", reached)


def _bound(goal: Goal, rounds: Sequence[Round]) -> str:
    """How fast the bare statements alone are, beside which no product that writes the same rows can be faster."""
    if not goal.faster or FLOOR not in rounds[0][goal.operation]:
        return ""
    times = ratio(rounds, (goal.operation, goal.other), (goal.operation, FLOOR), "cpu")
    return f"; the floor itself {times:.2f}"


def _query_verdicts(figures: Mapping[str, Mapping[str, Figures]]) -> list[Verdict]:
    worst = {name: by["product"].queries_a_chunk or 0 for name, by in figures.items() if "product" in by}
    if not any(worst.values()):
        return []
    name = max(worst, key=worst.__getitem__)
    measured = f"{worst[name]:g} at {name}"
    return [Verdict(f"at most {QUERIES_A_CHUNK} queries a chunk", measured, worst[name] <= QUERIES_A_CHUNK)]


def memory_verdicts(memory: Mapping[str, Sequence[Mapping[str, int]]]) -> list[Verdict]:
    """On the peaks of the largest import, and on the growth of the export from the smallest number of rows on."""
    verdicts = []
    if memory.get("import"):
        most = max(memory["import"], key=lambda found: found["rows"])
        goal = f"import of {most['rows']:,} rows: at most {IMPORT_PEAK_MB} MB"
        verdicts.append(Verdict(goal, f"{most['peakMB']} MB", most["peakMB"] <= IMPORT_PEAK_MB))
    if len(memory.get("export", ())) > 1:
        few, many = (choose(memory["export"], key=lambda found: found["rows"]) for choose in (min, max))
        growth = many["peakMB"] - few["peakMB"]
        goal = f"export of {many['rows']:,} rows: no more memory than of {few['rows']:,} (within {EXPORT_GROWTH_MB} MB)"
        verdicts.append(Verdict(goal, f"{growth:+} MB", growth <= EXPORT_GROWTH_MB))
    return verdicts


def list_verdicts(lists: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """Pages in an indexed order against the empty view, others against a second."""
    return [_page_verdict(name, page, found) for found in lists for name, page in found["pages"].items()]


def report_verdicts(reports: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """Pages of reports against what a person does not wait for."""
    return [
        Verdict(
            f"a report of {found['rows']:,} operations, {name}: within {REPORT_MILLISECONDS} ms",
            f"{page['ms']:.0f} ms, {page['times']:.0f} times the empty view",
            page["ms"] <= REPORT_MILLISECONDS,
        )
        for found in reports
        for name, page in found["pages"].items()
    ]


def _page_verdict(name: str, page: Mapping[str, float], found: Mapping[str, Any]) -> Verdict:
    said = f"a page of {found['rows']:,} records by {name}"
    if name in found["indexed"]:
        goal = f"{said}: within {TIMES_EMPTY} times the empty view"
        return Verdict(goal, f"{page['times']:.1f}", page["times"] <= TIMES_EMPTY)
    goal = f"{said}: within {SCAN_MILLISECONDS} ms"
    return Verdict(goal, f"{page['ms']:.0f}", page["ms"] <= SCAN_MILLISECONDS)
