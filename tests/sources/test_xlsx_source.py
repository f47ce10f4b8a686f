"""A workbook's sheet as numbered rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from templates_app.sources import xlsx_zip
from templates_app.sources.limits import Limits
from templates_app.sources.open import kind_of
from templates_app.sources.rows import Row
from tests.sources.opening import source_from
from tests.sources.refusals import refusal

Fill = Callable[[openpyxl.Workbook], Any]


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(body: bytes, **options: Any) -> list[Row]:
    return list(source_from(body, **options).rows())


def rewritten(body: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same archive with some parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            after.writestr(entry.filename, change(entry.filename, before.read(entry)))
    return out.getvalue()


def test_cells_keep_their_types() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5)
    values = ["text", 5, 5.0, 2.5, True, date(2026, 1, 2), moment, time(8, 30), None, " x "]
    body = workbook(Data=[[f"c{number}" for number in range(len(values))], values])
    (row,) = rows_of(body)
    assert list(row.data.values()) == ["text", 5, 5, 2.5, True, date(2026, 1, 2), moment, time(8, 30), None, " x "]
    assert [type(value) for value in row.data.values()][1:5] == [int, int, Decimal, bool]
    assert row.number == 2


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (1.1, Decimal("1.1")),
        (0.1 + 0.2, Decimal("0.3")),
        (45323.5, Decimal("45323.5")),
        (-0.005, Decimal("-0.005")),
        (1234567.891, Decimal("1234567.891")),
        (1e-7, Decimal("1E-7")),
        (2.0**53, 9007199254740992),
    ],
)
def test_numbers_are_what_the_sheet_shows_and_never_binary_fractions(cell: float, value: int | Decimal) -> None:
    [row] = rows_of(workbook(Data=[["n", "text"], [cell, "x"]]))
    assert row.data["n"] == value
    assert type(row.data["n"]) is type(value)


@pytest.mark.parametrize(
    ("span", "text"), [(timedelta(hours=26, minutes=30), "26:30:00"), (timedelta(minutes=5, seconds=7), "00:05:07")]
)
def test_spans_of_time_are_hours_minutes_and_seconds(span: timedelta, text: str) -> None:
    [row] = rows_of(workbook(Data=[["span", "text"], [span, "x"]]))
    assert row.data["span"] == text


def test_the_only_sheet_with_data_is_taken_and_noted() -> None:
    source = source_from(workbook(Empty=[], Rows=[["a"], [1]], Blank=[]))
    assert (source.format.sheet, source.total) == ("Rows", 1)
    assert "sheet_detected:Rows" in source.format.detected


def test_several_sheets_with_data_need_a_choice() -> None:
    body = workbook(First=[["a"], [1]], Second=[["b"], [2]])
    error = refusal(lambda: source_from(body))
    assert (error.problem.code, error.problem.params["names"]) == ("rows_needed", "First, Second")
    assert [row.data for row in rows_of(body, sheet="Second")] == [{"b": 2}]
    assert [row.data for row in rows_of(body, rows_path=" second")] == [{"b": 2}]


def test_an_unknown_sheet_is_refused_with_the_nearest() -> None:
    error = refusal(lambda: source_from(workbook(Contrats=[["a"]]), sheet="Contrat"))
    assert (error.problem.code, error.problem.params["nearest"]) == ("sheet_not_found", "Contrats")


def test_rows_before_the_header_are_passed_over_and_numbers_are_those_of_the_sheet() -> None:
    body = workbook(Data=[["Report"], [], ["id", "name", "city"], [1, "Ann", "Brest"], [], [2, "Bob", None]])
    source = source_from(body)
    assert (source.format.header_row, source.format.columns) == (3, ("id", "name", "city"))
    assert [(row.number, row.data["id"]) for row in source.rows()] == [(4, 1), (6, 2)]
    assert [row.number for row in source.rows(after=4)] == [6]


def test_a_table_may_begin_away_from_the_corner() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row, first, second in ((5, "id", "name"), (6, "1", "Ann"), (9, "2", "Bob")):
        sheet.cell(row, 3, first)
        sheet.cell(row, 4, second)
    rows = rows_of(saved(book))
    assert [(row.number, row.data["id"], row.data["name"]) for row in rows] == [(6, "1", "Ann"), (9, "2", "Bob")]


def test_a_given_header_row_or_columns_are_taken() -> None:
    body = workbook(Data=[["x", "y"], ["a", "b"], [1, 2]])
    assert source_from(body, header_row=2).format.columns == ("a", "b")
    assert [row.data for row in rows_of(workbook(Data=[[1, 2], [3, 4]]), columns=("a", "b"))] == [
        {"a": 1, "b": 2},
        {"a": 3, "b": 4},
    ]
    assert refusal(lambda: source_from(body, header_row=50)).problem.code == "header_not_found"


def test_headers_that_are_numbers_dates_or_repeated_get_names() -> None:
    body = workbook(Data=[["a", "a", 2026, date(2026, 1, 2), None, "z"], [1, 2, 3, 4, 5, 6]])
    source = source_from(body)
    assert source.format.columns == ("a", "a_2", "2026", "2026-01-02", "column_5", "z")


def test_empty_columns_and_rows_at_the_end_are_left_out() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["a", "b", ""])
    sheet.append([1, 2])
    sheet["E9"].font = Font(bold=True)
    source = source_from(saved(book))
    assert (source.format.columns, source.total) == (("a", "b"), 1)


def test_merged_cells_keep_the_value_of_their_corner() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["team", "name"], ["A", "Ann"], [None, "Bob"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    assert [row.data for row in rows_of(saved(book))] == [{"team": "A", "name": "Ann"}, {"team": None, "name": "Bob"}]


def test_a_formula_gives_the_value_it_had_when_saved() -> None:
    body = workbook(Data=[["a", "b"], [1, "=A2+1"]])

    def with_value(name: str, part: bytes) -> bytes:
        return part.replace(b"<f>A2+1</f><v></v>", b"<f>A2+1</f><v>2</v>")

    assert [row.data for row in rows_of(rewritten(body, with_value))] == [{"a": 1, "b": 2}]


def test_a_value_beside_the_given_columns_fails_its_row() -> None:
    wide, good = rows_of(workbook(Data=[[1, 2, 3], [4, 5, None]]), columns=("a", "b"))
    assert wide.problem is not None
    assert (wide.problem.code, wide.problem.params) == ("row_shape", {"expected": 2, "found": 3})
    assert wide.data == {"a": 1, "b": 2, "column_3": 3}
    assert good.problem is None


def test_a_cell_that_is_too_long_fails_its_row() -> None:
    (row,) = rows_of(workbook(Data=[["a"], ["x" * 11]]), limits=Limits(max_text=10))
    assert row.problem is not None
    assert (row.problem.code, row.problem.params["limit"]) == ("text_over_limit", 10)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(max_rows=1), "too_many_rows"),
        (Limits(max_fields=1), "too_many_fields"),
        (Limits(max_cells=5), "sheet_too_large"),
        (Limits(max_unpacked=2_000), "workbook_unpacks_too_large"),
        (Limits(max_body=100), "body_too_large"),
    ],
)
def test_limits_are_named(limits: Limits, code: str) -> None:
    body = workbook(Data=[["a", "b"], [1, 2], [3, 4]])
    assert refusal(lambda: source_from(body, limits=limits)).problem.code == code


def test_a_sheet_without_rows_is_refused() -> None:
    assert refusal(lambda: source_from(workbook(Data=[]))).problem.code == "table_empty"


def test_two_far_corners_do_not_fill_the_memory() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["XFD1048576"] = "a", "b"
    assert refusal(lambda: source_from(saved(book))).problem.code == "sheet_too_large"


def test_a_sheet_under_another_name_is_looked_at_too() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["XFD1048576"] = "a", "b"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(book))) as before, zipfile.ZipFile(out, "w") as after:
        for entry in before.infolist():
            part = before.read(entry).replace(b"worksheets/sheet1.xml", b"hidden/part.bin")
            after.writestr(entry.filename.replace("worksheets/sheet1.xml", "hidden/part.bin"), part)
    assert refusal(lambda: source_from(out.getvalue())).problem.code == "sheet_too_large"


def sheet_of(xml: str) -> bytes:
    """A workbook whose only sheet has these rows of XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    part = f'<worksheet xmlns="{main}" xmlns:x="y"><sheetData>{xml}</sheetData></worksheet>'.encode()
    return rewritten(
        workbook(Data=[["a"]]), lambda name, content: part if name == "xl/worksheets/sheet1.xml" else content
    )


