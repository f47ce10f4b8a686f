"""Whoever asks for what changed has, after it, what whoever asks for everything has: nothing shown is ever missed."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sync_app.models import Run
from sync_app.runs.records.erasing import erase_record
from sync_app.runs.upkeep.purging import purge_journals
from templates_app.library.installing import install
from tests.runs.conftest import House, customer

IN: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_CODE" />
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="name" Type="Customer" Field="LastName" />
  <Property Name="mail" Type="Customer" Field="Email" />
  <Property Name="parent" Type="Customer" Field="_PARENT"><Lookup Match="_CODE" OnMissing="Null" /></Property>
  <Property Name="friend" Type="Customer" Field="_FRIEND"><Lookup Match="_CODE" OnMissing="Null" /></Property>
</In>"""
OUT: Final = """<In>
  <Type Name="Customer" ShouldDelete="true" Match="_CODE"><When Name="code" Present="true" /></Type>
  <Property Name="code" Type="Customer" Field="_CODE" />
</In>"""
ROOT: Final = '<Out IncludeDeleted="true"><Type Name="Customer" />'
CODE: Final = '<Property Name="code" Type="Customer" Field="_CODE" />'
EXPORTS: Final = {
    "chain": ROOT
    + """<Type Name="Customer" As="Parent" Through="_PARENT" />
    <Type Name="Customer" As="Grand" Through="Parent._PARENT" />
    <Property Name="name" Type="Parent" Field="LastName" />
    <Property Name="mail" Type="Grand" Field="Email" />"""
    + CODE
    + "</Out>",
    "members": ROOT
    + """<Type Name="Customer" As="Child" Through="Customer._PARENT" Each="children">
      <When Field="Email" Present="true" />
    </Type>
    <Property Name="name" Type="Child" Field="LastName" />
    <Property Name="friend" Type="Child" Field="_FRIEND" />"""
    + CODE
    + "</Out>",
    "labels": ROOT
    + """<Property Name="friend" Type="Customer" Field="_FRIEND" Writing="String" />
    <Property Name="parent" Type="Customer" Field="_PARENT" Writing="KeyLabel" />"""
    + CODE
    + "</Out>",
    "far-labels": ROOT
    + """<Type Name="Customer" As="Parent" Through="_PARENT" />
    <Property Name="friend" Type="Parent" Field="_FRIEND" />
    <Property Name="stepped" Type="Customer" Field="_FRIEND"><Upper /></Property>"""
    + CODE
    + "</Out>",
    "in-order": ROOT.replace("/>", '><Order Field="LastName" /></Type>')
    + '<Property Name="friend" Type="Customer" Field="_FRIEND" Writing="KeyLabel" />'
    + CODE
    + "</Out>",
}


@pytest.fixture
def doors(house: House) -> House:
    install(actor=house.actor, name="anything", xml=IN, at=house.clock())
    install(actor=house.actor, name="gone", xml=OUT, at=house.clock())
    for name, xml in EXPORTS.items():
        install(actor=house.actor, name=name, xml=xml, at=house.clock())
    return house


def change(house: House, *rows: dict[str, Any], template: str = "anything") -> Run:
    house.template = template
    return house.send(*rows)


def whole(house: House, template: str) -> tuple[dict[str, Any], str]:
    """code -> item, and the point from which to ask next."""
    items, export = house.export(template)
    return {item["code"]: item for item in items}, export.cursor


def since(house: House, template: str, cursor: str) -> dict[str, Any]:
    return {item["code"]: item for item in house.export(template, cursor=cursor)[0]}


def forget(house: House) -> None:
    """The journal of all that has been done is purged."""
    later = house.clock() + timedelta(days=1)
    assert purge_journals(before=later, now=later) > 0


def walk(house: House, dice: random.Random, *, purging: bool) -> None:
    """One change of some records at random."""
    codes = [f"C{n}" for n in range(7)]
    some = dice.sample(codes, dice.randint(1, 2))
    match dice.randrange(10):
        case 0 | 1:
            change(house, *({"code": code} for code in some), template="gone")
        case 2 if purging:
            forget(house)
        case 3:
            last = Run.objects.filter(brand=house.brand, kind="import", purged_at=None).order_by("-pk").first()
            if last is not None and not last.children.exists():
                house.undo(last)
        case 4 | 5 | 6:
            change(house, *({"code": code, "parent": dice.choice(["", *codes])} for code in some))
        case 7:
            change(house, *({"code": code, "friend": dice.choice(["", *codes])} for code in some))
        case 8:
            change(house, *({"code": code, "mail": dice.choice(["", "a@b.org", "c@d.org"])} for code in some))
        case _:
            change(house, *({"code": code, "name": f"N{dice.randrange(4)}"} for code in some))


@pytest.mark.parametrize("purging", [False, True])
@pytest.mark.parametrize("seed", range(2))
def test_every_item_that_differs_is_in_the_increment(doors: House, seed: int, purging: bool) -> None:
    dice = random.Random(seed)  # noqa: S311
    change(doors, *(customer(f"C{n}", f"N{n}", mail="a@b.org", parent=f"C{n - 1}", friend="C3") for n in range(5)))
    seen = {name: whole(doors, name) for name in EXPORTS}
    for _step in range(10):
        walk(doors, dice, purging=purging)
        for name, (before, cursor) in seen.items():
            now, after = whole(doors, name)
            sent = since(doors, name, cursor)
            missed = {code for code in before | now if before.get(code) != now.get(code)} - sent.keys()
            assert not missed, (name, _step)
            assert all(item == now.get(code, {"code": code, "deleted": True}) for code, item in sent.items())
            if dice.random() < 0.7:
                seen[name] = now, after


