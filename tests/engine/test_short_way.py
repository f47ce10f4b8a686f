"""The short way gives what the long way gives."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_app.engine.planner import Planner
from sync_app.engine.short_way import ShortWay
from tests.engine.world import FIRM, PERSON, Done, importer, run
from tests.fakes import InMemoryRecords

PROPERTIES = (
    '<Property Name="number" Type="Firm" Field="Number"/><Property Name="name" Type="Firm" Field="Name" {policy}/>'
)
TYPES = (
    'ShouldInsert="true" ShouldUpdate="true" Match="Number"',
    'ShouldInsert="true" ShouldUpdate="true" Match="Number" Repeated="First"',
    'ShouldInsert="true" ShouldUpdate="true" Match="Number" Repeated="Error"',
    'ShouldInsert="true" Match="Number"',
    'ShouldUpdate="true" Match="Number"',
)
POLICIES = ("", 'OnUpdate="Fill"', 'OnUpdate="Leave"', 'OnUpdate="Highest"', 'OnEmpty="Keep"')
MAPPERS = [
    importer(f'<In><Type Name="Firm" {flags}/>{PROPERTIES.format(policy=policy)}</In>')
    for flags in TYPES
    for policy in POLICIES
]
NUMBERS = st.sampled_from(["1", "2", "3", "A", "x" * 256])
ROWS = st.lists(
    st.fixed_dictionaries({"number": NUMBERS}, optional={"name": st.sampled_from(["Acme", "Bolt", ""])}), max_size=7
)
CHUNKS = st.sampled_from([1, 2, 100])


def firms(kept: list[dict[str, Any]], *, deleted: bool) -> InMemoryRecords:
    """Some firms, and a person whose code is one of their numbers."""
    store = InMemoryRecords()
    store.seed(PERSON, {"Code": "A", "Name": "Ada"})
    ids = store.seed(FIRM, *kept)
    if deleted and ids:
        store.delete(ids[0])
    return store


KEPT = st.lists(
    st.fixed_dictionaries({"Number": st.sampled_from(["1", "2"])}, optional={"Name": st.sampled_from(["Acme", "Zed"])}),
    max_size=2,
    unique_by=lambda data: data["Number"],
)


@settings(max_examples=150)
@given(st.sampled_from(MAPPERS), KEPT, st.booleans(), ROWS, st.booleans(), CHUNKS)
def test_both_ways_lead_to_the_same(
    mapper: Any, kept: list[dict[str, Any]], deleted: bool, rows: list[Any], simulate: bool, chunk: int
) -> None:
    short_store, long_store = firms(kept, deleted=deleted), firms(kept, deleted=deleted)
    short = run(short_store, mapper, rows, simulate=simulate, chunk=chunk)
    with patch.object(ShortWay, "operation", return_value=None):
        long = run(long_store, mapper, rows, simulate=simulate, chunk=chunk)
    assert short.shown == long.shown
    assert short.tally == long.tally
    assert short_store.kept == long_store.kept
    assert short_store.identities == long_store.identities


@pytest.mark.parametrize("chunk", [1, 100])
def test_plain_rows_take_it(chunk: int) -> None:
    store = firms([{"Number": "1", "Name": "Acme"}, {"Number": "2", "Name": "Bolt"}], deleted=False)
    rows = [{"number": "1", "name": "Acme"}, {"number": "2", "name": "Cord"}, {"number": "3", "name": "Dyne"}]
    with patch.object(Planner, "_draft") as long:
        done: Done = run(store, MAPPERS[0], rows, chunk=chunk)
    assert not long.called
    assert done.outcomes() == ["Unchanged", "Update", "Insert"]
    assert [operation.after for operation in done.operations] == [{}, {"Name": "Cord"}, {"Number": "3", "Name": "Dyne"}]