HEADER = '<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>'


def test_cells_without_addresses_stand_one_beside_the_other() -> None:
    rows = '<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>'
    found = [(row.number, row.data) for row in rows_of(sheet_of(HEADER + rows))]
    assert found == [(2, {"a": 1, "b": 2}), (5, {"a": None, "b": 3}), (6, {"a": 4, "b": None})]


CELL = "<c><v>1</v></c>"


@pytest.mark.parametrize(
    "rows",
    [
        f"<row>{CELL * 1_001}</row>",
        f"<row>{CELL}</row>" * 1_001,
        f"<row>{CELL * 100}</row>{'<row/>' * 20}<row>{CELL * 100}</row>",
        f'<row>{CELL * 100}</row><row r="1048576">{CELL}</row>',
        f"<row>{'<c/>' * 1_001}{CELL}</row>",
        "<row/>" * 2_100 + f"<row>{CELL}</row>",
        f"<row>{CELL * 100}</row>" + '<row r="900"><c x:r="A1"><v>1</v></c></row>',
        '<row><c r="A1"><v>1</v></c></row>' * 1_001,
        "<row><c r='a1'><v>1</v></c><c r='xfd9'><v>1</v></c></row>",
        '<row><c r="A1"><v>1</v></c><c s="0" r="$XFD$9"><v>1</v></c></row>',
    ],
)
@pytest.mark.parametrize("piece", [50, 1 << 20])
def test_a_sheet_that_spans_too_much_is_refused_however_it_is_written(
    rows: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_zip, "PIECE", piece)
    body = sheet_of(HEADER + rows)
    assert refusal(lambda: source_from(body, limits=Limits(max_cells=1_000))).problem.code == "sheet_too_large"


