"""Records and what they refer to, as the items of an export."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.engine.exporter import Exporter
from tests.engine.world import PERSON, TEAM, exporter
from tests.fakes import InMemoryRecords, export_record

TYPES = {"Person": PERSON, "Staff": PERSON, "Chief": PERSON, "Team": TEAM, "Lead": PERSON, "Member": PERSON}
CHAIN = """<Out IncludeDeleted="true">
  <Type Name="Person"><Unless Field="City" Equals="Rome" /></Type>
  <Type Name="Team" Through="Team" />
  <Type Name="Person" As="Lead" Through="Team.Lead" />
  <Property Name="code" Type="Person" Field="Code" />
  <Property Name="team/title" Type="Team" Field="Title" />
  <Property Name="team/lead" Type="Lead" Field="Name" />
</Out>"""
MEMBERS = """<Out>
  <Type Name="Team" />
  <Type Name="Person" As="Member" Each="Person.Team" Through="Person.Team" />
  <Property Name="title" Type="Team" Field="Title" />
  <Property Name="name" Type="Member" Field="Name" />
</Out>"""


def items(store: InMemoryRecords, xml: str, kind: str, *, changed: bool = False, flat: bool = False) -> list[Any]:
    mapper = exporter(xml)
    types = {alias: TYPES[alias] for alias in mapper.plan.aliases}
    roots = [export_record(store._stored(i)) for i, kept in sorted(store.kept.items()) if kept.entity.name == kind]
    return list(Exporter(mapper=mapper, reader=store, types=types, flat=flat).items(roots, changed=changed))


@pytest.fixture
def people(store: InMemoryRecords) -> InMemoryRecords:
    [lead] = store.seed(PERSON, {"Code": "L", "Name": "Lea", "City": "Rome"})
    [red] = store.seed(TEAM, {"Title": "Red", "Lead": lead})
    store.seed(PERSON, {"Code": "A", "Name": "Ada", "Team": red}, {"Code": "B", "Name": "Ben"})
    return store


def test_further_types_are_reached_through_references(people: InMemoryRecords) -> None:
    assert items(people, CHAIN, "Person") == [
        {"code": "A", "team": {"title": "Red", "lead": "Lea"}},
        {"code": "B", "team": {"title": None, "lead": None}},
    ]


def test_flat_items_have_their_names_as_columns(people: InMemoryRecords) -> None:
    assert items(people, CHAIN, "Person", flat=True)[0] == {"code": "A", "team/title": "Red", "team/lead": "Lea"}


def test_what_no_longer_passes_is_named_when_changes_are_asked_for(people: InMemoryRecords) -> None:
    [ben] = [i for i, kept in people.kept.items() if kept.data.get("Code") == "B"]
    people.delete(ben)
    shown = items(people, CHAIN, "Person", changed=True)
    assert [item for item in shown if item.get("deleted")] == [
        {"code": "L", "deleted": True},
        {"code": "B", "deleted": True},
    ]
    assert [item["code"] for item in items(people, CHAIN, "Person")] == ["A"]


def test_a_deleted_record_in_the_chain_is_not_shown(people: InMemoryRecords) -> None:
    [red] = people.live("Team")
    people.delete(red)
    assert items(people, CHAIN, "Person")[0] == {"code": "A", "team": {"title": None, "lead": None}}


def test_it_asks_by_the_chunk_and_not_by_the_record(people: InMemoryRecords) -> None:
    def queries(count: int) -> int:
        people.seed(PERSON, *({"Code": f"{count}-{n}", "Name": "x"} for n in range(count)))
        people.queries = 0
        items(people, CHAIN, "Person")
        return people.queries

    assert queries(40) == queries(2)


RENAMED = """<Out IncludeDeleted="true">
  <Type Name="Person" As="Staff"><Unless Field="City" Equals="Rome" /></Type>
  <Type Name="Person" As="Lead" Through="Team.Lead" />
  <Type Name="Team" Through="Staff.Team" />
  <Property Name="staff/code" Type="Staff" Field="Code" />
  <Property Name="lead" Type="Lead" Field="Name" />
</Out>"""


def test_the_first_type_may_have_another_name_and_a_type_may_stand_before_the_one_that_leads_to_it(
    people: InMemoryRecords,
) -> None:
    assert items(people, RENAMED, "Person", changed=True) == [
        {"staff": {"code": "L"}, "deleted": True},
        {"staff": {"code": "A"}, "lead": "Lea"},
        {"staff": {"code": "B"}, "lead": None},
    ]
    flat = items(people, RENAMED, "Person", changed=True, flat=True)
    assert flat[:2] == [{"staff/code": "L", "deleted": True}, {"staff/code": "A", "lead": "Lea"}]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("", ["Ada", "Zoe", "Ben"]),
        ('<Order Field="Name" />', ["Ada", "Ben", "Zoe"]),
        ('<Order Field="Name" Direction="Descending" />', ["Zoe", "Ben", "Ada"]),
        ('<Order Field="City" Direction="Descending" /><Order Field="Name" />', ["Zoe", "Ada", "Ben"]),
    ],
)
def test_a_list_has_the_order_of_its_type(people: InMemoryRecords, order: str, expected: list[str]) -> None:
    [red] = people.live("Team")
    people.seed(PERSON, {"Code": "Z", "Name": "Zoe", "City": "Oslo", "Team": red}, {"Name": "Ben", "Team": red})
    [item] = items(people, MEMBERS.replace('Through="Person.Team" />', f'Through="Person.Team">{order}</Type>'), "Team")
    assert [member["name"] for member in item["Person.Team"]] == expected
