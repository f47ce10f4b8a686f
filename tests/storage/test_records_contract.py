"""One contract for every store: the database's keeps it, and so does the one in memory that other tests trust."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

import pytest
from django.db import IntegrityError

from integration_admin.accounts.models import Brand
from sync_app.engine.plan import DELETE, INSERT, INSERT_UNDONE, UPDATE, Operation
from sync_app.engine.ports import RecordReader, RecordWrite, RecordWriter, StaleWrite
from sync_app.engine.records import Data
from sync_app.models import BrandClock, Record, Run
from sync_app.storage import journal
from sync_app.storage.clock import write_transaction
from sync_app.storage.exports import DatabaseExports
from sync_app.storage.records import DatabaseRecords
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.types import EntityType, Field, Key
from tests.engine.world import FIRM, PERSON, TEAM
from tests.fakes import IdentityTaken, InMemoryRecords


class Store(RecordReader, RecordWriter, Protocol):
    """What the contract is about."""


class House(Protocol):
    store: Any
    exports: Any

    def transaction(self) -> Any: ...

    def tell(self, *operations: Operation) -> None: ...


class Memory:
    """The store in memory."""

    def __init__(self) -> None:
        self.store = self.exports = InMemoryRecords()

    def transaction(self) -> Any:
        return self.store.transaction()

    def tell(self, *operations: Operation) -> None:
        self.store.tell(operations)


class Database:
    """The same in the database, with its write transactions."""

    def __init__(self, brand: Brand, now: datetime) -> None:
        self.brand = brand
        self.store = DatabaseRecords(brand=brand.pk)
        self.exports = DatabaseExports(brand=brand.pk)
        self._now = now

    @contextmanager
    def transaction(self) -> Iterator[DatabaseRecords]:
        with write_transaction(brand=self.brand.pk, clock=lambda: self._now) as held:
            yield self.store.within(held)

    def tell(self, *operations: Operation) -> None:
        """As a run of its own, which is of a revision of its own."""
        run = Run.objects.create(brand=self.brand, kind="import", actor="x", created_at=self._now)
        with write_transaction(brand=self.brand.pk, clock=lambda: self._now) as held:
            journal.append(
                journal.entries_of(
                    operations, run=run.pk, first_seq=1, applied=True, revision=held.revision, verbose=True
                )
            )


@pytest.fixture(params=["memory", "database"])
def house(request: pytest.FixtureRequest, now: datetime) -> House:
    if request.param == "memory":
        return Memory()
    return Database(request.getfixturevalue("acme"), now)


def insert(house: House, entity: Any, *listed: Data) -> list[int]:
    with house.transaction() as store:
        ids = list(store.reserve(len(listed)))
        store.write([RecordWrite(i, entity, dict(data), 1) for i, data in zip(ids, listed, strict=True)])
    return ids


def told(house: House, record: int, *done: tuple[str, str]) -> None:
    """What happened to the record: operation and code."""
    house.tell(*(Operation(PERSON, operation, record=record, code=code) for operation, code in done))


def change(house: House, record: int, entity: Any, **values: Any) -> None:
    """None empties a field; `deleted` sets the record's state."""
    now = house.store.load([record])[record]
    deleted = values.pop("deleted", now.deleted)
    data = {name: value for name, value in {**now.data, **values}.items() if value is not None}
    write = RecordWrite(record, entity, data, now.version + 1, now.data, now.version, deleted, now.deleted)
    with house.transaction() as store:
        store.write([write])


ADA: Data = {"Code": "A1", "Name": "Ada", "Mail": "Ada@X.org", "Score": "2.5"}


def test_it_gives_back_what_was_written(house: House) -> None:
    [ada] = insert(house, PERSON, ADA)
    stored = house.store.load([ada])[ada]
    assert (stored.id, stored.type, stored.data, stored.version, stored.deleted) == (ada, "Person", ADA, 1, False)
    assert stored.label == "Ada"


@pytest.mark.parametrize(
    "text", ["é", "日本", "a'b\"c", "%s", "\\u0000-like", "{}", "line\nline", " nbsp ", "😀" * 50, "NULL"]
)
def test_texts_come_back_letter_by_letter(house: House, text: str) -> None:
    [ada] = insert(house, PERSON, {"Name": text})
    assert house.store.load([ada])[ada].data == {"Name": text}


