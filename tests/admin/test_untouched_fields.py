"""A form of a record that a browser sends back changes what somebody touched, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from integration_admin.accounts.access import Actor
from sync_app.admin.records.moments import local_text, same_moment, time_text, type_for
from sync_app.models import JournalEntry, Record, Run
from sync_app.runs.records.editing import RecordChange, edit_records
from templates_app.catalog.kinds.dates import DateTime, Time
from templates_app.catalog.kinds.registry import kind_names
from templates_app.catalog.kinds.text import Text
from templates_app.library.fields import add_custom_field, retire_field
from tests.admin.as_browser import untouched

PARIS: Final = ZoneInfo("Europe/Paris")
FIRST, SECOND = "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"
#: name -> (kind, its options, a value, the widget and the type of its input)
FIELDS: Final[dict[str, tuple[str, dict[str, Any], Any, str]]] = {
    "_TEXT": ("Text", {}, 'a "quoted"  text & <b>', "text text"),
    "_LINES": ("Text", {}, "12 Main St\nApt 4", "lines text"),
    "_EMPTY_LINE": ("Text", {}, "one\n\n\ttwo", "lines text"),
    "_MEMO": ("Memo", {}, "\n two lines \n\n", "lines text"),
    "_WHOLE": ("Numeric", {}, -(2**63), "text text"),
    "_NUMBER": ("Double", {}, "1.5", "text text"),
    "_DAY": ("Date", {}, "2026-12-31", "text date"),
    "_TIME": ("Time", {}, "18:30:00", "text time"),
    "_TIME_SECOND": ("Time", {}, "18:30:07", "text time"),
    "_TIME_FRACTION": ("Time", {}, "18:30:00.120000", "text time"),
    "_TIME_FINE": ("Time", {}, "18:30:00.123456", "text text"),
    "_WHEN": ("DateTime", {}, "2026-07-01T10:00:00Z", "text datetime-local"),
    "_WHEN_SECOND": ("DateTime", {}, "2026-07-01T10:00:07Z", "text datetime-local"),
    "_WHEN_FRACTION": ("DateTime", {}, "2026-07-01T10:00:00.120000Z", "text datetime-local"),
    "_WHEN_FINE": ("DateTime", {}, "2026-07-01T10:00:00.123456Z", "text text"),
    "_WHEN_FIRST": ("DateTime", {}, FIRST, "text datetime-local"),
    "_WHEN_AGAIN": ("DateTime", {}, SECOND, "text text"),
    "_WHEN_AGAIN_FINE": ("DateTime", {}, "2026-10-25T01:30:15.123456Z", "text text"),
    "_WHEN_EARLIEST": ("DateTime", {}, "0001-01-01T00:00:00Z", "text datetime-local"),
    "_WHEN_LATEST": ("DateTime", {}, "9999-12-31T23:59:59Z", "text text"),
    "_PICK": ("Combo", {"choices": ["Red", "Two\nlines"]}, "Two\nlines", "select text"),
    "_YES": ("Check", {}, True, "select text"),
    "_NO": ("Check", {}, False, "select text"),
    "_LINK": ("Hyperlink", {}, "https://example.org/?a=1&b=%0A", "text text"),
    "_MAIL": ("Email", {}, "a@example.org;b@example.org", "text text"),
    "_PHONE": ("Phone", {}, "+33 (0)1 23", "text text"),
    "_COLOR": ("Color", {}, "#A0B1C2", "text text"),
    "_PLACE": ("Position", {}, "48.8566,2.3522", "text text"),
    "_JSON": ("Json", {}, {"a": [1, "é\n"], "b": None}, "lines text"),
    "_JSON_TEXT": ("Json", {}, "5", "lines text"),
    "_JSON_NUMBER": ("Json", {}, Decimal("12345678901234567890.5"), "lines text"),
    "_JSON_WORDS": ("Json", {}, "plain", "lines text"),
    "_FRIEND": ("Reference", {"target": "Customer"}, None, "reference text"),
    "_FRIENDS": ("ReferenceList", {"target": "Customer"}, None, "references text"),
    "_NOBODY": ("Reference", {"target": "Customer"}, None, "reference text"),
}
BY_OTHER_WAYS: Final = {"Binary", "File", "Link", "Signature", "SignatureMobile"}

Change = Callable[..., Record]


@pytest.fixture
def change(ann: Actor, now: datetime) -> Change:
    """Changes a record as a colleague would, or makes one; gives it as it then is."""

    def written(values: dict[str, Any], record: Record | None = None) -> Record:
        verb = RecordChange("Customer", "change" if record else "create", record.pk if record else 0, values)
        made = edit_records(actor=ann, changes=[verb], clock=lambda: now, trigger="api")
        return Record.objects.get(pk=made.records[0].record)

    return written


@pytest.fixture
def full(ann: Actor, change: Change, now: datetime) -> Record:
    """A customer with a value of every kind."""
    for name, (kind, options, _value, _input) in FIELDS.items():
        add_custom_field(actor=ann, entity_type="Customer", name=name, kind=kind, options=options, at=now)
    other = change({"LastName": "Other"})
    values = {name: value for name, (_kind, _options, value, _input) in FIELDS.items() if value is not None}
    made = change({"LastName": "Full", "City": "Lyon", **values, "_FRIEND": other.pk})
    kept = change({"_FRIENDS": [made.pk, other.pk]}, made)
    assert {name: kept.data[name] for name in values} == values
    return kept


def edit_page(record: Record) -> str:
    return reverse("admin:sync_app_record_edit", args=[record.pk])


def opened(client: Client, record: Record) -> dict[str, list[str]]:
    return untouched(client.get(edit_page(record)).content.decode())


def changed_by(client: Client, record: Record, **typed: str) -> dict[str, Any]:
    """The fields that differ after somebody typed this into the form and saved it."""
    client.post(edit_page(record), opened(client, record) | {name: [text] for name, text in typed.items()})
    now = Record.objects.get(pk=record.pk).data
    return {name: now.get(name) for name in record.data | now if now.get(name) != record.data.get(name)}


def test_the_kinds_of_this_test_are_all_that_a_form_shows() -> None:
    assert {kind for kind, _options, _value, _input in FIELDS.values()} == set(kind_names()) - BY_OTHER_WAYS


def test_a_form_that_nobody_touched_changes_nothing(full: Record, ann_at_work: Client) -> None:
    runs = Run.objects.count()
    assert changed_by(ann_at_work, full) == {}
    assert Run.objects.count() == runs


def test_one_typed_field_is_all_that_changes(full: Record, ann_at_work: Client) -> None:
    assert changed_by(ann_at_work, full, City="Paris") == {"City": "Paris"}
    assert JournalEntry.objects.latest("pk").fields == "City"


def test_each_value_has_an_input_that_can_hold_it(full: Record, ann_at_work: Client) -> None:
    inputs = {one.name: f"{one.widget} {one.type}" for one in ann_at_work.get(edit_page(full)).context["inputs"]}
    assert {name: inputs[name] for name in FIELDS} == {name: shown for name, (*_rest, shown) in FIELDS.items()}


def test_typed_json_is_json_and_other_text_a_text(full: Record, ann_at_work: Client) -> None:
    form = opened(ann_at_work, full)
    assert [form[name] for name in ("_JSON_TEXT", "_JSON_NUMBER", "_JSON_WORDS")] == [
        ['"5"'],
        ["12345678901234567890.5"],
        ["plain"],
    ]
    typed = {"_JSON_TEXT": "5", "_JSON_NUMBER": '"1.5"', "_JSON_WORDS": "plainer", "_JSON": '{"a": 1.50}'}
    assert changed_by(ann_at_work, full, **typed) == {
        "_JSON_TEXT": 5,
        "_JSON_NUMBER": "1.5",
        "_JSON_WORDS": "plainer",
        "_JSON": {"a": Decimal("1.5")},
    }


def test_a_typed_line_end_is_kept_as_all_others_are(full: Record, ann_at_work: Client) -> None:
    typed = {"_LINES": "12 Main St\r\nApt 5", "_WHEN": "2026-07-01T12:01", "_WHEN_AGAIN": "2026-10-25T02:45+01:00"}
    assert changed_by(ann_at_work, full, **typed) == {
        "_LINES": "12 Main St\nApt 5",
        "_WHEN": "2026-07-01T10:01:00Z",
        "_WHEN_AGAIN": "2026-10-25T01:45:00Z",
    }


def test_what_was_refused_comes_back_in_the_input_that_can_hold_it(full: Record, ann_at_work: Client) -> None:
    sent = opened(ann_at_work, full) | {"_MAIL": ["no address"], "_TEXT": ["two\r\nlines"], "_DAY": ["31.12.2026"]}
    again = untouched(ann_at_work.post(edit_page(full), sent).content.decode())
    assert {name: again[name] for name in FIELDS} == {name: sent[name] for name in FIELDS if name in sent}


def test_a_second_save_keeps_what_a_colleague_changed_meanwhile(
    full: Record, ann_at_work: Client, change: Change
) -> None:
    sent = opened(ann_at_work, full)
    theirs = {
        "_LINES": "9 Side St\nApt 1",
        "_TIME": "19:00:00",
        "_WHEN": "2026-08-01T10:00:00Z",
        "_WHEN_FIRST": SECOND,
        "_WHEN_AGAIN": FIRST,
        "_MEMO": "Theirs",
    }
    change(theirs, full)
    answer = ann_at_work.post(edit_page(full), sent | {"City": ["Mine"]})
    assert {one.name for one in answer.context["inputs"] if one.present} == set(theirs)
    ann_at_work.post(edit_page(full), untouched(answer.content.decode()))
    full.refresh_from_db()
    assert {name: full.data[name] for name in theirs} == theirs
    assert full.data["City"] == "Mine"


def test_a_field_that_came_after_the_form_was_opened_is_left_alone(
    full: Record, ann_at_work: Client, ann: Actor, now: datetime
) -> None:
    late = ("_FRIEND", "_FRIENDS", "_YES", "_TEXT")
    sent = opened(ann_at_work, full)
    before = {name: values for name, values in sent.items() if name.removeprefix("find-") not in late}
    ann_at_work.post(edit_page(full), before | {"City": ["Mine"]})
    now_there = Record.objects.get(pk=full.pk)
    assert now_there.data == full.data | {"City": "Mine"}
    again = ann_at_work.post(edit_page(full), before | {"version": ["2"], "_MAIL": ["no address"]})
    assert {one.name: one.value for one in again.context["inputs"]}["_TEXT"] == full.data["_TEXT"]


def test_what_was_entered_into_a_field_that_was_closed_meanwhile_is_said_to_be_lost(
    full: Record, ann_at_work: Client, ann: Actor, now: datetime
) -> None:
    sent = opened(ann_at_work, full)
    for name in ("_TEXT", "_LINES"):
        retire_field(actor=ann, entity_type="Customer", name=name, at=now)
    answer = ann_at_work.post(edit_page(full), sent | {"City": ["Mine"], "_TEXT": ["Typed"]}, follow=True)
    warned = [str(one) for one in answer.context["messages"] if one.level_tag == "warning"]
    assert warned == ["“TEXT” can no longer be edited: what was entered there was not saved."]
    assert Record.objects.get(pk=full.pk).data == full.data | {"City": "Mine"}


def test_a_list_of_references_is_emptied_by_choosing_none(full: Record, ann_at_work: Client) -> None:
    sent = {name: values for name, values in opened(ann_at_work, full).items() if name != "_FRIENDS"}
    ann_at_work.post(edit_page(full), sent)
    assert not Record.objects.get(pk=full.pk).data.get("_FRIENDS")


def test_where_no_version_is_known_everything_that_would_be_overwritten_is_shown(
    full: Record, ann_at_work: Client, change: Change
) -> None:
    sent = opened(ann_at_work, full) | {"version": ["999"]}
    change({"_LINES": "9 Side St\nApt 1"}, full)
    answer = ann_at_work.post(edit_page(full), sent | {"City": ["Mine"]})
    assert {one.name for one in answer.context["inputs"] if one.present} == {"_LINES", "City"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2026-07-01T10:00:00Z", "2026-07-01T12:00"),
        ("2026-07-01T10:00:10Z", "2026-07-01T12:00:10"),
        ("2026-07-01T10:00:00.500000Z", "2026-07-01T12:00:00.5"),
        ("2026-07-01T10:00:00.100001Z", "2026-07-01T12:00:00.100001"),
        (FIRST, "2026-10-25T02:30"),
        (SECOND, "2026-10-25T02:30+01:00"),
        ("2026-10-25T01:30:00.250000Z", "2026-10-25T02:30:00.25+01:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("no moment", "no moment"),
    ],
)
def test_an_instant_is_told_as_a_browser_would(value: str, told: str) -> None:
    assert local_text(value, PARIS) == told


def test_an_offset_that_no_reader_takes_is_told_as_the_world_s_time() -> None:
    twice = "1919-03-01T00:43:10Z"
    assert local_text(twice, ZoneInfo("Africa/Monrovia")) == twice


@pytest.mark.parametrize(("value", "told"), [("18:30:00", "18:30"), ("18:30:00.100000", "18:30:00.1"), ("x", "x")])
def test_a_time_is_told_as_a_browser_would(value: str, told: str) -> None:
    assert time_text(value) == told


@pytest.mark.parametrize(
    "text",
    [
        "31.12.2026",
        "2026-10-25T02:30+01:00",
        "2026-10-25T02:30:00.1234",
        "24",
        "2026-02-31",
        "24:00",
        "2026-02-31T10:00",
    ],
)
@pytest.mark.parametrize("wanted", ["date", "time", "datetime-local"])
def test_what_an_input_would_drop_stands_in_one_of_text(wanted: str, text: str) -> None:
    assert type_for(wanted, text) == "text"
    assert type_for(wanted, "") == wanted


def test_only_one_moment_is_the_same_however_it_is_written() -> None:
    assert same_moment(DateTime(), "2026-10-25T02:30", "2026-10-25T02:30:00.000")
    assert same_moment(Time(), "18:30:00.1", "18:30:00.100")
    assert not same_moment(DateTime(), "2026-10-25T02:30", "2026-10-25T02:30+01:00")
    assert not same_moment(DateTime(), "2026-10-25T02:30", "")
    assert not same_moment(Text(), "18:30", "18:30:00")


@pytest.mark.parametrize("typed", ["12 Main St Apt 4", " 12  Main St\r\nApt 4 ", "12 Main St\u00a0Apt 4"])
def test_a_record_whose_name_has_two_lines_can_be_erased(ann_at_work: Client, change: Change, typed: str) -> None:
    record = change({"LastName": "12 Main  St\nApt 4"})
    assert record.label == "12 Main  St\nApt 4"
    erase = reverse("admin:sync_app_record_erase", args=[record.pk])
    assert "<strong>12 Main St Apt 4</strong>" in ann_at_work.get(erase).content.decode()
    refused = ann_at_work.post(erase, {"typed": "12 Main StApt 4", "version": "1"})
    assert "That is not what the record is called" in refused.content.decode()
    ann_at_work.post(erase, {"typed": typed, "version": "1"})
    assert not Record.objects.filter(pk=record.pk).exists()
