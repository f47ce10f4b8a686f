"""What many tests begin with is written once a process: for each later test its rows are put back as they were.

The use case runs for real the first two times that it is called with the same arguments; what the second one wrote is
kept. Its rows keep their keys, which nothing else is given: PostgreSQL never gives a key twice, and SQLite is told to
count on from a number of its own.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.models import Model

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Row = tuple[object, ...]

#: Filled by migrating, and by nothing else.
LEFT_OUT: Final = frozenset({"django_migrations", "django_content_type", "auth_permission"})
#: How many keys lie between what two use cases write on SQLite.
KEYS_BETWEEN: Final = 10_000

_numbers = count(1)


class _Table(NamedTuple):
    columns: list[str]
    keys: list[str]
    rows: dict[Row, Row]


@dataclasses.dataclass(frozen=True, slots=True)
class _Kept:
    """Arguments and answer of a call, and the statements that write its rows again."""

    given: object
    answer: Any
    statements: tuple[tuple[str, list[Any]], ...]

    def put_back(self, given: object) -> Any:
        """The answer of then, about the arguments of now."""
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, values in self.statements:
                cursor.execute(statement, values)
        return copy.deepcopy(self.answer, {id(then): now for then, now in _pairs(self.given, given)})


def written_once(make: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The same use case, whose rows are put back when it was called with equal arguments before.

    For what adds or changes rows, and depends on its arguments alone. AssertionError when it removes rows.
    """
    seen: set[object] = set()
    known: dict[object, _Kept] = {}

    @functools.wraps(make)
    def made(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        key = _values((args, kwargs))
        if key in known:
            answer: Answer = known[key].put_back((args, kwargs))
        elif key in seen:
            before = _rows(count_from=next(_numbers) * KEYS_BETWEEN)
            answer = make(*args, **kwargs)
            known[key] = _Kept(*copy.deepcopy(((args, kwargs), answer)), tuple(_statements(before, _rows())))
        else:
            answer = make(*args, **kwargs)
            seen.add(key)
        return answer

    return made


def _values(given: Any) -> Any:
    """What tells arguments from others: of rows the values of their columns."""
    if isinstance(given, Model):
        fields = given._meta.concrete_fields
        return (type(given), *(repr(given.__dict__.get(field.attname)) for field in fields))
    return (type(given), *map(_values, parts)) if (parts := _parts(given)) is not None else given


def _parts(given: Any) -> list[Any] | None:
    if dataclasses.is_dataclass(given):
        return [getattr(given, field.name) for field in dataclasses.fields(given) if field.compare]
    if isinstance(given, dict):
        return [part for item in sorted(given.items()) for part in item]
    return list(given) if isinstance(given, tuple | list) else None


def _pairs(then: Any, now: Any) -> Iterator[tuple[Model, Model]]:
    """The rows among the arguments of then, each with that of now."""
    if isinstance(then, Model):
        yield then, now
    for before, after in zip(_parts(then) or (), _parts(now) or (), strict=True):
        yield from _pairs(before, after)


def _rows(*, count_from: int = 0) -> dict[str, _Table]:
    """What is in every table. SQLite gives the keys after `count_from` next, when that is given."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted({*connection.introspection.table_names(cursor)} - LEFT_OUT):
            keys = connection.introspection.get_primary_key_columns(cursor, table) or []
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            places = [columns.index(key) for key in keys]
            rows = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]
            found[table] = _Table(columns, keys, {tuple(row[place] for place in places): row for row in rows})
        if count_from and connection.vendor == "sqlite":
            numbers = [(table, count_from) for table in found]
            cursor.execute("DELETE FROM sqlite_sequence")
            cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", numbers)
    return found


def _statements(before: dict[str, _Table], after: dict[str, _Table]) -> Iterator[tuple[str, list[Any]]]:
    """What makes the rows of `after` of those of `before`."""
    quoted = connection.ops.quote_name
    for table, (columns, keys, rows) in after.items():
        were = before[table].rows
        assert were.keys() <= rows.keys(), f"rows of {table} were removed, and not only added or changed"
        added = [row for key, row in rows.items() if key not in were]
        if added:
            places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(added))
            names = ", ".join(map(quoted, columns))
            yield f"INSERT INTO {quoted(table)} ({names}) VALUES {places}", [value for row in added for value in row]
        for key, was in were.items():
            changed = [place for place, value in enumerate(rows[key]) if value != was[place]]
            if changed:
                news = ", ".join(f"{quoted(columns[place])} = %s" for place in changed)
                where = " AND ".join(f"{quoted(name)} = %s" for name in keys)
                yield (
                    f"UPDATE {quoted(table)} SET {news} WHERE {where}",
                    [*(rows[key][place] for place in changed), *key],
                )
