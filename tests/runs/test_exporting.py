"""Exports: from one snapshot, from a point on, and back again without a change."""

from __future__ import annotations

import io
from typing import Any

import pytest

from sync_app.models import BrandClock, Run
from sync_app.runs.errors import RunRefused, RunUnprocessable, TemplateNotFound, WrongDirection
from sync_app.runs.sentences import message
from sync_app.runs.since import read_cursor, sign_cursor
from sync_app.runs.upkeep.verifying import records_digest
from sync_app.runs.verbs.exporting import open_export
from templates_app.library.installing import install
from templates_app.sources.writers.items import write_items
from tests.runs.conftest import House, customer

MIRROR = """<Out>
  <Type Name="Customer" />
  <Type Name="Customer" As="Parent" Through="_PARENT" />
  <Type Name="Customer" As="Friend" Through="_FRIEND" />
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="name" Type="Customer" Field="LastName" />
  <Property Name="mail" Type="Customer" Field="Email" />
  <Property Name="score" Type="Customer" Field="_SCORE" />
  <Property Name="parent" Type="Parent" Field="_CODE" />
  <Property Name="friend" Type="Friend" Field="_CODE" />
</Out>"""


def codes(items: list[dict[str, Any]]) -> list[str]:
    return [item["code"] for item in items]


@pytest.mark.parametrize("flat", [True, False])
def test_an_export_imported_again_changes_nothing(house: House, flat: bool) -> None:
    install(actor=house.actor, name="mirror", xml=MIRROR, at=house.clock())
    house.send(
        customer("A", "Ada", friend="B"),
        customer("B", "É\n日本", parent="A", score="-0.10", mail="b@example.org"),
        customer("C", "  x  y ", score="1e3"),
    )
    before = records_digest(house.brand)
    items, _ = house.export("mirror", flat=flat)
    again = house.send(*items, verbose=True)
    assert (again.counts["unchanged"], again.counts["rows"]) == (3, 3)
    assert records_digest(house.brand) == before


def test_an_export_that_stops_says_at_which_record_and_line_and_why(house: House) -> None:
    mapped = MIRROR.replace(
        'Field="LastName" />',
        'Field="LastName">\n    <Map><Case From="Ada" To="1" /></Map>\n  </Property>',
    )
    install(actor=house.actor, name="mapped", xml=mapped, at=house.clock())
    house.send(customer("A", "Ada"), customer("B", "Ben"))
    with pytest.raises(RunUnprocessable) as stopped:
        house.export("mapped")
    assert message(stopped.value.problem) == (
        f'The export stopped at Ben, record {house.record("B").pk}: "name" in line 6 of the template cannot be made of '
        '"Ben" in the field LastName. The map has no case for this value.'
    )


def test_an_export_writes_nothing(house: House) -> None:
    house.send(customer("A"))
    before = (Run.objects.count(), BrandClock.objects.values_list("revision", "stamp").get(brand=house.brand))
    house.export()
    after = (Run.objects.count(), BrandClock.objects.values_list("revision", "stamp").get(brand=house.brand))
    assert after == before


def test_the_cursor_never_repeats_and_never_misses(house: House) -> None:
    house.send(customer("A"), customer("B"))
    items, first = house.export()
    assert codes(items) == ["A", "B"]
    assert house.export(cursor=first.cursor)[0] == []
    house.send(customer("B", "New"), customer("C"))
    items, second = house.export(cursor=first.cursor)
    assert codes(items) == ["B", "C"]
    assert codes(house.export(cursor=first.cursor)[0]) == ["B", "C"]
    assert house.export(cursor=second.cursor)[0] == []


def test_since_covers_what_was_stamped_from_then_on(house: House) -> None:
    house.send(customer("A"))
    house.clock.advance(minutes=1)
    _, export = house.export()
    point = export.next_since
    assert (len(point), point.isdigit()) == (14, True)
    house.clock.advance(minutes=1)
    house.send(customer("B"))
    items, later = house.export(since=point)
    assert "B" in codes(items)
    house.clock.advance(minutes=1)
    assert codes(house.export(since=later.next_since)[0]) in (["B"], [])
    house.send(customer("C"))
    assert codes(house.export(since=later.next_since)[0])[-1] == "C"
    assert codes(house.export(since="20200101000000")[0]) == ["A", "B", "C"]


def test_records_of_the_same_second_are_all_sent(house: House) -> None:
    _, before = house.export()
    house.send(*(customer(f"C{n}") for n in range(50)))
    items, _ = house.export(since=before.next_since)
    assert len(items) == 50


