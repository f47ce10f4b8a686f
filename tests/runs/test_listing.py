"""Lists by index are the lists that looking at every record would give."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from integration_admin.accounts.access import Actor, NotAllowed, system_actor
from integration_admin.accounts.models import Brand
from sync_app.runs.lists.filters import Narrowed, narrowed
from sync_app.runs.lists.listing import ListQuestion, Page, RecordNotFound, find_record, open_listing
from sync_app.runs.lists.order import Order, full_page, indexed, scanned
from sync_app.runs.records.editing import RecordChange, edit_records
from sync_app.storage.browsing import Wanted
from sync_app.storage.clock import ensure_clock
from sync_app.storage.listing import DatabaseListing, Selection
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.types import EntityType
from tests.runs.conftest import Clock, House, customer

NAMES = st.sampled_from(["", "roy", "Roy", "ROY ", "Petit", "Élan", "élan", "Zola", "10", "9", "a\u00a0b"])
ORDERS = st.sampled_from(["label", "key", "modified", "LastName", "Email", "Company"])


def customers(actor: Actor) -> EntityType:
    return catalog_of(actor.brand).types["Customer"]


class TestAnyOrder(TestCase):
    """Whatever is stored: pages by index put together are what a scan sorts."""

    @settings(max_examples=25, deadline=None)
    @given(
        people=st.lists(st.tuples(NAMES, NAMES), max_size=8),
        order=ORDERS,
        descending=st.booleans(),
        size=st.integers(1, 4),
        text=st.sampled_from(["", "roy", "1"]),
    )
    def test_an_index_gives_the_order_that_a_scan_gives(
        self, people: list[tuple[str, str]], order: str, descending: bool, size: int, text: str
    ) -> None:
        brand = Brand.objects.create(key="listed", name="Listed")
        ensure_clock(brand=brand.pk)
        actor = system_actor(brand=brand, name="tests")
        clock = Clock(brand.created_at)
        for name, company in people:
            change = RecordChange("Customer", "create", values={"LastName": name, "Company": company, "Fax": "1"})
            edit_records(actor=actor, changes=[change], clock=clock, trigger="api")
        entity, store = customers(actor), DatabaseListing(brand=brand.pk, entity_type="Customer")
        within = narrowed(actor, entity, text=text, after_revision=0, filters={})
        orders = [Order(order, descending)]
        by_index = indexed(store, entity, within, orders)
        assert by_index is not None
        ids = [record for start in range(0, 12, size) for record in by_index(start, size)]
        looked_at = scanned(store, actor, entity, Narrowed(within.selection, {}), orders)
        assert sorted(ids) == sorted(looked_at)
        assert forms(store, entity, order, ids) == forms(store, entity, order, looked_at)
        for start in range(0, 12, size):
            page = full_page(store, entity, within, orders, offset=start, limit=size)
            if page is None:
                assert text or start + size > len(people) or order in entity.fields
            else:
                assert [record.id for record in page.records] == by_index(start, size)
                assert (page.total, page.records) == (len(people), store.listed(by_index(start, size)))


def forms(store: DatabaseListing, entity: EntityType, order: str, ids: list[int]) -> list[Any]:
    """What the list is sorted by: records that are equal in it may stand either way."""
    rows = {row.id: row for row in store.scan(Selection(), fields=[order] if order in entity.fields else [])}
    if order not in entity.fields:
        return [{"label": rows[i].sort_label, "key": i, "modified": rows[i].revision}[order] for i in ids]
    kind = entity.fields[order].kind
    return [None if rows[i].values[0] is None else kind.sort_form(rows[i].values[0]) for i in ids]


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["sort_label {0}, r.id {0}", "revision {0}, r.id {0}", "id {0}"])
@pytest.mark.parametrize("turn", ["ASC", "DESC"])
def test_a_page_is_found_within_an_index_without_looking_at_the_records_before_it(order: str, turn: str) -> None:
    if connection.vendor != "sqlite":
        return
    where, parameters = DatabaseListing(brand=1, entity_type="Customer")._where(Wanted())
    sql = f"SELECT r.id FROM sync_app_record r WHERE {where} ORDER BY r.{order.format(turn)} LIMIT 20"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "USING COVERING INDEX record_by_" in plan
    assert "TEMP B-TREE" not in plan


def test_total_and_records_are_of_one_moment_and_close_with_it(house: House) -> None:
    house.send(customer("A", "Ann"), customer("B", "Ben"), customer("C", "Cid"))
    asked = ListQuestion(page=Page(0, 2), orders=(Order("LastName", descending=True),))
    listing = open_listing(actor=house.actor, entity=customers(house.actor), asked=asked, clock=house.clock)
    with listing:
        assert listing.total == 3
        assert [[record.label for record in chunk] for chunk in listing.chunks()] == [["Cid", "Ben"]]


def test_who_may_not_read_a_type_opens_no_list_of_it(house: House, outsider: Actor) -> None:
    entity = customers(house.actor)
    blind = Actor(brand=house.brand, name="blind")
    with pytest.raises(NotAllowed):
        open_listing(actor=blind, entity=entity, asked=ListQuestion(), clock=house.clock)
    house.send(customer("A", "Ann"))
    with pytest.raises(RecordNotFound):
        find_record(actor=outsider, entity=entity, key=house.record("A").pk)
