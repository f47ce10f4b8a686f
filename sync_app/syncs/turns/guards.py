"""Guards: what of a planned pull is so unusual that a person is asked first. Pure: figures in, problems out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sync_app.engine.shape import ShapeChange
from templates_app.catalog.problems import Problem

INSERTS: Final = "inserts"
UPDATES: Final = "updates"
DELETES: Final = "deletes"
KINDS: Final = (INSERTS, UPDATES, DELETES)
SHAPES: Final[Mapping[str, str]] = {"new": "shape_new", "gone": "shape_gone", "retyped": "shape_retyped"}
#: What a report calls the operations a guard counts.
OPERATION: Final[Mapping[str, str]] = {INSERTS: "Insert", UPDATES: "Update", DELETES: "Delete"}
#: kind -> the code of too many by number, and by share.
CODES: Final[Mapping[str, tuple[str, str]]] = {
    INSERTS: ("guard_inserts", "guard_inserts_percent"),
    UPDATES: ("guard_updates", "guard_updates_percent"),
    DELETES: ("guard_deletes", "guard_deletes_percent"),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many, and at most so many percent of the records there are; None = not limited this way."""

    most: int | None = None
    percent: float | None = None

    def __bool__(self) -> bool:
        return self.most is not None or self.percent is not None


@dataclass(frozen=True, slots=True)
class Guards:
    """`limits`: (kind, entity type) -> limit; the type "" means all types together.

    `empty`: a source without rows. `shrink`: a source smaller than the last one by more than so many percent.
    `shapes`: which changes of columns (new, gone, retyped).
    """

    limits: Mapping[tuple[str, str], Limit] = field(default_factory=dict)
    empty: bool = False
    shrink: float | None = None
    shapes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.limits or self.empty or self.shrink is not None or self.shapes)

    def limits_deletes(self, entity: str) -> bool:
        """Whether there is a limit to how many records of this type may go."""
        return any(kind == DELETES and named in ("", entity) for kind, named in self.limits)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Guards:
        """What `read_guards` accepted."""
        return read_guards(kept)[0]


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan would do to the records of one type. `live`: how many there are; `missing`: those of `updated`

    that only mark what the source no longer has.
    """

    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    missing: int = 0
    live: int = 0

    def of(self, kind: str) -> int:
        """A record that is marked as missing counts as one that goes, not as a change."""
        counts = {INSERTS: self.inserted, UPDATES: self.updated - self.missing, DELETES: self.deleted + self.missing}
        return counts[kind]


@dataclass(frozen=True, slots=True)
class Facts:
    """`types`: entity type -> what is planned for it. `rows_before` None: no pull of this sync was committed yet."""

    types: Mapping[str, Planned]
    rows: int
    rows_before: int | None
    shape: Sequence[ShapeChange] = ()

    def of(self, entity: str) -> Planned:
        """What is planned for this type."""
        return self.types.get(entity, Planned())

    @property
    def first(self) -> bool:
        return self.rows_before is None


@dataclass(frozen=True, slots=True)
class Tripped:
    """A guard that asks for a person: the problem, and which operations of which type it is about."""

    problem: Problem
    operation: str = ""
    type: str = ""


def judge(*, guards: Guards, facts: Facts, mirrors: str = "") -> list[Tripped]:
    """The guards that trip. A first run is exempt: all of it is new. Not exempt is what a mirror would take away.

    `mirrors`: the type of which a mirror takes what is missing; where nothing limits that, a person is asked.
    """
    found = [*_limits(guards, facts, mirrors=bool(mirrors))]
    if mirrors and facts.of(mirrors).of(DELETES) and not guards.limits_deletes(mirrors):
        found.append(Tripped(Problem("mirror_needs_guard"), OPERATION[DELETES], mirrors))
    if not facts.first:
        found += [*_size(guards, facts), *_shape(guards, facts)]
    return found


def _limits(guards: Guards, facts: Facts, *, mirrors: bool) -> Iterator[Tripped]:
    for (kind, entity), limit in sorted(guards.limits.items()):
        if facts.first and not (mirrors and kind == DELETES):
            continue
        counted = [planned for name, planned in facts.types.items() if entity in ("", name)]
        count, live = sum(planned.of(kind) for planned in counted), sum(planned.live for planned in counted)
        problem = _beyond(CODES[kind], limit, count, live, entity)
        if problem is not None:
            yield Tripped(problem, OPERATION[kind], entity)


def _beyond(codes: tuple[str, str], limit: Limit, count: int, live: int, entity: str) -> Problem | None:
    params: dict[str, str | int] = {"count": count, "live": live}
    if entity:
        params["type"] = entity
    if limit.most is not None and count > limit.most:
        return Problem(codes[0], params | {"most": limit.most})
    if limit.percent is not None and count * 100 > live * limit.percent:
        return Problem(codes[1], params | {"percent": _number(limit.percent)})
    return None


def _size(guards: Guards, facts: Facts) -> Iterator[Tripped]:
    before = facts.rows_before or 0
    if guards.empty and facts.rows == 0:
        yield Tripped(Problem("guard_empty", {"before": before}))
    elif guards.shrink is not None and facts.rows * 100 < before * (100 - guards.shrink):
        params: dict[str, str | int] = {"rows": facts.rows, "before": before, "percent": _number(guards.shrink)}
        yield Tripped(Problem("guard_shrunk", params))


def _shape(guards: Guards, facts: Facts) -> Iterator[Tripped]:
    wanted = {SHAPES[name] for name in guards.shapes}
    # A source without rows has no columns to compare.
    for change in facts.shape if facts.rows else ():
        if change.code in wanted:
            params: dict[str, str | int] = {"column": change.column, "was": change.was, "becomes": change.becomes}
            yield Tripped(Problem(change.code, {name: value for name, value in params.items() if value}))


# --- reading what a person set


def read_guards(given: Mapping[str, Any]) -> tuple[Guards, list[Problem]]:
    """The guards of a JSON object: `{"deletes": {"most": 10, "percent": 5}, "types": {"Customer": {…}}, "empty": true,
    "shrink": 50, "columns": ["gone"]}`. What is wrong is left out and told, with its place in `field`.
    """
    problems: list[Problem] = []
    limits = _read_limits(given, "", problems)
    types = given.get("types", {})
    for name, own in types.items() if isinstance(types, Mapping) else ():
        limits |= _read_limits(own if isinstance(own, Mapping) else {}, str(name), problems)
    known = {*KINDS, "types", "empty", "shrink", "columns"}
    problems += [Problem("guard_unknown", {"name": str(name)[:60]}) for name in given.keys() - known]
    empty, shapes = given.get("empty", False), given.get("columns", [])
    if not isinstance(empty, bool):
        problems.append(Problem("guard_number_unfit", field="empty"))
    if not (isinstance(shapes, list) and all(shape in SHAPES for shape in shapes)):
        problems.append(Problem("guard_number_unfit", field="columns"))
        shapes = []
    shrink = _percent(given.get("shrink"), "shrink", problems)
    return Guards(limits, empty is True, shrink, frozenset(shapes)), problems


def _read_limits(given: Mapping[str, Any], entity: str, problems: list[Problem]) -> dict[tuple[str, str], Limit]:
    found = {}
    for kind in KINDS:
        asked = given.get(kind)
        if asked is None:
            continue
        if not isinstance(asked, Mapping) or asked.keys() - {"most", "percent"}:
            problems.append(Problem("guard_number_unfit", field=kind))
            continue
        limit = Limit(_whole(asked.get("most"), kind, problems), _percent(asked.get("percent"), kind, problems))
        if limit:
            found[kind, entity] = limit
    return found


def _whole(value: Any, place: str, problems: list[Problem]) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10**9:
        problems.append(Problem("guard_number_unfit", field=place))
        return None
    return value


def _percent(value: Any, place: str, problems: list[Problem]) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        problems.append(Problem("guard_number_unfit", field=place))
        return None
    return float(value)


def _number(value: float) -> str:
    return f"{value:g}"
