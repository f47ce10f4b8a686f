"""What must agree is recomputed, and whatever was changed behind its back is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from sync_app.models import BrandClock, Identity, JournalEntry, Record, Reference, Revision, Run
from sync_app.runs.upkeep.purging import purge_journals
from sync_app.runs.upkeep.verifying import records_digest, verify
from tests.runs.conftest import House, customer

COLUMNS = [
    ("row", 99),
    ("item", "'9'"),
    ("entity_type", "'Project'"),
    ("key", "'other'"),
    ("record", 424242),
    ("operation", "'Delete'"),
    ("applied", "NOT applied"),
    ("before", '\'{"LastName":"OlD"}\''),
    ("after", '\'{"LastName":"NeW"}\''),
    ("fields", "'Email'"),
    ("code", "'revived'"),
    ("problems", "'[]'"),
    ("version_seen", 7),
    ("version_after", 9),
    ("revision", 424242),
    ("seq", 424242),
    ("run_id", 424242),
]


@pytest.fixture
def run(house: House) -> Run:
    house.send(customer("A", "Old"))
    return house.send(customer("A", "New"), customer("B", parent="A"), customer("X", score="many"))


def codes(house: House) -> set[str]:
    return {found.code for found in verify(brand=house.brand.key)}


def test_what_was_written_agrees(house: House, run: Run) -> None:
    house.undo(run)
    assert verify() == []


@pytest.mark.parametrize(("column", "value"), COLUMNS, ids=[column for column, _ in COLUMNS])
def test_an_entry_altered_in_any_column_is_found(house: House, run: Run, column: str, value: Any) -> None:
    table = JournalEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE {table} SET "{column}" = {value} WHERE run_id = %s AND seq = 1', [run.pk])
        assert cursor.rowcount == 1
    assert "journal_altered" in codes(house)


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_an_entry_that_was_removed_is_found(house: House, run: Run, seq: int) -> None:
    JournalEntry.objects.filter(run=run, seq=seq).delete()
    assert "journal_altered" in codes(house)


def test_an_entry_that_was_planted_is_found(house: House, run: Run) -> None:
    entry = JournalEntry.objects.get(run=run, seq=1)
    fields = {f.attname: getattr(entry, f.attname) for f in JournalEntry._meta.concrete_fields}
    JournalEntry.objects.create(**{**fields, "seq": 99})
    assert codes(house)


def test_a_revision_that_was_removed_with_its_entries_is_found(house: House, run: Run) -> None:
    JournalEntry.objects.filter(run=run).delete()
    Revision.objects.filter(run=run).delete()
    assert "version_wrong" in codes(house)


def test_a_journal_that_was_removed_is_found_in_a_brand_of_which_others_were_purged(house: House) -> None:
    house.send(customer("A", "One"), customer("B"))
    house.clock.advance(days=400)
    changed = house.send(customer("A", "Two"))
    last = house.send(customer("A", "Three"), customer("C"))
    assert purge_journals(before=house.clock() - timedelta(days=365), now=house.clock()) == 2
    assert codes(house) == set()
    record = house.record("A")
    Record.objects.filter(pk=record.pk).update(data=record.data | {"LastName": "Four"})
    assert "record_altered" in codes(house)
    record.save()
    JournalEntry.objects.filter(run=changed).delete()
    Revision.objects.filter(run=changed).delete()
    # Before this change there was one that was purged, after it none was.
    assert codes(house) == {"journal_missing"}
    Revision.objects.filter(run=last).delete()
    JournalEntry.objects.filter(run=last).delete()
    assert codes(house) == {"journal_missing", "revision_missing"}


def test_values_that_are_not_those_of_the_journal_are_found_field_by_field(house: House, run: Run) -> None:
    record = house.record("A")
    record.data |= {"LastName": "Mine", "Email": "planted@example.org"}
    record.save()
    details = [found.detail for found in verify() if found.code == "record_altered"]
    assert details == [f"record {record.pk}: not as journalled are Email, LastName"]


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda: Identity.objects.filter(value="a").delete(), "identity_missing"),
        (lambda: Identity.objects.filter(value="a").update(value="z"), "identity_unfounded"),
        (lambda: Reference.objects.all().delete(), "reference_unkept"),
        (lambda: Reference.objects.update(field="_FRIEND"), "reference_unfounded"),
        (lambda: BrandClock.objects.update(counts={"Customer": 5}), "count_wrong"),
        (lambda: BrandClock.objects.update(counts={}), "count_wrong"),
        (lambda: Record.objects.update(version=9), "version_wrong"),
        (lambda: Record.objects.filter(version=2).update(revision=1), "revision_wrong"),
        (lambda: Record.objects.filter(version=1).update(label="Zoe"), "label_wrong"),
        (lambda: Record.objects.filter(version=1).update(sort_label="zoe"), "label_wrong"),
        (lambda: Record.objects.filter(version=1).update(search="zoe"), "label_wrong"),
        (lambda: BrandClock.objects.update(revision=1), "clock_wrong"),
        (lambda: Revision.objects.update(digest="0" * 64), "journal_altered"),
        (lambda: Revision.objects.all().delete(), "journal_altered"),
        (lambda: Run.objects.update(purged_at=datetime(2020, 1, 1, tzinfo=UTC)), "purge_unfinished"),
    ],
)
def test_each_kind_of_tampering_is_found(house: House, run: Run, tamper: Any, code: str) -> None:
    tamper()
    assert code in codes(house)


def test_a_value_changed_behind_the_journal_is_found_when_it_is_a_key(house: House, run: Run) -> None:
    record = house.record("A")
    record.data["_CODE"] = "Q"
    record.save()
    assert {"identity_missing", "identity_unfounded"} <= codes(house)


def test_a_reference_to_what_is_gone_is_found(house: House, run: Run) -> None:
    parent = house.record("A").pk
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Record._meta.db_table} WHERE id = %s", [parent])
    assert "reference_dangling" in codes(house)


def test_a_report_that_does_not_add_up_is_found(house: House, run: Run) -> None:
    run.counts["rowsOk"] += 1
    run.save()
    assert codes(house) == {"report_wrong"}


def test_one_brand_is_verified_without_the_others(house: House, run: Run, other: Any) -> None:
    BrandClock.objects.update(counts={})
    assert verify(brand=other.key) == []


def test_the_digest_is_over_live_records_only(house: House, run: Run) -> None:
    before = records_digest(house.brand)
    Record.objects.update(version=7, revision=9)
    assert records_digest(house.brand) == before
    Record.objects.filter(pk=house.record("A").pk).update(data={"_CODE": "A"})
    assert records_digest(house.brand) != before
