"""The file of the failed rows can be repaired and imported again: it holds what the source held, where it held it."""

from __future__ import annotations

import codecs
import io
import json
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.problems import Problem
from templates_app.sources.cuts import first_part
from templates_app.sources.limits import DEFAULT_LIMITS
from templates_app.sources.reading import Reading
from templates_app.sources.rows import Source
from templates_app.sources.writers.failed import FailedItem, write_failed
from tests.sources.opening import source_from
from tests.sources.test_xlsx_source import rewritten


def failed(source: Source, message: str = "not a date", **options: Any) -> bytes:
    """All rows of a source, as if each had failed."""
    out = io.BytesIO()
    items = [
        FailedItem(
            number=row.number,
            data=row.data,
            parents=row.parents,
            faults=row.faults,
            code="date_invalid",
            message=message,
        )
        for row in source.rows()
    ]
    assert write_failed(items, format=source.format, out=out, **options) == source.total
    return out.getvalue()


def without_added(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in {"row", "code", "message"}}


CSV = [
    'id;Nom usage;né le\n1;=cmd();31/02/2026\n2;\'=x;\n\n3;"a;b\nc";x\n',
    "id,name\r1,  spaced  \r2,-5\r",
    "Report\n\nid|a|b\n1|2|3\n4|5|6\n",
    "id;date;date\n1;2;3\n",
    "Nom\nAnn\nBob; Cy\n",
    "Name;Name_2;Name;code;code\n1;2;3;4;5\n",
    'Name;"Name\n";"First\nname";"First\r\nname"\n1;2;3;4\n',
    ";Name;x\n0;a;b\n1;c;d\n",
    "Name;;x\n0;a;b\n1;c;d\n",
    "Name;;;\n1;2;3;4\n5;6;7;8\n",
]


@pytest.mark.parametrize("text", CSV)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_csv_comes_back_with_the_same_columns_order_and_values(text: str, encoding: str) -> None:
    source = source_from(text.encode(encoding), kind="csv", encoding=encoding)
    again = source_from(failed(source), kind="csv")
    names, own = again.format.columns[-3:], len(source.format.columns)
    assert again.format.columns == (*source.format.columns, *names)
    found = [list(row.data.values()) for row in again.rows()]
    assert [dict(zip(again.format.columns, cells[:own], strict=False)) for cells in found] == [
        row.data for row in source.rows()
    ]
    assert [cells[own:] for cells in found] == [
        [str(row.number), "date_invalid", "not a date"] for row in source.rows()
    ]


def test_the_options_given_for_the_original_hold_for_the_file() -> None:
    options: dict[str, Any] = {"encoding": "cp1252", "delimiter": "|", "header_row": 3}
    source = source_from("Été\n\nid|été\n1|é\n".encode("cp1252"), kind="csv", **options)
    again = source_from(failed(source), kind="csv", **options)
    assert [without_added(row.data) for row in again.rows()] == [{"id": "1", "été": "é"}]


@pytest.mark.parametrize(("delimiter", "end"), [("+|", "&|\n"), ("||", "\n"), ("\t", "\n"), (";", "\n")])
def test_a_source_without_header_comes_back_with_one_and_its_columns_still_hold(delimiter: str, end: str) -> None:
    columns = ("id", "name", "note")
    text = end.join(delimiter.join(cells) for cells in (["1", "Ann", ""], ["2", '"B"', "x"], ["3", "Cy", "y"])) + end
    source = source_from(text.encode(), kind="csv", columns=columns, delimiter=delimiter)
    again = source_from(failed(source), kind="csv", columns=columns, delimiter=delimiter)
    assert again.format.columns == (*columns, "row", "code", "message")
    assert [without_added(row.data) for row in again.rows()] == [row.data for row in source.rows()]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("header_row", [None, 0, 1])
def test_the_columns_of_the_template_hold_for_the_file_as_well(kind: str, header_row: int | None) -> None:
    rows = [["x", "y"], ["1", "2"], ["3", "4"]]
    body = workbook(rows) if kind == "xlsx" else "".join(f"{';'.join(cells)}\n" for cells in rows).encode()
    options: dict[str, Any] = {"columns": ("a", "b"), "header_row": header_row}
    source = source_from(body, **options)
    again = source_from(failed(source), **options)
    assert again.format.columns == ("a", "b", "row", "code", "message")
    assert [(without_added(row.data), row.problem) for row in again.rows()] == [
        (row.data, None) for row in source.rows()
    ]


def test_a_line_with_too_few_cells_is_refused_until_it_is_repaired() -> None:
    body = b"a;b;c\n1;2\n4;5;6\n"
    for _ in range(2):
        body = failed(source_from(body))
        assert body.decode().splitlines()[1:] == ["1;2;2;date_invalid;not a date", "4;5;6;3;date_invalid;not a date"]
        assert [row.problem is None for row in source_from(body).rows()] == [False, True]
    (row, _) = source_from(body.replace(b"1;2;2", b"1;;2;2")).rows()
    assert (row.problem, without_added(row.data)) == (None, {"a": "1", "b": "", "c": "2"})