def test_it_finds_by_the_match_form_in_the_space_of_the_key(house: House) -> None:
    [ada] = insert(house, PERSON, ADA)
    [firm] = insert(house, FIRM, {"Number": "F1", "Name": "Acme"})
    assert [r.id for r in house.store.match("codes", ["a1", "f1", "zz"])["a1"]] == [ada]
    found = house.store.find("codes", ["a1", "f1", "zz"])
    assert {value: list(records) for value, records in found.items()} == {
        "a1": [(ada, "Person", False)],
        "f1": [(firm, "Firm", False)],
    }
    assert house.store.match("Person.Mail", ["ada@x.org"])["ada@x.org"][0].data == ADA
    assert not house.store.find("Person.Badge", ["a1"])


def test_nobody_is_asked_for_when_nothing_is_asked(house: House) -> None:
    assert not house.store.match("codes", [])
    assert not house.store.find("codes", [])
    assert not house.store.load([])
    assert not house.store.referrers([])
    assert not house.exports.exported([])


def test_a_key_that_is_not_unique_leads_to_all_who_have_it(house: House) -> None:
    ids = insert(house, PERSON, {"Name": "A", "Mail": "m"}, {"Name": "B", "Mail": "M"})
    assert sorted(record.id for record in house.store.match("Person.Mail", ["m"])["m"]) == ids


def test_a_key_with_an_empty_part_leads_nowhere(house: House) -> None:
    insert(house, PERSON, {"Name": "Ada"})
    assert not house.store.find("codes", [""])


def test_identities_follow_the_values(house: House) -> None:
    [ada] = insert(house, PERSON, ADA)
    change(house, ada, PERSON, Code="B2", Mail=None)
    assert not house.store.find("codes", ["a1"])
    assert not house.store.find("Person.Mail", ["ada@x.org"])
    assert house.store.find("codes", ["b2"])["b2"][0].id == ada
    assert house.store.load([ada])[ada].version == 2


def test_identities_may_change_hands_within_one_write(house: House) -> None:
    ada, ben = insert(house, PERSON, {"Name": "Ada", "Badge": "7"}, {"Name": "Ben", "Badge": "8"})
    with house.transaction() as store:
        store.write(
            [
                RecordWrite(ada, PERSON, {"Name": "Ada", "Badge": "8"}, 2, {"Name": "Ada", "Badge": "7"}, 1),
                RecordWrite(ben, PERSON, {"Name": "Ben", "Badge": "7"}, 2, {"Name": "Ben", "Badge": "8"}, 1),
            ]
        )
    assert house.store.find("Person.Badge", ["7"])["7"][0].id == ben


def test_an_identity_of_another_is_refused_and_nothing_is_written(house: House) -> None:
    [ada] = insert(house, PERSON, ADA)
    with pytest.raises((IntegrityError, IdentityTaken)):
        insert(house, FIRM, {"Number": "A1"})
    assert [record.id for record in house.store.find("codes", ["a1"])["a1"]] == [ada]
    assert len(house.store.find("codes", ["a1"])["a1"]) == 1


@pytest.mark.parametrize("seen", [0, 2, 7])
def test_a_record_that_is_not_at_the_version_seen_is_not_written(house: House, seen: int) -> None:
    [ada] = insert(house, PERSON, ADA)
    with pytest.raises(StaleWrite), house.transaction() as store:
        store.write([RecordWrite(ada, PERSON, {"Name": "Eve"}, seen + 1, ADA, seen)])
    assert house.store.load([ada])[ada].data == ADA


def test_a_deleted_record_keeps_its_identities_and_its_values(house: House) -> None:
    [ada] = insert(house, PERSON, ADA)
    change(house, ada, PERSON, deleted=True)
    [found] = house.store.match("codes", ["a1"])["a1"]
    assert (found.id, found.deleted, found.data) == (ada, True, ADA)
    change(house, ada, PERSON, deleted=False, Name="Back")
    assert house.store.load([ada])[ada].deleted is False


def test_a_deleted_record_whose_values_change_stays_deleted(house: House) -> None:
    [ada] = insert(house, PERSON, ADA)
    change(house, ada, PERSON, deleted=True)
    with house.transaction() as store:
        store.write([RecordWrite(ada, PERSON, {"Name": "Ada"}, 3, ADA, 2)])
    assert house.store.load([ada])[ada].deleted


