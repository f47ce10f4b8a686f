"""What holds of every template, whatever the rows and whatever the store has."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sync_app.engine.exporter import Exporter
from sync_app.engine.tally import Tally
from tests.engine.strategies import EDITS, ROWS, SOUND_ROWS, edit_all, stores, templates
from tests.engine.world import PERSON, TEAM, Done, apply_plan, exporter, run, undo
from tests.fakes import InMemoryRecords, export_record, unfounded

CHUNKS = st.sampled_from([1, 2, 3, 100])
Records = InMemoryRecords


def adds_up(tally: Tally) -> None:
    counts = tally.counts()
    assert counts["rows"] == counts["rowsOk"] + counts["rowsFailed"] + counts["unprocessed"]
    for row in tally.by_type().values():
        assert row["operations"] == sum(count for word, count in row.items() if word != "operations")


@settings(max_examples=60, deadline=None)
@given(store=stores(), template=templates(), rows=ROWS, chunks=st.tuples(CHUNKS, CHUNKS), stop=st.booleans())
def test_a_simulation_shows_what_a_real_run_does_and_chunks_change_nothing(
    store: Records, template: str, rows: list[Any], chunks: tuple[int, int], stop: bool
) -> None:
    before = store.digest()
    simulated = run(store, template, rows, simulate=True, chunk=chunks[0], stop=stop)
    assert store.digest() == before
    real = run(store, template, rows, chunk=chunks[1], stop=stop)
    assert real.shown == simulated.shown
    assert real.tally == simulated.tally
    assert not list(unfounded(store))
    adds_up(real.tally)
    if not stop:
        assert real.tally.unprocessed == 0


@settings(max_examples=60, deadline=None)
@given(store=stores(), template=templates(), rows=ROWS, chunk=CHUNKS)
def test_applying_a_simulation_at_once_is_the_real_run(
    store: Records, template: str, rows: list[Any], chunk: int
) -> None:
    twin = store.copy()
    applied = apply_plan(store, template, run(store, template, rows, simulate=True), chunk=chunk)
    real = run(twin, template, rows)
    assert store.digest() == twin.digest()
    assert applied.shown == real.shown
    assert applied.tally.counts() == real.tally.counts()
    assert not list(unfounded(store))


@settings(max_examples=60, deadline=None)
@given(store=stores(), template=templates(), rows=ROWS, chunk=CHUNKS)
def test_importing_twice_writes_nothing_the_second_time_when_rows_with_one_key_agree(
    store: Records, template: str, rows: list[Any], chunk: int
) -> None:
    agreeing = list({row["code"]: row for row in rows if row["code"]}.values())
    first = run(store, template, agreeing, chunk=chunk)
    if first.tally.rows_failed:
        return
    before = store.digest()
    again = run(store, template, agreeing * 2, chunk=chunk)
    assert [op for op in again.operations if op.writes] == []
    assert store.digest() == before


@settings(max_examples=60, deadline=None)
@given(store=stores(), template=templates(simple=True), rows=SOUND_ROWS, chunk=CHUNKS)
def test_importing_twice_leaves_the_same_records_and_writes_only_for_repeated_keys(
    store: Records, template: str, rows: list[Any], chunk: int
) -> None:
    first = run(store, template, rows, chunk=chunk)
    before = store.digest()
    again = run(store, template, rows, chunk=chunk)
    assert store.digest() == before
    assert again.tally.rows_failed == first.tally.rows_failed
    keys = [row["code"] for row in rows]
    written = {op.key for op in again.operations if op.writes}
    assert all(keys.count(key) > 1 for key in written)


@settings(max_examples=60, deadline=None)
@given(store=stores(), template=templates(), rows=ROWS, chunk=CHUNKS)
def test_undo_leaves_the_records_as_before_and_undoing_it_does_the_run_again(
    store: Records, template: str, rows: list[Any], chunk: int
) -> None:
    before = store.digest()
    done = run(store, template, rows, chunk=chunk)
    after = store.digest()
    shown = undo(store, done, simulate=True, chunk=chunk)
    assert store.digest() == after
    undone = undo(store, done, chunk=chunk)
    assert undone.problem_codes() == []
    assert store.digest() == before
    assert undone.shown == shown.shown
    assert not list(unfounded(store))
    adds_up(undone.tally)
    assert undo(store, undone, chunk=chunk).problem_codes() == []
    assert store.digest() == after


def _blocked_by_the_deleted(done: Done) -> bool:
    """A deleted record keeps its unique keys: rows that want one of them fail, whatever became of the others."""
    return "identity_taken" in done.problem_codes()


def _without_ids(store: Records) -> list[Any]:
    """The live records, by label and key instead of by id."""
    live = store.live()

    def named(value: Any) -> Any:
        if isinstance(value, list):
            return sorted(map(named, value))
        known = live.get(value, {}) if isinstance(value, int) else {}
        return known.get("Code") or known.get("Title") or value

    return sorted(sorted((name, str(named(value))) for name, value in data.items()) for data in live.values())


@settings(max_examples=80, deadline=None)
@given(
    store=stores(),
    first=st.tuples(templates(), ROWS),
    then=st.tuples(templates(), ROWS),
    chunk=CHUNKS,
    rounds=st.integers(1, 2),
)
def test_an_import_after_an_undone_one_comes_to_what_it_comes_to_alone(
    store: Records, first: tuple[str, list[Any]], then: tuple[str, list[Any]], chunk: int, rounds: int
) -> None:
    alone = store.copy()
    for _ in range(rounds):
        undo(store, run(store, *first, chunk=chunk), chunk=chunk)
    before, twin = store.digest(), store.copy()
    shown = run(store, *then, simulate=True, chunk=chunk)
    done = run(store, *then, chunk=chunk)
    assert done.shown == shown.shown
    assert not list(unfounded(store))
    assert apply_plan(twin, then[0], shown, chunk=chunk).tally.counts() == done.tally.counts()
    assert twin.digest() == store.digest()
    if not _blocked_by_the_deleted(done):
        run(alone, *then, chunk=chunk)
        assert _without_ids(store) == _without_ids(alone)
    assert undo(store, done, chunk=chunk).problem_codes() == []
    assert store.digest() == before


@settings(max_examples=60, deadline=None)
@given(store=stores(), template=templates(), rows=ROWS, edits=EDITS, chunk=CHUNKS)
def test_applying_a_plan_after_edits_changes_nothing_but_the_plan_and_overwrites_no_edit(
    store: Records, template: str, rows: list[Any], edits: list[Any], chunk: int
) -> None:
    plan = run(store, template, rows, simulate=True)
    approved = {op.record: op for op in plan.operations if op.writes and op.record > 0}
    fields = {op.record: set(op.after) for op in plan.operations if op.writes and op.record > 0}
    for op in plan.operations:
        if op.writes and op.record > 0:
            fields[op.record] |= set(op.after)
    seen = {record: row.version for record, row in store.kept.items()}
    edit_all(store, edits)
    now = deepcopy(store.kept)
    applied = apply_plan(store, template, plan, chunk=chunk)
    adds_up(applied.tally)
    assert not list(unfounded(store))
    assert applied.tally.rows_ok + applied.tally.rows_failed == plan.tally.rows_ok + plan.tally.rows_failed
    for record, was in now.items():
        row = store.kept[record]
        if was.version != seen.get(record) or record not in approved:
            assert (row.data, row.deleted, row.version) == (was.data, was.deleted, was.version)
        changed = {name for name in row.data.keys() | was.data.keys() if row.data.get(name) != was.data.get(name)}
        assert changed <= fields.get(record, set())
    referred_to_live(store, now, applied)


def referred_to_live(store: Records, now: dict[int, Any], applied: Done) -> None:
    """No write of this run refers to what is not there."""
    written = {op.record for op in applied.operations if op.writes and op.operation != "Delete"}
    for record in written:
        for name, target in _targets(store, record):
            if record not in now or now[record].data.get(name) != store.kept[record].data[name]:
                assert target in store.kept


def _targets(store: Records, record: int) -> list[tuple[str, int]]:
    row = store.kept[record]
    found = []
    for name in row.entity.reference_fields:
        value = row.data.get(name, [])
        found += [(name, target) for target in (value if isinstance(value, list) else [value])]
    return found


@settings(max_examples=60, deadline=None)
@given(store=stores(), template=templates(), rows=ROWS, edits=EDITS, chunk=CHUNKS)
def test_undo_after_edits_keeps_every_edit_and_leaves_no_record_without_what_it_refers_to(
    store: Records, template: str, rows: list[Any], edits: list[Any], chunk: int
) -> None:
    done = run(store, template, rows, chunk=chunk)
    left = {record: (dict(row.data), row.version) for record, row in store.kept.items()}
    edit_all(store, edits)
    now = deepcopy(store.kept)
    undone = undo(store, done, chunk=chunk)
    adds_up(undone.tally)
    assert not list(unfounded(store))
    for record, row in now.items():
        data, _ = left.get(record, (row.data, row.version))
        edited = {name for name in row.data.keys() | data.keys() if row.data.get(name) != data.get(name)}
        kept = store.kept[record]
        assert all(kept.data.get(name) == row.data.get(name) for name in edited)
        if edited or record not in left:
            assert kept.deleted == row.deleted


MIRROR_OUT = """<Out><Type Name="Person" /><Type Name="Person" As="Chief" Through="Boss" />
  <Type Name="Team" Through="Team" />
  <Property Name="code" Type="Person" Field="Code" /><Property Name="name" Type="Person" Field="Name" />
  <Property Name="mail" Type="Person" Field="Mail" /><Property Name="badge" Type="Person" Field="Badge" />
  <Property Name="city" Type="Person" Field="City" /><Property Name="score" Type="Person" Field="Score" />
  <Property Name="since" Type="Person" Field="Since" /><Property Name="until" Type="Person" Field="Until" />
  <Property Name="boss" Type="Chief" Field="Code" /><Property Name="team" Type="Team" Field="Title" />
