"""Exporting through the API: from which point, how it is sent, and that it holds nothing in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sync_app.api.dialects.base import Door
from sync_app.api.dialects.planningpme.exports import Items, export_answer
from sync_app.api.json_out import encode, envelope
from tests.api.conftest import LEA, MAX, Caller, read

OUT = "api/integration/clients-out"


def names(answer: Any) -> list[str]:
    return [item["Nom usage"] for item in read(answer)["items"]]


@pytest.mark.django_db
def test_an_export_holds_every_record_and_says_from_where_to_ask_next(we: Caller, now: datetime) -> None:
    we.send(LEA, MAX)
    told = read(we.get(OUT))
    assert told["template"] == "clients-out"
    assert told["generatedAt"] == "2026-11-21T12:00:00Z"
    assert told["next"] == "20261121120000"
    assert [item["ID_DOSSIER"] for item in told["items"]] == ["D-1", "D-2"]


@pytest.mark.django_db
def test_a_cursor_gives_what_changed_after_it_and_nothing_twice(we: Caller) -> None:
    we.send(LEA)
    first = read(we.get(OUT))
    assert read(we.get(f"{OUT}?cursor={first['cursor']}"))["items"] == []
    we.send(MAX)
    second = read(we.get(f"{OUT}?cursor={first['cursor']}"))
    assert [item["ID_DOSSIER"] for item in second["items"]] == ["D-2"]
    assert read(we.get(f"{OUT}?cursor={first['cursor']}"))["items"] == second["items"]


@pytest.mark.django_db
def test_since_gives_what_changed_since(we: Caller, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    we.send(LEA)
    monkeypatch.setattr(Door, "clock", lambda _door: now + timedelta(hours=1))
    we.send(MAX)
    assert names(we.get(f"{OUT}?since=20261121123000")) == ["Petit"]
    assert names(we.get(f"{OUT}?since=20261121115959")) == ["Roy", "Petit"]


@pytest.mark.django_db
def test_what_was_undone_is_told_as_deleted(we: Caller) -> None:
    run = read(we.send(LEA))["run"]
    cursor = read(we.get(OUT))["cursor"]
    read(we.post(f"api/integration/runs/{run}/undo"))
    items = read(we.get(f"{OUT}?cursor={cursor}"))["items"]
    assert items == [{"ID_DOSSIER": "D-1", "deleted": True}]
    assert read(we.get(OUT))["items"] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "code"),
    [
        ("", "since_invalid"),
        ("20181231", "since_invalid"),
        ("2018123104580", "since_invalid"),
        ("2018115111", "since_invalid"),
        ("20180230000000", "since_invalid"),
        ("20181231246000", "since_invalid"),
        ("-2018123104580", "since_invalid"),
        ("2018-12-31T04:58", "since_invalid"),
        ("٢٠١٨١٢٣١٠٤٥٨٠٣", "since_invalid"),
        ("00000000000000", "since_invalid"),
        ("20261121120501", "since_in_future"),
        ("99991231235959", "since_in_future"),
    ],
)
def test_it_refuses_a_since_that_is_no_moment_of_the_past(since: str, code: str, we: Caller) -> None:
    answer = we.get(f"{OUT}?since={since}")
    assert (answer.status_code, read(answer)["code"]) == (400, code)


@pytest.mark.django_db
@pytest.mark.parametrize("since", ["20261121120000", "20261121120500", "20181231045803", "00010101000000"])
def test_a_since_up_to_five_minutes_ahead_is_a_clock_that_differs(since: str, we: Caller) -> None:
    assert we.get(f"{OUT}?since={since}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("cursor=nonsense", "cursor_invalid"),
        ("cursor=%00", "parameter_invalid"),
        ("cursor=", "cursor_invalid"),
        ("since=20181231045803&since=20181231045803", "parameter_repeated"),
        ("since=20181231045803&cursor=x", "options_exclude"),
        ("Since=20181231045803", "parameter_unknown"),
        ("brand__appkeys__digest=x", "parameter_unknown"),
    ],
)
def test_it_refuses_parameters_it_does_not_know(query: str, code: str, we: Caller) -> None:
    answer = we.get(f"{OUT}?{query}")
    assert (answer.status_code, read(answer)["code"]) == (400, code)


# --- sending, without a database


class Endless:
    """Stands in for an export of many items; notes whether its snapshot is open."""

    def __init__(self, count: int, *, fails_at: int = -1) -> None:
        self.columns: tuple[str, ...] = ()
        self.rows_name, self.next_since, self.cursor = "", "20261121120000", "c"
        self.open = 0
        self._count, self._fails_at = count, fails_at

    def __enter__(self) -> Endless:
        self.open += 1
        return self

    def __exit__(self, *_error: object) -> None:
        self.open -= 1

    @property
    def items(self) -> Iterator[dict[str, Any]]:
        for number in range(self._count):
            if number == self._fails_at:
                raise RuntimeError("the disk is gone")
            yield {"number": number, "text": "x" * 200}


def answered(export: Any, now: datetime) -> Any:
    return export_answer(export, template="t", at=now, language="en")


def test_an_export_is_never_whole_in_memory(now: datetime) -> None:
    answer = answered(Endless(200_000), now)
    tracemalloc.start()
    size = sum(len(piece) for piece in answer.streaming_content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 40_000_000
    assert peak < 2_000_000


def test_the_snapshot_closes_when_the_items_end(now: datetime) -> None:
    export = Endless(10_000)
    answer = answered(export, now)
    assert export.open == 1
    assert len(read(answer)["items"]) == 10_000
    assert export.open == 0


@pytest.mark.django_db
@pytest.mark.parametrize("taken", [0, 1])
def test_the_snapshot_closes_when_the_connection_breaks(taken: int, now: datetime) -> None:
    export = Endless(10_000)
    answer = answered(export, now)
    pieces = iter(answer.streaming_content)
    for _ in range(taken):
        next(pieces)
    answer.close()
    assert export.open == 0


def test_an_error_at_the_beginning_can_still_be_told(now: datetime) -> None:
    export = Endless(10, fails_at=5)
    with pytest.raises(RuntimeError):
        answered(export, now)
    assert export.open == 0


def test_an_error_in_the_middle_breaks_the_answer_off_and_closes_the_snapshot(now: datetime) -> None:
    export = Endless(10_000, fails_at=5_000)
    answer = answered(export, now)
    with pytest.raises(RuntimeError):
        b"".join(answer.streaming_content)
    assert export.open == 0


def test_closing_twice_closes_once() -> None:
    export: Any = Endless(1)
    items = Items(export)
    items.close()
    items.close()
    assert export.open == 0


@pytest.mark.parametrize(
    ("head", "items", "expected"),
    [
        ({}, [], b'{"items":[]}'),
        ({"a": 1}, [], b'{"a":1,"items":[]}'),
        ({"a": 1}, [1, "\u00e9", None], '{"a":1,"items":[1,"é",null]}'.encode()),
        ({}, [Decimal("1.50"), {"b": [True]}], b'{"items":[1.50,{"b":[true]}]}'),
    ],
)
def test_an_envelope_is_one_json_object(head: dict[str, Any], items: list[object], expected: bytes) -> None:
    assert b"".join(envelope(head, name="items", items=items)) == expected


def test_what_has_no_form_in_json_is_an_error_and_no_guess() -> None:
    with pytest.raises(TypeError, match="object has no form in JSON"):
        encode({"x": object()})