def test_names_like_ours_that_the_template_reads_are_the_sources_own() -> None:
    again = source_from(failed(source_from(b"id;row;code;message\n1;2;3;4\n"), own=True))
    assert again.format.columns == ("id", "row", "code", "message", "row_2", "code_2", "message_2")
    assert [[*row.data.values()][:4] for row in again.rows()] == [["1", "2", "3", "4"]]
    (data,) = json.loads(failed(source_from(b'[{"row": 5, "code": "c", "message": "m"}]'), own=True))
    assert (data["row"], data["row_2"], data["code_2"]) == (5, 1, "date_invalid")


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_failing_again_does_not_add_the_columns_twice(kind: str) -> None:
    body = {"csv": b"id;a\n1;x\n", "json": b'[{"id": 1, "a": "x"}]', "xlsx": workbook([["id", "a"], [1, "x"]])}[kind]
    once = source_from(failed(source_from(body)))
    twice = source_from(failed(once, "still not a date"))
    assert twice.format.columns == ("id", "a", "row", "code", "message")
    assert [row.data["message"] for row in twice.rows()] == ["still not a date"]


def test_a_source_that_has_such_names_keeps_its_own() -> None:
    again = source_from(failed(source_from(b"code;id\nA;1\n")))
    assert again.format.columns == ("code", "id", "row", "code_2", "message")
    (row,) = again.rows()
    assert (row.data["code"], row.data["code_2"]) == ("A", "date_invalid")
    (data,) = json.loads(failed(source_from(b'[{"message": "m", "id": 1}]')))
    assert data == {"message": "m", "id": 1, "row": 1, "code": "date_invalid", "message_2": "not a date"}


def test_cells_beyond_the_columns_are_not_lost() -> None:
    source = source_from(b"a;b\n1;2\n3;4;5;6\n")
    assert failed(source).decode().splitlines()[2] == "3;4;3;date_invalid;not a date;5;6"


@pytest.mark.parametrize(("delimiter", "end"), [(";", "\n"), ("+|", "&|\n")])
def test_no_cell_is_run_by_a_spreadsheet_and_all_are_read_as_they_were(delimiter: str, end: str) -> None:
    text = "".join(delimiter.join(cells) + end for cells in (["@a", "b"], ["=1", "'=2"], ["+33 6", "-5"], ["x", ""]))
    source = source_from(text.encode(), kind="csv", delimiter=delimiter)
    body = failed(source, "=HYPERLINK()")
    assert not {cell[0] for line in body.decode("utf-8-sig").splitlines() for cell in line.split(delimiter) if cell} & {
        *"=+@"
    }
    again = list(source_from(body, kind="csv", delimiter=delimiter).rows())
    assert [without_added(row.data) for row in again] == [row.data for row in source.rows()]
    assert [row.data["message"] for row in again] == ["=HYPERLINK()"] * 3
    repaired = body.removeprefix(codecs.BOM_UTF8).replace(b"'+33 6", b"+33 7")
    assert next(iter(source_from(repaired, kind="csv", delimiter=delimiter).rows())).data["@a"] == "=1"


def test_a_file_that_is_none_of_ours_keeps_the_apostrophes_that_no_guards_are() -> None:
    source = source_from("\ufeffa;b;c;d\n'=1;x;=2;y\n".encode())
    assert next(iter(source.rows())).data == {"a": "'=1", "b": "x", "c": "=2", "d": "y"}


def test_the_failed_rows_of_a_guarded_file_are_guarded() -> None:
    body = "\ufeffa;b\n'=1;x\n'-2x;y\n".encode()
    source = source_from(body)
    (first, second) = source_from(failed(source, "=HYPERLINK()")).rows()
    assert b"'=1" in failed(source)
    assert (first.data["a"], second.data["a"], first.data["message"]) == ("=1", "-2x", "=HYPERLINK()")


JSON = [
    (b'[{"id": 1, "n": 1.50, "x": [1, {"y": null}]}, {"id": 2}]', ""),
    (b'{"rows": [{"id": 1}, {"id": 2}]}', ""),
    (b'{"total": 2, "data": {"by": "x", "rows": [{"id": 1}, {"id": 2}]}}', "data/rows"),
    (b'{"s": 1, "orders": [{"o": 1, "lines": [{"n": 1}, {"n": 2}]}, {"o": 2, "lines": [{"n": 3}]}]}', "orders/lines"),
    (b'[{"o": 1, "lines": [{"n": 1}]}, {"o": 2, "lines": [{"n": 3}]}]', "lines"),
    (b'{"a": [{"b": {"c": [{"n": 1}]}}, {"b": {"k": 1, "c": [{"n": 2}]}}]}', "a/b/c"),
    (b'{"a": [{"b": 1}, {"c": [{"n": 1}, {"n": 2}]}]}', "a/1/c"),
    (b'{"a": [{"b": 1}, {"c": [{"n": 1}, {"n": 2}]}]}', "a/-1/c"),
    (b'{"a": [[{"n": 0}], [{"n": 1}, {"n": 2}]]}', "a/1"),
    (b'{"a/b": [{"n": 1}], "a": 1}', "a/b"),
    (b'{"one": {"n": 1}, "x": 2}', "one"),
]