</Out>"""
MIRROR_IN = """<In><Type Name="Person" ShouldInsert="true" ShouldUpdate="true" Match="Code" />
  <Property Name="code" Type="Person" Field="Code" /><Property Name="name" Type="Person" Field="Name" />
  <Property Name="mail" Type="Person" Field="Mail" /><Property Name="badge" Type="Person" Field="Badge" />
  <Property Name="city" Type="Person" Field="City" /><Property Name="score" Type="Person" Field="Score" />
  <Property Name="since" Type="Person" Field="Since" /><Property Name="until" Type="Person" Field="Until" />
  <Property Name="boss" Type="Person" Field="Boss"><Lookup Match="Code" /></Property>
  <Property Name="team" Type="Person" Field="Team"><Lookup Match="Title" /></Property>
</In>"""


@settings(max_examples=60, deadline=None)
@given(store=stores(), template=templates(), rows=ROWS, flat=st.booleans())
def test_an_export_imported_by_its_mirror_changes_nothing(
    store: Records, template: str, rows: list[Any], flat: bool
) -> None:
    run(store, template, rows)
    alive = store.live()
    dangling = [i for i in alive for _, target in _targets(store, i) if target not in alive]
    mapper = exporter(MIRROR_OUT)
    types = {"Person": PERSON, "Chief": PERSON, "Team": TEAM}
    roots = [export_record(store._stored(i)) for i in store.live("Person") if i not in dangling]
    items = list(Exporter(mapper=mapper, reader=store, types=types, flat=flat).items(roots, changed=False))
    again = run(store, MIRROR_IN, items)
    assert set(again.outcomes()) <= {"Unchanged"}
    assert len(items) == len(roots)
