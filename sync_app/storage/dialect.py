"""The few statements that SQLite and PostgreSQL write differently: arrays as parameters, bulk writes, reserved ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec
from django.db import connection
from django.db.backends.utils import CursorWrapper


class Column(NamedTuple):
    """A column of a bulk write, with the type PostgreSQL's arrays need. `cast` is applied to the array's member."""

    name: str
    type: str
    cast: str = ""


class Dialect(Protocol):
    def any_of(self, column: str) -> str:
        """`column` is one of the values of a parameter made by `array`. Never a join: the planner would scan."""
        ...

    def array(self, values: Collection[Any]) -> Any: ...

    def beside(self, column: str) -> str:
        """`column` of a condition beside an `any_of` that finds the rows: no index may be chosen for it."""
        ...

    def insert(
        self, cursor: CursorWrapper, table: str, columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]
    ) -> None: ...

    def update(
        self,
        cursor: CursorWrapper,
        table: str,
        columns: Sequence[Column],
        keys: Sequence[Column],
        rows: Sequence[tuple[Any, ...]],
    ) -> int:
        """Set `columns` where `keys` match; a row is the columns' values, then the keys'. Gives the rows changed."""
        ...

    def delete(
        self, cursor: CursorWrapper, table: str, keys: Sequence[Column], rows: Sequence[tuple[Any, ...]]
    ) -> int: ...

    def reserve(self, cursor: CursorWrapper, table: str, count: int) -> Sequence[int]: ...


class SQLite:
    """One parameter holds an array as JSON; bulk writes are `executemany` of one prepared statement."""

    def any_of(self, column: str) -> str:
        return f"{column} IN (SELECT value FROM json_each(%s))"

    def array(self, values: Collection[Any]) -> str:
        return msgspec.json.encode(list(values)).decode()

    def beside(self, column: str) -> str:
        """It takes an index that begins with an equality for better than the very keys, and reads a whole brand."""
        return f"+{column}"

    def insert(
        self, cursor: CursorWrapper, table: str, columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        names = ", ".join(column.name for column in columns)
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)

    def update(
        self,
        cursor: CursorWrapper,
        table: str,
        columns: Sequence[Column],
        keys: Sequence[Column],
        rows: Sequence[tuple[Any, ...]],
    ) -> int:
        values = ", ".join(f"{column.name} = %s" for column in columns)
        found = " AND ".join(f"{key.name} = %s" for key in keys)
        cursor.executemany(f"UPDATE {table} SET {values} WHERE {found}", rows)
        return int(cursor.rowcount)

    def delete(self, cursor: CursorWrapper, table: str, keys: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> int:
        found = " AND ".join(f"{key.name} = %s" for key in keys)
        cursor.executemany(f"DELETE FROM {table} WHERE {found}", rows)
        return int(cursor.rowcount)

    def reserve(self, cursor: CursorWrapper, table: str, count: int) -> Sequence[int]:
        """The ids after the highest ever used. The write lock is held, so nobody else takes them."""
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = int(cursor.fetchone()[0])
        return range(last + 1, last + 1 + count)


class PostgreSQL:
    """Arrays are parameters; bulk writes are one statement over `unnest`."""

    def any_of(self, column: str) -> str:
        return f"{column} = ANY(%s)"

    def array(self, values: Collection[Any]) -> list[Any]:
        return list(values)

    def beside(self, column: str) -> str:
        """It knows how many rows each way finds."""
        return column

    def insert(
        self, cursor: CursorWrapper, table: str, columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        names = ", ".join(column.name for column in columns)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {_members(columns)} FROM {_unnest(columns)}", _turn(rows))

    def update(
        self,
        cursor: CursorWrapper,
        table: str,
        columns: Sequence[Column],
        keys: Sequence[Column],
        rows: Sequence[tuple[Any, ...]],
    ) -> int:
        guards = [Column(f"k_{key.name}", key.type) for key in keys]
        values = ", ".join(f"{column.name} = {_member(column)}" for column in columns)
        found = " AND ".join(f"t.{key.name} = {_member(guard)}" for key, guard in zip(keys, guards, strict=True))
        cursor.execute(f"UPDATE {table} t SET {values} FROM {_unnest([*columns, *guards])} WHERE {found}", _turn(rows))
        return int(cursor.rowcount)

    def delete(self, cursor: CursorWrapper, table: str, keys: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> int:
        found = " AND ".join(f"t.{key.name} = {_member(key)}" for key in keys)
        cursor.execute(f"DELETE FROM {table} t USING {_unnest(keys)} WHERE {found}", _turn(rows))
        return int(cursor.rowcount)

    def reserve(self, cursor: CursorWrapper, table: str, count: int) -> Sequence[int]:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [int(row[0]) for row in cursor.fetchall()]


def _unnest(columns: Sequence[Column]) -> str:
    arrays = ", ".join(f"%s::{column.type}[]" for column in columns)
    names = ", ".join(column.name for column in columns)
    return f"unnest({arrays}) AS v({names})"


def _members(columns: Sequence[Column]) -> str:
    return ", ".join(_member(column) for column in columns)


def _member(column: Column) -> str:
    return f"v.{column.name}::{column.cast}" if column.cast else f"v.{column.name}"


def _turn(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(values) for values in zip(*rows, strict=True)]


_DIALECTS: dict[str, Dialect] = {"sqlite": SQLite(), "postgresql": PostgreSQL()}


def dialect() -> Dialect:
    """The dialect of the default database."""
    return _DIALECTS[connection.vendor]