@pytest.mark.parametrize(
    "tag",
    [f'<c{" " * 1_200_000}r="XFD9">', '<c s=">" r="XFD1048576">', '<c s="<" r="B2">', '<c s="1"r="B2">', "<c r='A1>"],
)
def test_a_cell_that_cannot_be_placed_for_sure_is_refused(tag: str) -> None:
    body = sheet_of(f"{HEADER}<row>{tag}<v>1</v></c></row>")
    assert refusal(lambda: source_from(body)).problem.code == "workbook_broken"


def test_what_looks_like_cells_in_another_part_is_nothing_to_a_sheet() -> None:
    body, out = workbook(Data=[["a"], [1]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as before, zipfile.ZipFile(out, "w") as after:
        for entry in before.infolist():
            after.writestr(entry.filename, before.read(entry))
        after.writestr("customXml/item1.xml", '<row text="a > b"><c/><c text=">"/></row>')
    assert [row.data for row in rows_of(out.getvalue())] == [{"a": 1}]


def test_more_shared_texts_than_cells_are_allowed_are_refused() -> None:
    body = with_shared_text(b"a</t></si>" + b"<si/>" * 1_001 + b"<si><t>b", cells=2)
    assert refusal(lambda: source_from(body, limits=Limits(max_cells=1_000))).problem.code == "sheet_too_large"


def test_of_one_sheet_under_many_names_some_are_told() -> None:
    def change(name: str, part: bytes) -> bytes:
        sheet = b'<sheet name="S%d" sheetId="%d" r:id="rId1" xmlns:r="%s"/>'
        relations = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        begin, end = part.find(b"<sheets>"), part.find(b"</sheets>")
        names = b"".join(sheet % (number, number, relations) for number in range(1, 101))
        return part[: begin + 8] + names + part[end:] if name == "xl/workbook.xml" else part

    error = refusal(lambda: source_from(rewritten(workbook(Data=[["a"], [1]]), change)))
    assert (error.problem.code, str(error.problem.params["names"]).split(", ")[:2]) == ("rows_needed", ["S1", "S2"])


def with_shared_text(text: bytes, *, cells: int, before: bytes = b"") -> bytes:
    """One text, kept once, in many cells."""
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="s">%s<v>0</v></c></row>' % (row, row, before) for row in range(1, cells + 1)
    )
    relation = (
        b'<Relationship Id="rId99" Target="sharedStrings.xml" Type='
        b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
    )

    def change(name: str, part: bytes) -> bytes:
        if name.endswith("sheet1.xml"):
            start, end = part.index(b"<sheetData"), part.index(b"<pageMargins")
            return part[:start] + b"<sheetData>" + rows + b"</sheetData>" + part[end:]
        return part.replace(b"</Relationships>", relation) if name.endswith("workbook.xml.rels") else part

    out = io.BytesIO(rewritten(workbook(Data=[["a"]]), change))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'
        archive.writestr("xl/sharedStrings.xml", strings % text)
    return out.getvalue()


def test_one_long_text_in_many_cells_does_not_fill_the_memory() -> None:
    limits = Limits(max_unpacked=10_000_000)
    error = refusal(lambda: source_from(with_shared_text(b"x" * 30_000, cells=2_000), limits=limits))
    assert error.problem.code == "workbook_unpacks_too_large"
    error = refusal(lambda: source_from(with_shared_text(b"x" * 5_000_000, cells=5), limits=limits))
    assert error.problem.code == "workbook_unpacks_too_large"
    behind_formulas = with_shared_text(b"x" * 30_000, cells=2_000, before=b"<f>A1</f>")
    assert refusal(lambda: source_from(behind_formulas, limits=limits)).problem.code == "workbook_unpacks_too_large"
    source = source_from(with_shared_text(b"x" * 300, cells=2_000), limits=limits)
    assert {row.data["x" * 300] for row in source.rows()} == {"x" * 300}


def test_a_part_that_unpacks_to_more_than_it_says_is_refused() -> None:
    body = with_shared_text(b"x" * 30_000, cells=5)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        size = archive.getinfo("xl/sharedStrings.xml").file_size
    lying = body.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert refusal(lambda: source_from(lying)).problem.code == "workbook_broken"


def test_a_bomb_is_refused_by_what_it_would_unpack_to() -> None:
    bomb = rewritten(workbook(Data=[["a"]]), lambda name, part: part + b" " * (60_000_000 if "sheet1" in name else 0))
    error = refusal(lambda: source_from(bomb, limits=Limits(max_unpacked=50_000_000)))
    assert (error.problem.code, error.problem.params["limit"]) == ("workbook_unpacks_too_large", 50_000_000)


COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (COMPOUND + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "workbook_encrypted"),
        (COMPOUND + b"\0" * 600 + "Workbook".encode("utf-16-le"), "workbook_old"),
        (b"PK\x03\x04" + b"\0" * 50, "workbook_broken"),
        (b"not a workbook", "workbook_broken"),
    ],
)
def test_what_is_no_workbook_of_today_is_refused(body: bytes, code: str) -> None:
    assert refusal(lambda: source_from(body, name="file.xlsx")).problem.code == code


