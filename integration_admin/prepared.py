"""Queries that almost every request asks, compiled once a thread.

To compile one takes the framework several times as long as the database to answer it. What is asked for is given as
parameters, never kept; what comes back are rows like those of any other query.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models import query as framework

Row = TypeVar("Row", bound=Model)


class Prepared(Generic[Row]):
    """`build` makes the query of any values; it is shown `marks`, unlike each other and any constant of the query.

    A filter may only compare: a value that needs another statement (None, a list) is none for it.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], *marks: object) -> None:
        self._build = build
        self._marks = marks
        self._local = threading.local()

    def first(self, *values: object) -> Row | None:
        """The first row of these values, None without one."""
        return next(self.rows(*values), None)

    def rows(self, *values: object) -> Iterator[Row]:
        """The rows of these values, as many and in the order of the marks."""
        made: _Compiled[Row] | None = getattr(self._local, "made", None)
        if made is None:
            made = self._local.made = _Compiled(self._build(*self._marks))
        given = dict(zip(self._marks, values, strict=True))
        return made.rows([given.get(value, value) for value in made.parameters])


class _Compiled(Generic[Row]):
    """One statement, and how its columns become objects: what the framework does for each query it iterates over."""

    def __init__(self, query: QuerySet[Row]) -> None:
        self._compiler: Any = query.query.get_compiler(query.db)
        self._sql, self.parameters = self._compiler.as_sql()
        select, info = self._compiler.select, self._compiler.klass_info
        columns = info["select_fields"]
        self._model = info["model"]
        self._from, self._to = columns[0], columns[-1] + 1
        self._names = [column[0].target.attname for column in select[self._from : self._to]]
        related_populators: Any = framework.get_related_populators
        self._related = related_populators(info, select, query.db)
        self._converters = self._compiler.get_converters([column[0] for column in select])
        self._database = query.db

    def rows(self, parameters: list[Any]) -> Iterator[Row]:
        with connection.cursor() as cursor:
            cursor.execute(self._sql, parameters)
            found = cursor.fetchall()
        for row in self._compiler.apply_converters(found, self._converters) if self._converters else found:
            made = self._model.from_db(self._database, self._names, row[self._from : self._to])
            for related in self._related:
                related.populate(row, made)
            yield made
