"""How a row's values meet a record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.world import PERSON, persons, run
from tests.fakes import InMemoryRecords

KNOWN = {"Code": "A1", "Name": "Ada", "City": "Rome", "Score": "5", "Since": "2024-02-01"}


def policy(field: str, attributes: str = "", default: str = "") -> str:
    element = f'Type="Person" Field="{field}"'
    inside = f'<Default Field="{field}" {default} />' if default else ""
    return persons(inside=inside).replace(f"{element} />", f"{element} {attributes} />")


def after(store: InMemoryRecords, xml: str, known: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    [record] = store.seed(PERSON, known)
    run(store, xml, [{"code": "A1", "name": "Ada", **row}])
    return store.kept[record].data


@pytest.mark.parametrize(
    ("on_update", "had", "given", "stays"),
    [
        ("Replace", "Rome", "Paris", "Paris"),
        ("Replace", None, "Paris", "Paris"),
        ("Fill", "Rome", "Paris", "Rome"),
        ("Fill", None, "Paris", "Paris"),
        ("Leave", "Rome", "Paris", "Rome"),
        ("Leave", None, "Paris", None),
    ],
)
def test_what_a_value_does_to_a_field_of_a_record(
    store: InMemoryRecords, on_update: str, had: str | None, given: str, stays: str | None
) -> None:
    known = {name: value for name, value in {**KNOWN, "City": had}.items() if value is not None}
    assert after(store, policy("City", f'OnUpdate="{on_update}"'), known, {"city": given}).get("City") == stays


@pytest.mark.parametrize(
    ("on_update", "given", "stays"),
    [
        ("Lowest", "10", "5"),
        ("Lowest", "-20", "-20"),
        ("Lowest", "4.9", "4.9"),
        ("Highest", "10", "10"),
        ("Highest", "-20", "5"),
        ("Highest", "5.00", "5"),
    ],
)
def test_the_lowest_and_highest_of_numbers_are_those_of_numbers(
    store: InMemoryRecords, on_update: str, given: str, stays: str
) -> None:
    assert after(store, policy("Score", f'OnUpdate="{on_update}"'), KNOWN, {"score": given})["Score"] == stays


@pytest.mark.parametrize(("on_update", "stays"), [("Lowest", "2024-02-01"), ("Highest", "2024-10-01")])
def test_the_earlier_or_later_of_dates_stays(store: InMemoryRecords, on_update: str, stays: str) -> None:
    assert after(store, policy("Since", f'OnUpdate="{on_update}"'), KNOWN, {"since": "2024-10-01"})["Since"] == stays


@pytest.mark.parametrize(
    ("attributes", "stays"),
    [
        ('OnEmpty="Clear"', None),
        ("", None),
        ('OnEmpty="Keep"', "Rome"),
        ('OnEmpty="Clear" OnUpdate="Fill"', "Rome"),
        ('OnEmpty="Clear" OnUpdate="Leave"', "Rome"),
    ],
)
@pytest.mark.parametrize("empty", ["", "  ", None])
def test_what_an_empty_value_does_to_a_field_of_a_record(
    store: InMemoryRecords, attributes: str, stays: str | None, empty: str | None
) -> None:
    assert after(store, policy("City", attributes), KNOWN, {"city": empty}).get("City") == stays


def test_a_name_that_is_missing_leaves_its_field(store: InMemoryRecords) -> None:
    assert after(store, policy("City", 'OnEmpty="Clear"'), KNOWN, {})["City"] == "Rome"


@pytest.mark.parametrize(
    ("fires", "had", "row", "stays"),
    [
        ("Leave", "Rome", {"city": ""}, "Rome"),
        ("Leave", None, {"city": ""}, None),
        ("Fill", "Rome", {"city": ""}, "Rome"),
        ("Fill", None, {"city": ""}, "Oslo"),
        ("Replace", "Rome", {"city": ""}, "Oslo"),
        ("Replace", "Rome", {"city": "Paris"}, "Paris"),
        ("Replace", "Rome", {}, "Rome"),
        ("Fill", None, {}, None),
    ],
)
def test_a_default_on_update(
    store: InMemoryRecords, fires: str, had: str | None, row: dict[str, Any], stays: str | None
) -> None:
    known = {name: value for name, value in {**KNOWN, "City": had}.items() if value is not None}
    xml = policy("City", default=f'Value="Oslo" OnUpdate="{fires}"')
    assert after(store, xml, known, row).get("City") == stays


@pytest.mark.parametrize(("row", "city"), [({}, "Oslo"), ({"city": ""}, "Oslo"), ({"city": "Paris"}, "Paris")])
def test_a_default_on_insert(store: InMemoryRecords, row: dict[str, Any], city: str) -> None:
    xml = policy("City", default='Value="Oslo"')
    for _ in range(2):
        run(store, xml, [{"code": "A1", "name": "Ada", **row}])
    assert [data["City"] for data in store.live().values()] == [city]


def test_policies_hold_within_one_run_as_they_do_between_two(store: InMemoryRecords) -> None:
    xml = policy("Score", 'OnUpdate="Highest"')
    rows = [{"code": "A1", "name": "Ada", "score": score} for score in ("3", "10", "7")]
    run(store, xml, rows)
    assert [data["Score"] for data in store.live().values()] == ["10"]


def test_a_revived_record_keeps_what_the_row_does_not_speak_of(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, KNOWN)
    store.delete(ada)
    run(store, policy("City", default='Value="Oslo"'), [{"code": "A1", "name": "Ann", "city": "", "score": ""}])
    assert store.live() == {ada: {"Code": "A1", "Name": "Ann", "City": "Oslo", "Since": "2024-02-01"}}
