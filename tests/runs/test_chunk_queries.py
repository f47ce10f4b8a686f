"""A chunk costs at most twelve queries, whatever is done with it. A bulk one counts as one, transactions do not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from django.db import connection
from django.test.utils import CaptureQueriesContext

from sync_app.models import Run, RunStatus
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.undoing import start_undo
from sync_app.runs.work.perform import perform
from tests.runs.conftest import House, customer

A_CHUNK: Final = 12
AROUND: Final = ("BEGIN", "SAVEPOINT", "RELEASE")
FIRST: Final = [customer(f"C{n}", mail=f"c{n}@acme.example") for n in range(8)]
SECOND: Final = [customer(f"C{n}", name="Renamed", mail=f"d{n}@acme.example") for n in range(8)]


def most_of_a_chunk(house: House, run: Run) -> tuple[Run, int]:
    """The run, performed, and the queries of its costliest chunk but the first, which also begins it."""
    ends: list[int] = []
    with CaptureQueriesContext(connection) as queries:

        def ended(_progress: Any) -> None:
            ends.append(sum(not query["sql"].startswith(AROUND) for query in queries.captured_queries))

        done = perform(run=run.pk, holder="here", clock=house.clock, on_progress=ended)
    assert len(ends) == 4
    return done, max(later - earlier for earlier, later in pairwise(ends))


def test_no_chunk_costs_more_than_twelve_queries(house: House, small_chunks: None) -> None:
    asked: list[tuple[str, Callable[[], Run]]] = [
        ("simulate", lambda: house.start(*FIRST, simulate=True)),
        ("apply", lambda: start_apply(actor=house.actor, run=runs[-1].pk, clock=house.clock)),
        ("unchanged", lambda: house.start(*FIRST)),
        ("changed", lambda: house.start(*SECOND)),
        ("undo", lambda: start_undo(actor=house.actor, run=runs[-1].pk, clock=house.clock)),
    ]
    runs: list[Run] = []
    costs: dict[str, int] = {}
    for name, start in asked:
        done, costs[name] = most_of_a_chunk(house, start())
        assert done.status == RunStatus.SUCCEEDED
        runs.append(done)
    assert {name: cost for name, cost in costs.items() if cost > A_CHUNK} == {}
