"""Measures one run: its queries, their time, and its own. The clock of a report, not of the data."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection


@dataclass(slots=True)
class Meter:
    """`queries` and `query_seconds` since `running` began; `seconds` in all."""

    queries: int = 0
    query_seconds: float = 0.0
    seconds: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        began = time.perf_counter()
        with connection.execute_wrapper(self._count):
            try:
                yield
            finally:
                self.seconds += time.perf_counter() - began

    def _count(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries += 1
            self.query_seconds += time.perf_counter() - began

    def statistics(self, rows: int) -> dict[str, Any]:
        """As a report shows them; durations in the .NET time form."""
        return {
            "queryCount": self.queries,
            "queryDurationTotal": dotnet_time(self.query_seconds),
            "executionDuration": dotnet_time(self.seconds),
            "rowsPerSecond": round(rows / self.seconds) if self.seconds else 0,
        }


def dotnet_time(seconds: float) -> str:
    """`[d.]hh:mm:ss.fffffff`, as a .NET TimeSpan writes itself."""
    whole = timedelta(seconds=int(seconds))
    hours, rest = divmod(whole.seconds, 3600)
    minutes, left = divmod(rest, 60)
    ticks = int((seconds - int(seconds)) * 10_000_000)
    days = f"{whole.days}." if whole.days else ""
    return f"{days}{hours:02}:{minutes:02}:{left:02}.{ticks:07}"
