"""One measurement: what an operation took of the wall's clock and of the processor, and its queries."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

#: An operation; it calls what it is given at the end of each of its chunks.
Work = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds and queries of one operation. `rows` is what it was given.

    `queries_a_chunk` are those between the ends of two chunks; None where there are no two chunks.
    """

    rows: int
    wall: float
    cpu: float
    queries: int
    queries_a_chunk: float | None = None


@dataclass(slots=True)
class QueryCount:
    """Counts statements, a bulk one (`executemany`) as one."""

    queries: int = 0
    ends: list[int] = field(default_factory=list)

    def chunk_ended(self) -> None:
        self.ends.append(self.queries)

    @property
    def a_chunk(self) -> float | None:
        return (self.ends[-1] - self.ends[0]) / (len(self.ends) - 1) if len(self.ends) > 1 else None

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)


def measure(work: Work, *, rows: int) -> Sample:
    """Do `work`. What lived before is left out of the collector's passes."""
    gc.collect()
    gc.freeze()
    count = QueryCount()
    with connection.execute_wrapper(count):
        cpu, wall = time.process_time(), time.perf_counter()
        work(count.chunk_ended)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    gc.unfreeze()
    return Sample(rows, wall, cpu, count.queries, count.a_chunk)


def memory_kb() -> tuple[int, int]:
    """(resident now, highest so far) of this process alone. `ru_maxrss` would inherit the parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if "kB" in rest}
    return found["VmRSS"], found["VmHWM"]