def test_references_are_known_from_both_sides(house: House) -> None:
    ada, ben = insert(house, PERSON, {"Name": "Ada"}, {"Name": "Ben"})
    [red] = insert(house, TEAM, {"Title": "Red", "Lead": ada})
    [eve] = insert(house, PERSON, {"Name": "Eve", "Team": red, "Boss": ada, "Friends": [ben, ada]})
    assert {target: sorted(set(ids)) for target, ids in house.store.referrers([ada, ben, red]).items()} == {
        ada: sorted([red, eve]),
        ben: [eve],
        red: [eve],
    }
    change(house, eve, PERSON, Boss=None, Friends=[ben])
    assert house.store.referrers([ada])[ada] == [red]
    change(house, red, TEAM, deleted=True)
    assert not house.store.referrers([ada])


#: Two keys of one type that share a space: a mail finds its owner, whichever of the two it is.
TWO_MAILS = EntityType(
    "Person",
    {name: Field(name, Text()) for name in ("Name", "Mail", "Work")},
    keys=(Key(("Mail",), "mails"), Key(("Work",), "mails")),
)


def test_a_record_may_have_one_value_under_two_keys_of_a_space(house: House) -> None:
    [ada] = insert(house, TWO_MAILS, {"Name": "Ada", "Mail": "a@x.org", "Work": "A@X.org"})
    assert [record.id for record in house.store.match("mails", ["a@x.org"])["a@x.org"]] == [ada]
    change(house, ada, TWO_MAILS, Mail=None)
    assert [record.id for record in house.store.find("mails", ["a@x.org"])["a@x.org"]] == [ada]
    change(house, ada, TWO_MAILS, Work=None, Mail="a@x.org")
    assert [record.id for record in house.store.find("mails", ["a@x.org"])["a@x.org"]] == [ada]


def test_ids_are_reserved_once(house: House) -> None:
    first = insert(house, PERSON, {"Name": "A"}, {"Name": "B"})
    second = insert(house, PERSON, {"Name": "C"})
    assert len({*first, *second}) == 3
    assert first == sorted(first)


def test_an_export_sees_values_labels_and_who_points_where(house: House) -> None:
    ada, ben = insert(house, PERSON, {"Name": "Ada"}, {"Name": "Ben"})
    change(house, ben, PERSON, Boss=ada)
    [eve] = insert(house, PERSON, {"Name": "Eve", "Boss": ada})
    change(house, eve, PERSON, deleted=True)
    exported = house.exports.exported([ada, ben, eve, 10**9])
    assert {i: (r.type, r.label, dict(r.data), r.deleted) for i, r in exported.items()} == {
        ada: ("Person", "Ada", {"Name": "Ada"}, False),
        ben: ("Person", "Ben", {"Name": "Ben", "Boss": ada}, False),
        eve: ("Person", "Eve", {"Name": "Eve", "Boss": ada}, True),
    }
    assert {k: list(v) for k, v in house.exports.pointing("Person", "Boss", [ada]).items()} == {ada: [ben]}
    assert house.exports.labels([ada, ben]) == {ada: "Ada", ben: "Ben"}


# --- what only the database has: brands, counts, revisions


def test_a_record_of_another_brand_is_not_there(acme: Brand, other: Brand, now: datetime) -> None:
    ours, theirs = Database(acme, now), Database(other, now)
    [ada] = insert(theirs, PERSON, {**ADA, "Boss": 1})
    assert not ours.store.load([ada])
    assert not ours.store.find("codes", ["a1"])
    assert not ours.store.match("codes", ["a1"])
    assert not ours.store.referrers([1])
    assert not ours.exports.exported([ada])
    assert not ours.exports.labels([ada])
    insert(ours, PERSON, ADA)
    assert len(ours.store.match("codes", ["a1"])["a1"]) == 1


def test_live_counts_and_revisions_advance_with_each_write(acme: Brand, now: datetime) -> None:
    house = Database(acme, now)
    ada, _ben = insert(house, PERSON, {"Name": "Ada"}, {"Name": "Ben"})
    insert(house, TEAM, {"Title": "Red"})
    before = BrandClock.objects.get(brand=acme)
    assert before.counts == {"Person": 2, "Team": 1}
    change(house, ada, PERSON, deleted=True)
    change(house, ada, PERSON, deleted=False)
    change(house, ada, PERSON, deleted=True)
    after = BrandClock.objects.get(brand=acme)
    assert (after.counts, after.revision) == ({"Person": 1, "Team": 1}, before.revision + 3)
    assert Record.objects.get(pk=ada).revision == after.revision


