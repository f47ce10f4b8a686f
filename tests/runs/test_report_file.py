"""All operations of a run as a file: nothing is left out, and nothing in a cell runs."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from typing import Any, Final

import pytest
from openpyxl import load_workbook

from sync_app.models import Run
from sync_app.runs.errors import RunConflict
from sync_app.runs.reports import report
from sync_app.runs.reports.file import COLUMNS, KINDS, report_file
from tests.runs.conftest import House, customer

FORMULA: Final = "=HYPERLINK(1)"


def content(house: House, run: Run, kind: str, **filters: Any) -> bytes:
    return b"".join(report_file(actor=house.actor, run=run, kind=kind, **filters))


def lines(house: House, run: Run, **filters: Any) -> list[dict[str, str]]:
    text = content(house, run, "csv", **filters).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


@pytest.fixture
def run(house: House) -> Run:
    house.send(customer("A", "Old"), customer("P"))
    return house.simulate(
        customer("A", "New", parent="P"), customer("B", FORMULA), customer("C", score="many"), customer("P")
    )


def test_a_table_has_a_line_for_each_changed_field(house: House, run: Run) -> None:
    found = [(line["row"], line["operation"], line["field"], line["old"], line["new"]) for line in lines(house, run)]
    assert found == [
        ("1", "Update", "LastName", "Old", "New"),
        ("1", "Update", "_PARENT", "", "Name"),
        ("2", "Insert", "LastName", "", f"'{FORMULA}"),
        ("2", "Insert", "_CODE", "", "B"),
        ("3", "Error", "_SCORE", "", "many"),
        ("4", "Unchanged", "", "", ""),
    ]


def test_a_refused_line_says_why(house: House, run: Run) -> None:
    (line,) = lines(house, run, outcome="Error")
    assert (line["code"], line["applied"], line["key"]) == ("number_invalid", "false", "C")
    assert line["message"]


def test_json_has_an_object_for_each_operation(house: House, run: Run) -> None:
    found = json.loads(content(house, run, "json"))
    assert [item["operation"] for item in found] == ["Update", "Insert", "Error", "Unchanged"]
    assert found[1]["changes"]["LastName"] == {"old": None, "new": FORMULA}
    assert json.loads(content(house, run, "json", code="none")) == []


def test_a_sheet_holds_texts_and_no_formulas(house: House, run: Run) -> None:
    sheet = load_workbook(BytesIO(content(house, run, "xlsx"))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == COLUMNS
    cell = sheet.cell(row=4, column=COLUMNS.index("new") + 1)
    assert (cell.value, cell.data_type) == (FORMULA, "s")
    assert len(rows) == 7


def test_it_is_written_page_by_page(house: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lines(house, run)
    monkeypatch.setattr(report, "PAGE_LIMIT", 1)
    assert lines(house, run) == whole


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_under_way_has_no_file_yet(house: House, kind: str) -> None:
    with pytest.raises(RunConflict):
        report_file(actor=house.actor, run=house.start(customer("A")), kind=kind)