@pytest.mark.parametrize("cut", [30, 500, 2_000, -30])
def test_a_truncated_workbook_is_refused(cut: int) -> None:
    assert refusal(lambda: source_from(workbook(Data=[["a"], [1]])[:cut])).problem.code == "workbook_broken"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_a_workbook_with_a_damaged_part_is_refused(part: str) -> None:
    damaged = rewritten(workbook(Data=[["a"], [1]]), lambda name, text: b"<broken" if name == part else text)
    if part == "[Content_Types].xml":
        assert source_from(damaged).total == 1
    else:
        assert refusal(lambda: source_from(damaged)).problem.code in {"workbook_broken", "table_empty"}


def test_another_kind_of_archive_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(lambda: source_from(out.getvalue())).problem.code == "workbook_other_kind"


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (b"PK\x03\x04", "", "xlsx"),
        (b"PK\x03\x04", "x.csv", "xlsx"),
        (COMPOUND, "x.json", "xlsx"),
        (b"a;b", "x.CSV", "csv"),
        (b"[1]", "x.csv", "csv"),
        (b"a\tb", "x.tsv", "csv"),
        (b'\xef\xbb\xbf [{"a": 1}]', "", "json"),
        (b' {"a": 1}', "upload", "json"),
        (b"a;b\n1;2", "", "csv"),
        (b"", "x.xlsx", "xlsx"),
        (b"5", "x.json", "json"),
    ],
)
def test_the_kind_is_found_from_content_and_name(body: bytes, name: str, kind: str) -> None:
    assert kind_of(body, name=name) == kind


def test_a_kind_that_does_not_exist_is_refused() -> None:
    assert refusal(lambda: source_from(b"a", kind="pdf")).problem.code == "file_kind_unknown"


def test_a_sheet_without_header_has_columns_called_by_their_position() -> None:
    source = source_from(workbook(Data=[[1, "Ann", None], [2, "Bob", date(2026, 1, 2)]]), header_row=0)
    assert source.format.columns == ("column_1", "column_2", "column_3")
    assert [row.data["column_3"] for row in source.rows()] == [None, date(2026, 1, 2)]


def test_a_sheet_that_begins_with_values_is_doubted() -> None:
    values = source_from(workbook(Data=[[1, "Ann", 2.5], [2, "Bob", 3.5]]))
    named = source_from(workbook(Data=[["id", "name", "rate"], [1, "Ann", 2.5], [2, "Bob", 3.5]]))
    doubted = [any(note == "header_doubtful:1" for note in one.format.detected) for one in (values, named)]
    assert doubted == [True, False]
