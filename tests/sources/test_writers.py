"""Items as files: exact for machines, harmless for people, one after the other."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.sources.guards import guarded
from templates_app.sources.sentences import SENTENCES
from templates_app.sources.writers.cells import ItemRefused, text_of
from templates_app.sources.writers.items import write_items
from templates_app.sources.writers.streamed_sheet import stream_sheet
from tests.sources.opening import source_from
from tests.sources.refusals import refusal


def written(items: Iterable[dict[str, Any]], kind: str, columns: tuple[str, ...] = (), **options: Any) -> bytes:
    out = io.BytesIO()
    write_items(items, kind=kind, columns=columns, out=out, **options)
    return out.getvalue()


def read_back(body: bytes, **options: Any) -> list[dict[str, Any]]:
    return [row.data for row in source_from(body, **options).rows()]


ITEMS: list[dict[str, Any]] = [
    {"id": 1, "name": "Ann"},
    {"id": 2, "name": "Hélène; “x”\nline 2"},
    {"id": 3, "name": None},
]


def test_json_is_a_list_or_stands_under_its_name() -> None:
    assert json.loads(written(ITEMS, "json")) == ITEMS
    assert json.loads(written(ITEMS, "json", rows_name="clients")) == {"clients": ITEMS}
    assert json.loads(written([], "json")) == []
    assert json.loads(written(iter(()), "json", rows_name="a")) == {"a": []}


def test_the_number_of_items_is_given() -> None:
    for kind in ("json", "csv", "xlsx"):
        assert write_items(iter(ITEMS), kind=kind, columns=("id",), out=io.BytesIO()) == 3


def test_json_values_are_exact() -> None:
    item = {"d": Decimal("12.50"), "n": 2**70, "s": "=1+1", "day": date(2026, 1, 2), "l": [1, {"x": None}], "t": True}
    text = written([item], "json").decode()
    assert '"d":12.50' in text
    assert json.loads(text)[0] == {**item, "d": 12.5, "day": "2026-01-02"}


def test_csv_has_the_given_columns_in_their_order() -> None:
    body = written(ITEMS, "csv", ("name", "missing", "id"))
    assert body.startswith(b"\xef\xbb\xbfname;missing;id\r\nAnn;;1\r\n")
    assert read_back(body)[1] == {"name": "Hélène; “x”\nline 2", "missing": "", "id": "2"}


def test_a_text_of_a_sheet_is_no_character_by_its_number() -> None:
    texts = ["_x0041_", "a_x000D_b", "_x005F_x0041_", "_x0041_x0042_", "_X0041_", "_x00e9_", "_x41_", "a\rb\r\nc"]
    item = {"_x0041_": "name", **{f"column {place}": text for place, text in enumerate(texts)}}
    assert read_back(written([item], "xlsx")) == [item]
    streamed = stream_sheet([list(item.values())], columns=list(item), name="Data", full=ValueError)
    assert read_back(b"".join(streamed)) == [item]
    sheet = openpyxl.load_workbook(io.BytesIO(written([{"a": "_x0041_ é"}], "xlsx"))).active
    assert sheet is not None
    assert sheet["A2"].value == "_x005F_x0041_ é"


def test_without_columns_those_of_the_first_item_are_taken() -> None:
    assert written(ITEMS, "csv", delimiter=",").splitlines()[0] == b"\xef\xbb\xbfid,name"
    assert written([], "csv") == b"\xef\xbb\xbf\r\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.000000001"), "0.000000001"),
        (1.5, "1.5"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
        (time(8, 30), "08:30:00"),
        (["a", 1], '["a",1]'),
        ({"a": Decimal("1.5")}, '{"a":1.5}'),
    ],
)
def test_values_as_text(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A", "\ufeff=1", "=", "+",
     "+33 6 12", "- ", "-1.234,5x", "-1.2.3", "-1234 567", "-1.234,5-2", "-1,234'567", "--",
     "-2+3+cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "-٥", "--5", "-5\n"],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_run_is_guarded(cell: str) -> None:
    assert guarded(cell) == "'" + cell
    assert b"'" in written([{"a": cell, "b": "x"}], "csv")
    assert read_back(written([{"a": cell, "b": "x"}, {"a": "'" + cell, "b": "y"}], "csv"))[0]["a"] == cell
    assert read_back(written([{"a": cell, "b": "x"}], "csv", guard=False))[0]["a"] == cell


@pytest.mark.parametrize(
    "cell",
    ["-5", "+5", "-5.25", "-5,25", "+33612345678", "a=b", "", " ", "'a", "'", "5-3", "é", "-", "-1.234,5", "-1,234.5",
     "-1 234,5", "-1\u00a0234\u00a0567,5", "-1\u202f234", "-1\u2009234.50", "-1'234.5", "-1’234’567", "+1.234.567",
     "-12,34,567.8", "-1e5", "-1.5E+10", "-.5", "-5."],
)  # fmt: skip
def test_numbers_and_plain_texts_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell
    assert read_back(written([{"a": cell, "b": "=x"}], "csv")) == [{"a": cell, "b": "=x"}]


@pytest.mark.parametrize("cell", ["=1", "'=1", "''=1", "'quoted", "- an item", "-5", "'-5"])
def test_what_was_guarded_reads_back_as_it_was(cell: str) -> None:
    body = written([{"=a": cell, "b": "@x"}], "csv")
    assert read_back(body) == [{"=a": cell, "b": "@x"}]
    assert "guards_removed" in source_from(body).format.detected


def test_apostrophes_stay_where_formulas_stand_unguarded() -> None:
    body = written([{"a": "'=1", "b": "=2"}], "csv", guard=False)
    assert read_back(body) == [{"a": "'=1", "b": "=2"}]


def test_a_header_is_guarded_too() -> None:
    assert b"'=cmd" in written([{"=cmd": 1}], "csv")


def cells_of(body: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


def test_a_text_in_a_sheet_is_a_text_whatever_it_begins_with() -> None:
    texts = ["=1+1", "+1", "@x", "#N/A", "2026-01-02", "0012", "true"]
    _, *rows = cells_of(written([{"a": text} for text in texts], "xlsx"))
    assert [row[0] for row in rows] == [(text, "s") for text in texts]


def test_sheet_values_keep_their_types() -> None:
    item = {
        "n": 5,
        "d": Decimal("2.5"),
        "b": True,
        "day": date(2026, 1, 2),
        "at": datetime(2026, 1, 2, 3, 4),
        "e": None,
    }
    assert read_back(written([item], "xlsx", rows_name="Out")) == [{**item, "d": 2.5}]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2**70, str(2**70)),
        (12345678901234567, "12345678901234567"),
        (Decimal("0.12345678901234567"), "0.12345678901234567"),
        (float("inf"), "inf"),
        (date(1850, 1, 1), "1850-01-01"),
        (datetime(1850, 1, 1, 2, 3), "1850-01-01T02:03:00"),
        (["a"], '["a"]'),
    ],
)
def test_what_a_sheet_would_round_or_refuse_becomes_text(value: Any, text: str) -> None:
    assert read_back(written([{"a": value, "b": 1}], "xlsx"))[0]["a"] == text


def test_control_characters_are_replaced_in_a_sheet() -> None:
    assert read_back(written([{"a": "x\x07y\x00z\ud800"}], "xlsx"))[0]["a"] == "x\ufffdy\ufffdz\ufffd"


def test_a_text_that_a_cell_would_cut_is_refused() -> None:
    with pytest.raises(ItemRefused) as caught:
        written([{"a": "x" * 32_767}, {"a": "x" * 32_768}], "xlsx")
    assert caught.value.problem.params == {"row": 3, "column": "a", "limit": 32_767}
    assert "32767" in SENTENCES[caught.value.problem.code].format(**caught.value.problem.params)


@pytest.mark.parametrize(
    ("name", "sheet"),
    [("", "Data"), ("Clients", "Clients"), ("a/b[c]:*?\\", "a-b-c-----"), ("x" * 40, "x" * 31), ("''", "Data")],
)
def test_any_name_makes_a_sheet(name: str, sheet: str) -> None:
    assert source_from(written([{"a": 1}], "xlsx", rows_name=name)).format.sheet == sheet


def test_an_unknown_kind_is_refused() -> None:
    assert refusal(lambda: written(ITEMS, "pdf")).problem.code == "file_kind_unknown"


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_memory_does_not_grow_with_the_items(kind: str) -> None:
    class Counted(io.BytesIO):
        size = 0

        def write(self, data: Any) -> int:
            self.size += len(data)
            return len(data)

    def items(number: int) -> Iterator[dict[str, Any]]:
        for position in range(number):
            yield {"id": position, "text": "x" * 100}

    peaks = []
    for number in (2_000, 20_000):
        tracemalloc.start()
        out = Counted()
        write_items(items(number), kind=kind, columns=("id", "text"), out=out)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert out.size > number * 100
    assert peaks[1] < peaks[0] * 2 + 100_000


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(items=st.lists(st.fixed_dictionaries({"a": TEXTS, "b": TEXTS, "c": st.just("x")}), max_size=6))
def test_a_csv_for_machines_is_read_as_it_was_written(items: list[dict[str, str]]) -> None:
    body = written(items, "csv", ("a", "b", "c"), guard=False)
    assert read_back(body) == items


@pytest.mark.parametrize("text", ["Doe, John", "a;b", "a|b", "a\tb", 'say "hi, you"'])
def test_a_column_alone_is_read_as_one_whatever_its_cells_hold(text: str) -> None:
    items = [{"name": text}] * 30
    assert read_back(written(items, "csv", ("name",))) == items


@given(text=TEXTS)
def test_no_guarded_text_begins_a_formula(text: str) -> None:
    shown = guarded(text).lstrip("\ufeff")
    plain = shown == "-" or not set(shown) - set("+-.,'’eE0123456789 \u00a0\u202f\u2009")
    assert plain or shown[:1] not in set("=+-@\t\r\n＝＋－＠") or not shown