def test_the_owner_of_a_member_that_was_revived_and_taken_away_again_is_due(doors: House) -> None:
    change(doors, customer("A"), customer("B"), customer("M", mail="m@b.org", parent="B"))
    change(doors, {"code": "M"}, template="gone")
    revived = change(doors, customer("M", mail="m@b.org", parent="A"))
    shown, cursor = whole(doors, "members")
    assert len(shown["A"]["children"]) == 1
    doors.undo(revived)
    assert since(doors, "members", cursor)["A"]["children"] == []


def test_both_owners_are_due_when_a_member_of_a_list_moves(doors: House) -> None:
    change(doors, customer("A"), customer("B"), customer("M", parent="A"))
    _, cursor = whole(doors, "members")
    change(doors, {"code": "M", "parent": "B"})
    assert since(doors, "members", cursor).keys() == {"A", "B", "M"}
    change(doors, {"code": "M", "parent": "A"})
    change(doors, {"code": "M", "parent": "M"})
    assert since(doors, "members", cursor).keys() == {"A", "B", "M"}


def test_when_the_journal_has_forgotten_who_owned_a_member_everybody_is_due(doors: House) -> None:
    change(doors, customer("A"), customer("B"), customer("C"), customer("M", parent="A"))
    _, cursor = whole(doors, "members")
    change(doors, {"code": "M", "parent": "B"})
    forget(doors)
    assert since(doors, "members", cursor).keys() == {"A", "B", "C", "M"}


def test_when_a_member_was_erased_its_owner_is_due(doors: House) -> None:
    change(doors, customer("A"), customer("M", mail="m@m.org", parent="A"))
    before, cursor = whole(doors, "members")
    gone = doors.record("M")
    erase_record(actor=doors.actor, record=gone, seen=gone.version, clock=doors.clock, trigger="ui")
    assert len(before["A"]["children"]) == 1
    assert since(doors, "members", cursor)["A"]["children"] == []


def test_a_record_is_due_when_the_label_it_shows_has_changed_and_only_then(doors: House) -> None:
    change(doors, customer("A", "Ann"), customer("B", "Bob", friend="A"), customer("C", "Cid", parent="B"))
    (_, cursor), (_, far) = whole(doors, "labels"), whole(doors, "far-labels")
    change(doors, {"code": "A", "name": "Ann", "score": "7"}, template="customers")
    assert since(doors, "labels", cursor).keys() == {"A"}
    change(doors, {"code": "A", "name": "Anne"})
    assert since(doors, "labels", cursor).keys() == {"A", "B"}
    assert since(doors, "far-labels", far)["C"]["friend"] == "Anne"


def test_a_record_of_another_type_that_shows_the_same_is_no_item(house: House) -> None:
    times = '<Property Name="start" Type="Do" Field="Start" /><Property Name="end" Type="Do" Field="End" />'
    for kind in ("Project", "Do"):
        xml = f"""<In><Type Name="Category" ShouldInsert="true" ShouldUpdate="true" Match="Label" />
        <Type Name="{kind}" ShouldInsert="true" />
        <Property Name="category" Type="Category" Field="Label" />
        <Property Name="color" Type="Category" Field="ForeColor" />
        <Property Name="label" Type="{kind}" Field="Label" />{times if kind == "Do" else ""}
        <Link Type="{kind}" Field="Category" To="Category" /></In>"""
        install(actor=house.actor, name=f"with-{kind.lower()}", xml=xml, at=house.clock())
    xml = """<Out><Type Name="Project" /><Type Name="Category" Through="Category" />
    <Property Name="code" Type="Project" Field="Label" />
    <Property Name="color" Type="Category" Field="ForeColor" /></Out>"""
    install(actor=house.actor, name="projects", xml=xml, at=house.clock())
    row = {"category": "Roads", "color": "#ff0000", "start": "2026-01-01", "end": "2026-01-02"}
    change(house, row | {"label": "P"}, template="with-project")
    change(house, row | {"label": "D"}, template="with-do")
    before, cursor = whole(house, "projects")
    change(house, row | {"label": "D2", "color": "#00ff00"}, template="with-do")
    assert before.keys() == since(house, "projects", cursor).keys() == {"P"}


def test_what_is_gone_is_told_once(doors: House) -> None:
    change(doors, customer("A"), customer("B", friend="A"))
    change(doors, {"code": "B"}, template="gone")
    _, cursor = whole(doors, "labels")
    change(doors, {"code": "A", "name": "Anne"})
    assert since(doors, "labels", cursor).keys() == {"A"}


@pytest.mark.parametrize("name", ["far-labels", "members"])
def test_it_asks_no_more_of_the_database_when_more_has_changed(doors: House, name: str) -> None:
    asked = []
    for count in (3, 40):
        rows = [customer(f"X{count}-{n}", parent=f"X{count}-0", friend=f"X{count}-1") for n in range(count)]
        change(doors, *rows)
        _, cursor = whole(doors, name)
        change(doors, *({"code": row["code"], "name": "New", "parent": ""} for row in rows))
        with CaptureQueriesContext(connection) as queries:
            assert since(doors, name, cursor).keys() >= {row["code"] for row in rows}
        asked.append(len(queries))
    assert asked[0] == asked[1]
