"""One operation alone in its process: how much memory it takes at its highest, or where its time goes."""

from __future__ import annotations

import cProfile
import io
import pstats
from typing import Any, Final

from integration_admin.accounts.brands import find_brand
from tests.bench.contest import Bodies, ProductSubject
from tests.bench.operations import OPERATIONS
from tests.bench.payload import body
from tests.bench.product import Product, new_product, unnoticed
from tests.bench.stopwatch import memory_kb

BRAND: Final = "memory"


def import_memory(*, rows: int) -> dict[str, Any]:
    """Megabytes before and at the highest of an import, in a process that has nothing else to hold but its payload."""
    product = new_product(BRAND)
    product.import_body(body(count=1))
    payload = body(count=rows)
    return _measured(rows, lambda: product.import_body(payload))


def export_memory(*, rows: int) -> dict[str, Any]:
    """The same of an export, of what another process has imported into this database."""
    return _measured(rows, Product(find_brand(key=BRAND)).export)


def _measured(rows: int, work: Any) -> dict[str, Any]:
    before, _ = memory_kb()
    work()
    _, peak = memory_kb()
    return {"rows": rows, "beforeMB": before // 1024, "peakMB": peak // 1024}


def profile(*, rows: int, operation: str) -> dict[str, Any]:
    """The calls of one operation that cost most by themselves, after everything was done once with few rows."""
    warm = ProductSubject("warm", Bodies.of(100))
    for name in OPERATIONS:
        warm.work(name, unnoticed)
    subject = ProductSubject("profile", Bodies.of(rows))
    profiler = cProfile.Profile()
    for name in OPERATIONS:
        if name == operation:
            profiler.enable()
        subject.work(name, unnoticed)
        if name == operation:
            profiler.disable()
            break
    text = io.StringIO()
    pstats.Stats(profiler, stream=text).sort_stats("tottime").print_stats(45)
    return {"operation": operation, "rows": rows, "text": text.getvalue()}