def test_what_was_deleted_or_undone_is_told_and_what_comes_back_is_sent(house: House) -> None:
    run = house.send(customer("A"), customer("B"))
    _, export = house.export()
    undone = house.undo(run)
    items, gone = house.export(cursor=export.cursor)
    assert items == [{"code": "B", "deleted": True}, {"code": "A", "deleted": True}] or {
        (item["code"], item["deleted"]) for item in items
    } == {("A", True), ("B", True)}
    assert house.export()[0] == []
    house.undo(undone)
    items, _ = house.export(cursor=gone.cursor)
    assert sorted(codes(items)) == ["A", "B"]
    assert not any("deleted" in item for item in items)


RENAMED = """<Out IncludeDeleted="true">
  <Type Name="Customer" As="Client"><Order Field="LastName" Direction="Descending" /></Type>
  <Type Name="Customer" As="Parent" Through="Client._PARENT" />
  <Property Name="client/code" Type="Client" Field="_CODE" />
  <Property Name="client/name" Type="Client" Field="LastName" />
  <Property Name="parent" Type="Parent" Field="LastName" />
</Out>"""


def test_a_first_type_of_another_name_gives_the_items_and_a_table_of_changes_tells_what_is_gone(house: House) -> None:
    install(actor=house.actor, name="renamed", xml=RENAMED, at=house.clock())
    house.send(customer("A", "Ada"))
    other = house.send(customer("B", "Ben", parent="A"))
    items, export = house.export("renamed")
    assert items == [
        {"client": {"code": "B", "name": "Ben"}, "parent": "Ada"},
        {"client": {"code": "A", "name": "Ada"}, "parent": None},
    ]
    house.undo(other)
    house.send(customer("A", "Ann"))
    items, export = house.export("renamed", cursor=export.cursor, flat=True)
    assert items == [
        {"client/code": "B", "deleted": True},
        {"client/code": "A", "client/name": "Ann", "parent": None},
    ]
    out = io.BytesIO()
    write_items(items, kind="csv", columns=export.columns, out=out)
    assert out.getvalue().decode("utf-8-sig").splitlines() == [
        "client/code;client/name;parent;deleted",
        "B;;;true",
        "A;Ann;;",
    ]
    assert house.export("renamed", flat=True)[1].columns == ("client/code", "client/name", "parent")


def test_an_item_is_due_when_a_record_it_shows_changed(house: House) -> None:
    house.send(customer("A"), customer("B", parent="A"), customer("C"))
    _, export = house.export("customers-out")
    house.send({"code": "A", "name": "New"})
    items, _ = house.export("customers-out", cursor=export.cursor)
    assert [(item["code"], item["parent"]) for item in items] == [("A", None), ("B", "A")]


@pytest.mark.parametrize(
    "since", ["2026", "20261121", "2026112112000", "202611211200000", "2026-11-21", "20261321000000", "abc", " " * 14]
)
def test_a_point_in_time_that_is_none_is_refused(house: House, since: str) -> None:
    with pytest.raises(RunRefused) as refused:
        house.export(since=since)
    assert (refused.value.status, refused.value.problem.code) == (400, "since_invalid")


@pytest.mark.parametrize(("minutes", "refused"), [(4, False), (6, True)])
def test_a_point_in_the_future_is_refused(house: House, minutes: int, refused: bool) -> None:
    house.clock.advance(minutes=minutes)
    point = house.clock().strftime("%Y%m%d%H%M%S")
    house.clock.advance(minutes=-minutes)
    if refused:
        with pytest.raises(RunRefused):
            house.export(since=point)
    else:
        assert house.export(since=point)[0] == []


def test_a_cursor_of_another_brand_or_a_forged_one_is_refused(house: House) -> None:
    _, export = house.export()
    foreign = sign_cursor(brand=house.brand.pk + 1, revision=0)
    for cursor in (foreign, "x", export.cursor + "x", export.cursor[:-1], "a:b:c", "", "é" * 600)[:5]:
        with pytest.raises(RunRefused) as refused:
            house.export(cursor=cursor)
        assert refused.value.problem.code == "cursor_invalid"
    assert read_cursor(export.cursor, brand=house.brand.pk) == 0


def test_a_cursor_holds_for_the_template_that_gave_it(house: House) -> None:
    _, export = house.export("customers-flat")
    with pytest.raises(RunRefused) as refused:
        house.export("customers-out", cursor=export.cursor)
    assert refused.value.problem.code == "cursor_invalid"
    assert house.export("customers-flat", cursor=export.cursor)[0] == []
    assert house.export("customers-out", cursor=sign_cursor(brand=house.brand.pk, revision=0))[0] == []


def test_an_import_template_does_not_export(house: House) -> None:
    with pytest.raises(WrongDirection):
        open_export(actor=house.actor, template="customers", clock=house.clock)
    with pytest.raises(TemplateNotFound):
        open_export(actor=house.actor, template="nothing", clock=house.clock)
