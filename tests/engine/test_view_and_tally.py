"""The overlay takes a row back whole; the counts of a run add up and survive an interruption."""

from __future__ import annotations

import json

import pytest

from sync_app.engine.plan import OUTCOMES, Operation, PlannedRow
from sync_app.engine.records import Stored
from sync_app.engine.tally import Tally
from sync_app.engine.view import View
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.types import EntityType, Field, Key
from templates_app.sources.rows import Row
from tests.engine.world import PERSON, TEAM
from tests.fakes import InMemoryRecords

SPACES = {"codes", "Person.Badge", "Person.Mail"}


def put(view: View, record: Stored, old: dict[str, str] | None) -> None:
    gone = view.identities(PERSON, old, but=None) if old is not None else {}
    view.put(record, gone=gone, come=view.identities(PERSON, record.data, but=None))


@pytest.mark.parametrize("lasting", [True, False])
def test_a_rollback_restores_identities_and_values(store: InMemoryRecords, lasting: bool) -> None:
    old = {"Code": "A1", "Name": "Ada", "Badge": "7"}
    [ada] = store.seed(PERSON, old)
    view = View(store, spaces=SPACES, lasting=lasting)
    view.fetch(matches={"codes": {"a1"}}, lookups={})
    put(view, Stored(ada, "Person", {"Code": "A1", "Name": "Ann", "Badge": "8"}, 2), old)
    mark = view.mark()
    put(view, Stored(ada, "Person", {"Code": "A1", "Name": "Amy"}, 3), {"Code": "A1", "Badge": "8"})
    put(view, Stored(view.provisional(), "Person", {"Code": "B2", "Badge": "8"}, 1), None)
    assert list(view.ids("codes", "b2")) == [-1]
    view.rollback(mark)
    assert view.record(ada).data["Name"] == "Ann"
    assert list(view.ids("Person.Badge", "8")) == [ada]
    assert list(view.ids("Person.Badge", "7")) == []
    assert list(view.ids("codes", "b2")) == []


def test_one_value_under_two_keys_of_a_space_is_one_identity(store: InMemoryRecords) -> None:
    entity = EntityType(
        "Person",
        {name: Field(name, Text()) for name in ("Mail", "Work")},
        keys=(Key(("Mail",), "mails"), Key(("Work",), "mails")),
    )
    view = View(store, spaces={"mails"}, lasting=True)
    view.fetch(matches={}, lookups={})
    steps = [{"Mail": "a", "Work": "A"}, {"Work": "a"}, {"Mail": "a"}, {"Mail": "b"}]
    gone: dict[Key, str] = {}
    found = []
    for data in steps:
        come = view.identities(entity, data)
        view.put(Stored(-1, "Person", data, 1), gone=gone, come=come)
        found.append(list(view.ids("mails", "a")))
        gone = come
    assert found == [[-1], [-1], [-1], []]


@pytest.mark.parametrize("lasting", [True, False])
def test_only_a_lasting_overlay_outlives_its_chunk(store: InMemoryRecords, lasting: bool) -> None:
    view = View(store, spaces=SPACES, lasting=lasting)
    view.fetch(matches={}, lookups={})
    record = Stored(view.provisional(), "Person", {"Code": "B2", "Score": "1.50"}, 1)
    put(view, record, None)
    view.settle()
    view.fetch(matches={"codes": {"b2"}}, lookups={})
    assert list(view.ids("codes", "b2")) == ([record.id] if lasting else [])
    if lasting:
        assert view.record(record.id) == record


def test_what_was_looked_up_is_read_whole_when_its_values_are_asked_for(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Ada"})
    view = View(store, spaces=SPACES, lasting=False)
    view.fetch(matches={}, lookups={"codes": {"a1"}})
    assert view.glance(ada).type == "Person"
    assert view.record(ada).data == {"Code": "A1", "Name": "Ada"}


def _row(*outcomes: str, failed: bool = False, waiting: bool = False, extra: bool = False) -> PlannedRow:
    operations = [Operation(PERSON if n % 2 else TEAM, outcome, code="c") for n, outcome in enumerate(outcomes)]
    return PlannedRow(Row(1, None), operations, failed, waiting, extra)


def test_counts_add_up_by_row_and_by_type() -> None:
    tally = Tally(rows=9)
    tally.add([_row(*OUTCOMES), _row("Error", "Skip", failed=True), _row(waiting=True), _row("Update", extra=True)])
    tally.add([_row("Error", failed=False, extra=True)])
    counts = tally.counts()
    assert (counts["rowsOk"], counts["rowsFailed"], counts["unprocessed"]) == (1, 1, 7)
    assert sum(row["operations"] for row in tally.by_type().values()) == 10
    for row in tally.by_type().values():
        assert row["operations"] == sum(count for word, count in row.items() if word != "operations")


def test_a_tally_survives_as_json() -> None:
    tally = Tally(rows=3)
    tally.add([_row(*OUTCOMES), _row("Error", failed=True)])
    assert Tally.from_json(json.loads(json.dumps(tally.to_json()))) == tally
    assert Tally.from_json({}) == Tally()