def test_the_stamp_never_goes_back_though_the_clock_does(acme: Brand, now: datetime) -> None:
    house = Database(acme, now)
    insert(house, PERSON, {"Name": "Ada"})
    before = BrandClock.objects.get(brand=acme).stamp
    house._now = now.replace(year=2020)
    insert(house, PERSON, {"Name": "Ben"})
    assert BrandClock.objects.get(brand=acme).stamp == before


def test_records_are_written_inside_a_write_transaction_only(acme: Brand) -> None:
    with pytest.raises(RuntimeError):
        DatabaseRecords(brand=acme.pk).write([RecordWrite(1, PERSON, ADA, 1)])


def fail_after_writing(house: House) -> None:
    with house.transaction() as store:
        [new] = store.reserve(1)
        store.write([RecordWrite(new, PERSON, {"Name": "Ben"}, 1)])
        raise KeyError


def test_nothing_is_left_of_a_transaction_that_failed(acme: Brand, now: datetime) -> None:
    house = Database(acme, now)
    insert(house, PERSON, ADA)
    before = BrandClock.objects.values_list("revision", "counts").get(brand=acme)
    with pytest.raises(KeyError):
        fail_after_writing(house)
    assert BrandClock.objects.values_list("revision", "counts").get(brand=acme) == before
    assert Record.objects.filter(brand=acme).count() == 1


def texts(record: int) -> tuple[str, str, str]:
    row = Record.objects.get(pk=record)
    return row.label, row.sort_label, row.search


def test_what_is_searched_follows_the_values(acme: Brand, now: datetime) -> None:
    house = Database(acme, now)
    ada, ben = insert(house, PERSON, ADA, {"Code": "B  2"})
    assert texts(ada)[:2] == ("Ada", "ada")
    assert set(texts(ada)[2].split()) == {"ada", "a1", "ada@x.org"}
    assert texts(ben) == ("", "", "b 2")
    change(house, ada, PERSON, Score="3")
    assert texts(ada)[:2] == ("Ada", "ada")
    change(house, ada, PERSON, Name="Élan VITAL", Mail=None)
    assert texts(ada)[:2] == ("Élan VITAL", "élan vital")
    assert set(texts(ada)[2].split()) == {"élan", "vital", "a1"}


def test_changes_of_several_kinds_are_written_together(acme: Brand, now: datetime) -> None:
    house = Database(acme, now)
    ada, ben = insert(house, PERSON, ADA, {"Name": "Ben"})
    [firm] = insert(house, FIRM, {"Number": "F1", "Name": "Acme"})
    with house.transaction() as store:
        store.write(
            [
                RecordWrite(ada, PERSON, ADA | {"Score": "9"}, 2, ADA, 1),
                RecordWrite(ben, PERSON, {"Name": "Benno", "Code": "B1"}, 2, {"Name": "Ben"}, 1),
                RecordWrite(firm, FIRM, {"Number": "F2", "Name": "Acme"}, 2, {"Number": "F1", "Name": "Acme"}, 1),
            ]
        )
    assert {i: record.version for i, record in house.store.load([ada, ben, firm]).items()} == dict.fromkeys(
        (ada, ben, firm), 2
    )
    assert [texts(i)[0] for i in (ada, ben, firm)] == ["Ada", "Benno", "Acme"]
    assert set(house.store.find("codes", ["a1", "b1", "f1", "f2"])) == {"a1", "b1", "f2"}


def test_it_knows_whose_insert_was_undone_last(house: House) -> None:
    ids = insert(house, PERSON, *({"Code": code} for code in "ABCDE"))
    undone, by_a_row, made_again, gone_by_hand, never_told = ids
    for record in (undone, by_a_row, made_again, gone_by_hand):
        told(house, record, (INSERT, ""))
    told(house, by_a_row, (DELETE, ""))
    for record in (undone, made_again, gone_by_hand):
        told(house, record, (DELETE, INSERT_UNDONE))
    told(house, made_again, (INSERT, "inserted_again"))
    told(house, gone_by_hand, (INSERT, "inserted_again"), (UPDATE, ""), (DELETE, ""))
    assert set(house.store.inserts_undone(ids)) == {undone}
    assert not house.store.inserts_undone([])
    told(house, by_a_row, (UPDATE, ""), (DELETE, INSERT_UNDONE))
    assert set(house.store.inserts_undone([by_a_row, never_told])) == {by_a_row}
