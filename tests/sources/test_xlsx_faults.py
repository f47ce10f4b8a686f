"""What a workbook shows where it has no value is no empty cell: nothing is cleared because a look-up found nothing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pytest
from openpyxl import Workbook

from templates_app.catalog.problems import Problem
from templates_app.sources import xlsx_faults
from templates_app.sources.rows import Row
from tests.sources.opening import source_from
from tests.sources.refusals import refusal
from tests.sources.test_xlsx_source import rewritten, rows_of, saved, workbook

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEADER: Final = "".join(
    f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>' for at, name in zip("ABC", "abc", strict=True)
)
UNCALCULATED: Final = Problem(code="cell_uncalculated")


def error(text: str) -> Problem:
    return Problem(code="cell_error", params={"value": text})


def sheet(*rows: str, prefix: str = "") -> bytes:
    """A workbook with these rows of XML under a header a, b, c."""
    body = "".join(f'<row r="{number}">{row}</row>' for number, row in enumerate((HEADER, *rows), start=1))
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
    if prefix:
        xml = re.sub(r"<(/?)(\w)", rf"<\1{prefix}:\2", xml).replace("xmlns=", f"xmlns:{prefix}=")
    return rewritten(
        workbook(Data=[["a"]]), lambda name, content: xml.encode() if name == "xl/worksheets/sheet1.xml" else content
    )


def merging(body: bytes, *places: str) -> bytes:
    told = "".join(f'<mergeCell ref="{place}"/>' for place in places).encode()
    return rewritten(
        body, lambda _, content: content.replace(b"</sheetData>", b"</sheetData><mergeCells>" + told + b"</mergeCells>")
    )


@pytest.mark.parametrize("cell", ["<v>1</v>", "<f>X(A2)</f>"])
def test_cells_merged_over_several_rows_are_told_since_all_but_their_first_are_empty(cell: str) -> None:
    body = sheet(
        f'<c r="A2">{cell}</c><c r="B2"><v>5</v></c>', '<c r="A3"><v>2</v></c>', *['<c r="A4"><v>3</v></c>'] * 2
    )
    told = source_from(merging(body, "B2:B3", "A3:C3", "A1:C1", "C1:C2", "C4:C5", "A3:B4", "B5:C6")).format.detected
    assert [note for note in told if note.startswith("cells_merged")] == ["cells_merged:B2:B3, C1:C2, C4:C5, …"]
    for places in (("A2:C2",), ()):
        assert not any("merged" in note for note in source_from(merging(body, *places)).format.detected)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12345678901234567", 12345678901234567),
        ("-1234567890123456789", -1234567890123456789),
        ("9007199254740993", 9007199254740993),
        ("1.23456789012345E+17", 123456789012345000),
        ("123456789012345", 123456789012345),
        ("1E22", 10**22),
    ],
)
def test_a_long_number_is_what_is_written_and_else_what_the_sheet_shows(written: str, number: int) -> None:
    (row,) = rows_of(sheet(f'<c r="A2" t="n"><v>{written}</v></c><c r="B2"><f>A2</f><v>{written}</v></c>'))
    assert (row.data["a"], row.data["b"], type(row.data["a"])) == (number, number, int)


@pytest.mark.parametrize("look", ["00000", "00000;@"])
@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        (b"", b""),
        (b'<c r="A2" s="1"', b'<c s="1" r="A2"'),
        (b's="1"', b"s='1'"),
        (b" s=", b"\ns="),
        (b"<v>0<", b"<v>0.0<"),
    ],
)
def test_a_number_that_is_shown_with_zeros_before_it_is_a_text_with_them(
    monkeypatch: pytest.MonkeyPatch, look: str, written: bytes, otherwise: bytes
) -> None:
    monkeypatch.setattr(xlsx_faults, "PIECE", 1000)
    monkeypatch.setattr(xlsx_faults, "LONGEST_FORMULA", 400)
    if not written:
        monkeypatch.setattr(xlsx_faults, "_found", None)
    book = Workbook()
    for row in (["zip", "n"], [1234, 1234], [12345, 1], [0, 2], [-5, 3], [12.5, 4], ["7", 5], [None, 6], [8, 7]):
        book.worksheets[0].append(row)
    for (cell,) in book.worksheets[0]["A2:A9"]:
        cell.number_format = look
    book.worksheets[0]["C2"].number_format = "000.0"
    body = rewritten(saved(book), lambda name, part: part.replace(written, otherwise) if "sheet1" in name else part)
    rows = rows_of(body)
    assert [row.data["zip"] for row in rows] == ["01234", 12345, "00000", -5, Decimal("12.5"), "7", None, "00008"]
    assert [row.data["n"] for row in rows] == [1234, 1, 2, 3, 4, 5, 6, 7]


def test_the_last_number_shown_with_zeros_is_found_before_whatever_stands_behind_the_rows() -> None:
    book = Workbook()
    book.worksheets[0].append(["zip"])
    book.worksheets[0].append([1234])
    book.worksheets[0]["A2"].number_format = "00000"
    beyond = b"</sheetData><!--" + b"x" * xlsx_faults.LONGEST_FORMULA + b"-->"
    body = rewritten(
        saved(book), lambda name, part: part.replace(b"</sheetData>", beyond) if "sheet1" in name else part
    )
    assert only(body).data["zip"] == "01234"


def test_a_workbook_of_many_looks_or_none_is_read_all_the_same() -> None:
    book = Workbook()
    book.worksheets[0].append(["a", "b"])
    for number in range(60):
        book.worksheets[0].append([number, number])
        book.worksheets[0].cell(number + 2, 1).number_format = f"000;{number}"
    assert [row.data["a"] for row in rows_of(saved(book))] == [f"{number:03}" for number in range(60)]
    assert only(sheet('<c r="A2" s="1"><v>5</v></c>')).data["a"] == 5


def test_a_long_text_or_a_part_of_a_fraction_is_no_long_number() -> None:
    cells = '<c r="A2" t="str"><v>00123456789012345</v></c><c r="B2"><v>1234567890123456.5</v></c>'
    (row,) = rows_of(sheet(cells))
    assert (row.data["a"], row.data["b"]) == ("00123456789012345", Decimal("1.23456789012346E+15"))


def only(body: bytes) -> Row:
    (row,) = rows_of(body)
    return row


@pytest.mark.parametrize("prefix", ["", "x"])
@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#DIV/0!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!"])
def test_an_error_is_a_fault_of_its_cell_and_stands_in_the_row_as_shown(text: str, prefix: str) -> None:
    row = only(sheet(f'<c r="A2"><v>1</v></c><c r="B2" t="e"><f>X(A2)</f><v>{text}</v></c>', prefix=prefix))
    assert (row.data["a"], row.data["b"]) == (1, text)
    assert dict(row.faults) == {"b": error(text)}
    assert row.problem is None


@pytest.mark.parametrize(
    "formula",
    [
        "<f>A1+1</f>",
        "<f>A1+1</f><v/>",
        "<f>A1+1</f><v></v>",
        '<f t="shared" si="0"/>',
        '<f t="array" ref="B2">SUM(A1)</f>',
    ],
)
def test_a_formula_that_was_never_calculated_is_a_fault(formula: str) -> None:
    row = only(sheet(f'<c r="A2"><v>1</v></c><c r="B2">{formula}</c>'))
    assert dict(row.faults) == {"b": UNCALCULATED}
    assert row.data["b"] is None


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"><f>A1</f><v>5</v></c>',
        '<c r="B2" t="str"><f>IF(1,"","x")</f><v></v></c>',
        '<c r="B2" t="str"><f>IF(1,"","x")</f><v/></c>',
        '<c r="B2" s="1"/>',
        '<c r="B2" t="inlineStr"><is><t>#N/A</t></is></c>',
    ],
)
def test_a_value_however_it_came_is_none(cell: str) -> None:
    assert not only(sheet(f'<c r="A2"><v>1</v></c>{cell}')).faults


def test_an_error_of_newer_programs_is_refused_with_the_whole_workbook_and_never_taken_for_nothing() -> None:
    body = sheet('<c r="A2"><v>1</v></c><c r="B2" t="e"><v>#SPILL!</v></c>')
    assert refusal(lambda: rows_of(body)).problem.code == "workbook_broken"


@pytest.mark.parametrize(
    "name",
    [
        lambda name: name.replace("workbook.xml", "Workbook.xml") if name == "xl/workbook.xml" else name,
        lambda name: name.replace("sheet1", "Sheet1"),
        lambda name: name.replace("/", "\\") if name.startswith("xl/") else name,
    ],
    ids=["another case", "a sheet in another case", "backslashes"],
)
def test_a_workbook_of_a_careless_program_is_looked_at_as_well(name: Callable[[str], str]) -> None:
    out, body = io.BytesIO(), sheet('<c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c>')
    with zipfile.ZipFile(io.BytesIO(body)) as before, zipfile.ZipFile(out, "w") as after:
        for entry in before.infolist():
            after.writestr(name(entry.filename), before.read(entry))
    assert dict(only(out.getvalue()).faults) == {"b": error("#N/A")}


def test_cells_without_a_place_are_counted() -> None:
    row = only(sheet('<c><v>1</v></c><c t="e"><v>#N/A</v></c><c><f>A1</f></c>'))
    assert dict(row.faults) == {"b": error("#N/A"), "c": UNCALCULATED}


def test_a_row_of_nothing_but_faults_is_a_row() -> None:
    rows = rows_of(sheet('<c r="A2"><v>1</v></c>', '<c r="A3" t="e"><v>#REF!</v></c>'))
    assert [(row.number, dict(row.faults)) for row in rows] == [(2, {}), (3, {"a": error("#REF!")})]


def test_faults_beside_the_table_are_of_no_column() -> None:
    rows = rows_of(sheet('<c r="A2"><v>1</v></c><c r="H2" t="e"><v>#REF!</v></c>'))
    assert [dict(row.faults) for row in rows] == [{}]


def test_only_the_sheet_that_is_read_is_looked_at() -> None:
    body = workbook(Data=[["a"], [1]], Other=[["a"], ["=1+1"]])
    assert [dict(row.faults) for row in rows_of(body, sheet="Data")] == [{}]
    assert [dict(row.faults) for row in rows_of(body, sheet="Other")] == [{"a": UNCALCULATED}]


def test_one_fault_after_many_rows_is_found() -> None:
    plain = "".join(f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>' for number in range(2, 60_000))
    xml = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{HEADER}</row>{plain}<row r="60000"><c r="A60000">'
    xml += f"<f>{'A1+' * 2_000}1</f></c></row></sheetData></worksheet>"
    body = rewritten(workbook(Data=[["a"]]), lambda name, content: xml.encode() if "sheet1.xml" in name else content)
    assert [(row.number, dict(row.faults)) for row in rows_of(body) if row.faults] == [(60_000, {"a": UNCALCULATED})]


def test_a_sheet_that_is_no_xml_is_refused() -> None:
    body = rewritten(
        sheet('<c r="A2" t="e"><v>#N/A</v></c>'),
        lambda name, content: content.replace(b"</sheetData>", b"</wrong>") if "sheet1" in name else content,
    )
    assert refusal(lambda: rows_of(body)).problem.code == "workbook_broken"
    assert zipfile.is_zipfile(io.BytesIO(body))