@pytest.mark.parametrize(("body", "path"), JSON)
def test_json_rows_come_back_where_they_stood(body: bytes, path: str) -> None:
    source = source_from(body, rows_path=path)
    again = source_from(failed(source), rows_path=path.replace("-1", "1"))
    assert [(without_added(row.data), row.parents) for row in again.rows()] == [
        (row.data, row.parents) for row in source.rows()
    ]
    assert [row.data["row"] for row in again.rows()] == [row.number for row in source.rows()]


def test_no_failed_row_is_an_empty_file_of_the_same_shape() -> None:
    for body, path in JSON:
        source = source_from(body, rows_path=path)
        out = io.BytesIO()
        assert write_failed([], format=source.format, out=out) == 0
        assert source_from(out.getvalue(), rows_path=path.replace("-1", "1")).total == 0


def test_a_row_that_is_no_object_is_kept_under_a_name() -> None:
    (data,) = json.loads(failed(source_from(b"[5]")))
    assert data == {"value": 5, "row": 1, "code": "date_invalid", "message": "not a date"}


def workbook(rows: list[list[Any]], *, sheet: str = "Feuille 1") -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].title = sheet
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_comes_back_with_its_types_its_name_and_its_header_row() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5)
    body = workbook([["Report"], [], ["id", "day", "at", "x", "no"], [1, date(2026, 1, 2), moment, "=1+1", None],
                     [2.5, None, None, True, None]])  # fmt: skip
    source = source_from(body, header_row=3)
    again = source_from(failed(source), header_row=3, sheet="Feuille 1")
    assert [without_added(row.data) for row in again.rows()] == [row.data for row in source.rows()]
    assert [row.data["row"] for row in again.rows()] == [4, 5]


NAMES = st.text("abcé /[]-_0", min_size=1, max_size=6).map(str.strip).filter(bool)
VALUES = st.none() | st.integers() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
ROWS = st.lists(st.dictionaries(NAMES, VALUES, max_size=4), min_size=1, max_size=4)


@given(groups=st.lists(st.tuples(st.dictionaries(NAMES, VALUES, max_size=2), ROWS), min_size=1, max_size=4))
def test_rows_of_any_parents_come_back(groups: list[tuple[dict[str, Any], list[dict[str, Any]]]]) -> None:
    body = {"orders": [{**{k: v for k, v in parent.items() if k != "lines"}, "lines": rows} for parent, rows in groups]}
    source = source_from(json.dumps({"site": "R", **body}).encode(), rows_path="orders/lines")
    again = source_from(failed(source), rows_path="orders/lines")
    found = [({**row.data}, row.parents) for row in again.rows()]
    for (data, parents), row in zip(found, source.rows(), strict=True):
        assert {name: data[name] for name in row.data} == row.data
        assert parents == row.parents


def test_what_held_no_value_in_a_workbook_holds_none_in_its_failed_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["id", "error", "sum", "text"])
    sheet.append([1, "#N/A", "=A1*2", "'#N/A"])
    sheet.append([2, "#DIV/0!", "x", "=text"])
    sheet["D2"].value, sheet["D3"].data_type = "#N/A", "s"
    sheet["D2"].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    once = source_from(out.getvalue())
    twice = source_from(failed(once))
    assert [row.faults for row in twice.rows()] == [row.faults for row in once.rows()]
    codes = [{name: fault.code for name, fault in row.faults.items()} for row in twice.rows()]
    assert codes == [{"error": "cell_error", "sum": "cell_uncalculated"}, {"error": "cell_error"}]
    assert [row.data["text"] for row in twice.rows()] == ["#N/A", "=text"]
    assert [row.faults for row in source_from(failed(twice)).rows()] == [row.faults for row in once.rows()]


def long_text() -> bytes:
    """A workbook of programs that know no limit: one of its texts is longer than a cell may be."""
    return rewritten(
        workbook([["id", "text"], ["#N/A", "x"], ["=A1", "y"], [3, "long"]]),
        lambda _, content: content.replace(b"<t>long</t>", b"<t>" + b"z" * 40_000 + b"</t>"),
    )


def test_a_text_that_no_cell_can_hold_is_cut_and_refused_again() -> None:
    source = source_from(failed(source_from(long_text()), "m" * 40_000))
    *_, row = source.rows()
    assert (row.data["id"], row.data["text"]) == (3, "z" * 32_767)
    assert row.problem == Problem("text_over_limit", {"limit": 32_000})


def test_the_first_rows_of_a_large_workbook_hold_its_errors_and_long_texts_as_well() -> None:
    part = first_part(long_text(), size=1_000_000, name="a.xlsx", reading=Reading(), limits=DEFAULT_LIMITS)
    rows = list(source_from(part.content).rows())
    codes = [fault.code for row in rows for fault in row.faults.values()]
    assert (codes, rows[2].problem) == (
        ["cell_error", "cell_uncalculated"],
        Problem("text_over_limit", {"limit": 32_000}),
    )
