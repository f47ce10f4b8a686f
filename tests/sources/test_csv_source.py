"""A delimited text file as numbered rows, whatever its encoding, delimiter and line ends."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.problems import Problem
from templates_app.sources.csv_delimiter import require_delimiter
from templates_app.sources.limits import Limits
from templates_app.sources.rows import Row, Source, SourceRefused
from tests.sources.opening import source_from
from tests.sources.refusals import refusal

PEOPLE = "Nom;Prénom;Ville\nMüller;Hélène;Besançon\nNoël;François;Nîmes\nLefèvre;Zoé;Orléans\n"


def opened(text: str | bytes, **options: Any) -> Source:
    return source_from(text.encode() if isinstance(text, str) else text, kind="csv", **options)


def rows_of(text: str | bytes, **options: Any) -> list[Row]:
    return list(opened(text, **options).rows())


def test_a_row_is_a_line_under_the_header() -> None:
    source = opened("id,name\n1,Ann\n2,\n")
    assert [(row.number, row.data, row.problem) for row in source.rows()] == [
        (2, {"id": "1", "name": "Ann"}, None),
        (3, {"id": "2", "name": ""}, None),
    ]
    assert (source.total, source.format.columns, source.format.header_row) == (2, ("id", "name"), 1)


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),
        ("mac_roman", "mac_roman"),
    ],
)
def test_the_encoding_is_found(encoding: str, named: str) -> None:
    source = opened(PEOPLE.encode(encoding))
    assert source.format.encoding == named
    assert [row.data["Prénom"] for row in source.rows()] == ["Hélène", "François", "Zoé"]


def test_central_european_and_dos_texts_are_found() -> None:
    polish = "Imię;Nazwisko;Miasto\nŁukasz;Dąbrowski;Łódź\nZażółć;Gęślą;Kraków\nMałgorzata;Wójcik;Gdańsk\n"
    assert rows_of(polish.encode("cp1250"))[0].data["Miasto"] == "Łódź"
    assert rows_of(PEOPLE.encode("cp850"))[0].data["Prénom"] == "Hélène"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "UTF-16"])
def test_a_given_encoding_of_two_orders_needs_no_mark(encoding: str) -> None:
    for order in ("-le", ""):
        source = opened(PEOPLE.encode(f"{encoding.lower()}{order}"), encoding=encoding)
        assert next(iter(source.rows())).data["Prénom"] == "Hélène"
    assert refusal(lambda: opened("a;b\n1;2\n3;é\n", encoding=encoding)).problem.code == "undecodable"


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "utf-16-le", "UTF8", "ISO-8859-15", "cp1251"])
def test_a_given_encoding_is_not_doubted(encoding: str) -> None:
    text = "a;b\n1;x\n" if encoding == "cp1251" else PEOPLE
    source = opened(text.encode(encoding), encoding=encoding)
    assert source.total == text.count("\n") - 1
    assert not any(note.startswith("encoding") for note in source.format.detected)


def test_bytes_the_given_encoding_does_not_know_are_refused_with_their_line() -> None:
    error = refusal(lambda: opened("a;b\n1;2\n3;é\n".encode("latin-1"), encoding="utf-8"))
    assert (error.problem.code, error.line) == ("undecodable", 3)
    error = refusal(lambda: opened(b"a;b\r\n" + b"1;2\r\n" * 300_000 + b"1;\x81\r\n", encoding="cp1252"))
    assert (error.problem.code, error.line) == ("undecodable", 300_002)


@pytest.mark.parametrize("name", ["klingon", "utf-7", "zip", "rot13", "unicode_escape", "idna", "base64", "\0", ""])
def test_only_encodings_of_files_are_taken(name: str) -> None:
    if name:
        assert refusal(lambda: opened("a,b\n1,2\n", encoding=name)).problem.code == "encoding_unknown"
    else:
        assert opened("a,b\n1,2\n", encoding=name).format.encoding == "utf-8"


@pytest.mark.parametrize(
    ("body", "line"),
    [(b"a,b\n1,\0\n", 2), (b"a\0,b\n1,2\n", 1), (b"a,b\r1,2\r3,\x004\r", 3), ("a,b\n1,\0".encode("utf-16"), 2)],
)
def test_nul_is_refused_with_its_line(body: bytes, line: int) -> None:
    error = refusal(lambda: opened(body))
    assert (error.problem.code, error.line) == ("nul_character", line)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_end_will_do(end: str, last: bool) -> None:
    text = end.join(["a;b", "1;2", "3;4"]) + (end if last else "")
    assert [(row.number, row.data) for row in rows_of(text)] == [(2, {"a": "1", "b": "2"}), (3, {"a": "3", "b": "4"})]


def test_line_ends_may_be_mixed() -> None:
    assert [row.number for row in rows_of("a;b\r\n1;2\n3;4\r5;6")] == [2, 3, 4]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = [["name", "text", "n"], ["Ann", "one, two; three", "1"], ["Bob", "a|b, c, d", "2"], ["Cy", "", "3"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    source = opened(text.getvalue())
    assert source.format.delimiter == delimiter
    assert [list(row.data.values()) for row in source.rows()] == lines[1:]


@pytest.mark.parametrize(
    ("header", "row", "delimiter"),
    [
        ("id;address", "{};Main 1, 1010 Wien, Austria", ";"),
        ("id,list", '{},"a; b; c"', ","),
        ("a\tb\tc", "{}\t1,5\t2,5,5", "\t"),
    ],
)
def test_a_sign_that_every_value_holds_and_the_header_does_not_is_no_delimiter(
    header: str, row: str, delimiter: str
) -> None:
    source = opened("\n".join([header, *map(row.format, range(40))]))
    assert (source.format.delimiter, source.format.columns) == (delimiter, tuple(header.split(delimiter)))


@pytest.mark.parametrize("count", [40, 100])
def test_a_sign_that_every_row_holds_once_is_no_delimiter_though_some_rows_are_wider(count: int) -> None:
    rows = [f"{number};{number},50;x" + ";beyond" * (number in (10, 20)) for number in range(count)]
    assert opened("\n".join(["id;price;c", *rows])).format.columns == ("id", "price", "c")


def test_a_sign_that_stands_in_every_line_in_other_numbers_is_no_delimiter() -> None:
    rows = [f"{number};a, b, c{', d' * (number == 7)};x" for number in range(12)]
    assert opened("\n".join(["id;what, where, why;c", *rows])).format.columns == ("id", "what, where, why", "c")


def test_excels_own_first_line_names_the_delimiter() -> None:
    source = opened("sep=|\na|b\n1,2|3,4\n")
    assert source.format.delimiter == "|"
    assert [(row.number, row.data) for row in source.rows()] == [(3, {"a": "1,2", "b": "3,4"})]


@pytest.mark.parametrize("sign", ["x", "1", '"', "'", "_"])
def test_a_first_line_that_names_no_delimiter_names_none(sign: str) -> None:
    assert opened(f"sep={sign}\na;b\n1;2\n").format.delimiter == ";"


@pytest.mark.parametrize("said", ["", ";", " ", "\t", "§", "+|", "\x1f"])
def test_a_sign_or_a_few_separate_cells(said: str) -> None:
    require_delimiter(said)


@pytest.mark.parametrize("said", ["x", "é", "ש", "1", "²", '"', "'", "\n", ";\r", "_", ";;;;", "om"])
def test_what_stands_in_cells_or_around_them_never_separates_them(said: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        require_delimiter(said)
    assert refused.value.problem == Problem("delimiter_unfit", {"delimiter": said})


def test_a_file_of_one_column_needs_no_delimiter() -> None:
    source = opened("Nom\nAnn\nBob\n")
    assert source.format.delimiter == ""
    assert [row.data for row in source.rows()] == [{"Nom": "Ann"}, {"Nom": "Bob"}]


@pytest.mark.parametrize("delimiter", ["+|", ""])
def test_delimiters_of_several_signs_and_their_row_ends(delimiter: str) -> None:
    text = '1+|Ann "A"+|<x y="1"/>&|\n2+|Bob+|line one\nline two&|\n3+|Cy+|&|\n'
    source = opened(text, delimiter=delimiter, columns=("id", "name", "xml"))
    assert source.format.delimiter == "+|"
    assert [(row.number, list(row.data.values())) for row in source.rows()] == [
        (1, ["1", 'Ann "A"', '<x y="1"/>']),
        (2, ["2", "Bob", "line one\nline two"]),
        (4, ["3", "Cy", ""]),
    ]
    assert [row.data["b"] for row in rows_of("1+|x|y&|\n2+|z&|\n", delimiter="+|", columns=("a", "b"))] == ["x|y", "z"]


def test_delimiters_of_several_signs_without_row_ends() -> None:
    source = opened("id||name\n1||Ann\n\n2||Bob", delimiter="||")
    assert [(row.number, row.data) for row in source.rows()] == [
        (2, {"id": "1", "name": "Ann"}),
        (4, {"id": "2", "name": "Bob"}),
    ]


def test_a_quoted_cell_may_hold_delimiters_quotes_and_line_ends() -> None:
    rows = rows_of('a;b\n"x;y";"line 1\r\nline ""2"""\n3;4\n')
    assert [(row.number, row.data) for row in rows] == [
        (2, {"a": "x;y", "b": 'line 1\r\nline "2"'}),
        (4, {"a": "3", "b": "4"}),
    ]


def test_a_quote_that_is_never_closed_is_refused_with_the_line_it_opens_in() -> None:
    error = refusal(lambda: opened('a;b\n1;2\n3;"4\n5;6\n7;8\n'))
    assert (error.problem.code, error.line) == ("quote_not_closed", 3)
    error = refusal(lambda: opened('a;b\n1;"' + "x;y\n" * 100_000))
    assert error.line == 2


def test_quotes_inside_a_cell_are_text() -> None:
    assert rows_of('a;b\n5" pipe;say "hi"\n')[0].data == {"a": '5" pipe', "b": 'say "hi"'}


@pytest.mark.parametrize(
    ("before", "number"),
    [
        ("Export of 12/03/2024\n", 2),
        ("Customers;;;\n\nPrinted by;Ann;;\n", 4),
        ("\n\n \n", 4),
        ('"A title\nof two lines"\n', 3),
        ("Report\nPage 1\n\n", 4),
    ],
)
def test_lines_before_the_header_are_passed_over(before: str, number: int) -> None:
    source = opened(f"{before}id;name;city;zip\n1;Ann;Rennes;35000\n2;Bob;;\n3;Cy;Brest;29200\n")
    assert (source.format.header_row, source.format.columns) == (number, ("id", "name", "city", "zip"))
    assert f"header_detected:{number}" in source.format.detected
    assert [row.number for row in source.rows()] == [number + 1, number + 2, number + 3]


@pytest.mark.parametrize("header", [";Name;x", "Name;;x"])
def test_a_header_may_leave_one_column_without_a_name(header: str) -> None:
    source = opened(f"{header}\n0;a;b\n1;c;d\n")
    assert source.format.header_row == 1
    assert [row.data["x"] for row in source.rows()] == ["b", "d"]


def test_a_given_header_row_is_taken() -> None:
    assert opened("x;y\na;b\n1;2\n", header_row=2).format.columns == ("a", "b")
    error = refusal(lambda: opened("a;b\n1;2\n", header_row=9))
    assert (error.problem.code, error.line) == ("header_not_found", 9)


def test_a_source_without_header_is_read_with_given_columns() -> None:
    rows = rows_of("1;2\n3;4\n", columns=("a", "b"))
    assert [(row.number, row.data) for row in rows] == [(1, {"a": "1", "b": "2"}), (2, {"a": "3", "b": "4"})]
    assert [row.data for row in rows_of("x;y\n3;4\n", columns=("a", "b"), header_row=1)] == [{"a": "3", "b": "4"}]


def test_a_first_line_that_repeats_the_given_columns_is_a_header() -> None:
    rows = rows_of("a; b;row\n1;2;9\n", columns=("a", "b"))
    assert [(row.number, row.data) for row in rows] == [(2, {"a": "1", "b": "2", "row": "9"})]
    assert [row.data["a"] for row in rows_of("a;b\n1;2\n", columns=("a", "b"), header_row=0)] == ["a", "1"]


def test_without_header_and_names_the_columns_are_called_by_their_position() -> None:
    source = opened("1;Ann;;\n2;Bob;x;\n3;Cy;;\n", header_row=0)
    assert source.format.columns == ("column_1", "column_2", "column_3")
    assert (source.total, source.format.header_row) == (3, 0)
    assert "header_absent" in source.format.detected
    assert [(row.number, row.data["column_2"], row.problem) for row in source.rows()] == [
        (1, "Ann", None),
        (2, "Bob", None),
        (3, "Cy", None),
    ]


def test_made_up_names_in_the_first_line_are_a_header() -> None:
    rows = rows_of("column_1;column_2;row\n1;2;9\n", header_row=0)
    assert [(row.number, row.data) for row in rows] == [(2, {"column_1": "1", "column_2": "2", "row": "9"})]


def test_an_empty_file_is_empty_without_header_too() -> None:
    assert refusal(lambda: opened("\n \n", header_row=0)).problem.code == "table_empty"


def test_a_first_line_of_values_is_taken_as_header_and_doubted() -> None:
    source = opened("292;Bikes;2014-09-12\n294;Wheels;2014-09-13\n")
    assert (source.format.header_row, source.format.columns) == (1, ("292", "Bikes", "2014-09-12"))
    assert "header_doubtful:1" in source.format.detected


@pytest.mark.parametrize("options", [{"header_row": 1}, {"columns": ("a", "b", "c")}])
def test_what_was_said_of_the_header_is_not_doubted(options: dict[str, Any]) -> None:
    detected = opened("292;Bikes;2014-09-12\n294;Wheels;2014-09-13\n", **options).format.detected
    assert not any(note.startswith("header_doubtful") for note in detected)


def test_a_table_with_gaps_in_every_row_has_its_first_row_for_a_header() -> None:
    source = opened("a;;;;\n;;1;;\n;2;;;\n;;;;3\n")
    assert (source.format.header_row, source.total) == (1, 3)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_beats_the_given_encoding(encoding: str) -> None:
    assert rows_of(PEOPLE.encode(encoding), encoding="cp1252")[1].data["Prénom"] == "François"


def test_empty_columns_at_the_end_are_left_out() -> None:
    source = opened("a;b;;\n1;2;;\n3;4\n5;6; ;;;\n")
    assert source.format.columns == ("a", "b")
    assert "columns_empty:2" in source.format.detected
    assert [row.problem for row in source.rows()] == [None, None, None]


def test_a_nameless_column_with_values_is_called_by_its_position() -> None:
    source = opened("a;;b;c;d;e;\n1;2;3;4;5;6;7\n5;6;7;8;9;0;\n")
    assert source.format.columns == ("a", "column_2", "b", "c", "d", "e", "column_7")
    assert {"header_unnamed:2", "header_unnamed:7"} <= set(source.format.detected)


def test_a_header_that_occurs_twice_is_numbered_and_noted() -> None:
    source = opened("id;dateDebut;dateDebut;dateDebut_2;dateDebut\n1;2;3;4;5\n")
    assert source.format.columns == ("id", "dateDebut", "dateDebut_3", "dateDebut_2", "dateDebut_4")
    assert source.format.detected.count("header_repeated:dateDebut") == 2


def test_blanks_around_a_header_go() -> None:
    assert opened(" id ;\u00a0Nom usage \n1;2\n").format.columns == ("id", "Nom usage")


@pytest.mark.parametrize(("line", "found"), [("1", 1), ("1;2", 2), ("1;2;3;4", 4), (";;;4", 4), ("1;2;3;;5;", 5)])
def test_a_line_with_another_number_of_cells_fails_alone(line: str, found: int) -> None:
    good, bad, last = rows_of(f"a;b;c\n1;2;3\n{line}\n4;5;6\n")
    assert bad.problem is not None
    assert (bad.number, bad.problem.code) == (3, "row_shape")
    assert bad.problem.params == {"expected": 3, "found": found}
    assert list(bad.data.values()) == line.rstrip(";").split(";") if line != ";;;4" else True
    assert (good.problem, last.problem) == (None, None)


def test_blank_lines_are_no_rows() -> None:
    assert [row.number for row in rows_of("a;b\n\n1;2\n;\n  \n3;4\n\n")] == [3, 6]


@pytest.mark.parametrize("body", [b"", b"\n\n", b";;\n;;\n", b"\xef\xbb\xbf"])
def test_a_file_without_any_value_is_refused(body: bytes) -> None:
    assert refusal(lambda: opened(body)).problem.code == "table_empty"


def test_a_header_alone_gives_no_rows() -> None:
    assert (opened("a;b\n").total, rows_of("a;b\n")) == (0, [])


def test_limits_are_named() -> None:
    error = refusal(lambda: opened("a\n1\n2\n3\n", limits=Limits(max_rows=2)))
    assert (error.problem.code, error.problem.params["limit"]) == ("too_many_rows", 2)
    error = refusal(lambda: opened("a;b;c\n1;2;3\n", limits=Limits(max_fields=2)))
    assert (error.problem.code, error.problem.params["limit"]) == ("too_many_fields", 2)
    error = refusal(lambda: opened("a;b;c\n1;2;3\n", limits=Limits(max_body=2)))
    assert (error.problem.code, error.problem.params["limit"]) == ("body_too_large", 2)
    error = refusal(lambda: opened("a;b\n1;" + "x" * 200_000 + "\n"))
    assert (error.problem.code, error.line) == ("text_over_limit", 2)


def test_a_cell_that_is_too_long_fails_its_row() -> None:
    long, good = rows_of("a;b\n1;" + "x" * 32_001 + "\n2;" + "x" * 32_000 + "\n")
    assert long.problem is not None
    assert (long.problem.code, long.problem.params["limit"], good.problem) == ("text_over_limit", 32_000, None)


def test_rows_can_be_read_again_and_from_a_line_on() -> None:
    source = opened("a;b\n1;2\n\n3;4\n5;6\n")
    assert list(source.rows()) == list(source.rows())
    assert [row.number for row in source.rows(after=2)] == [4, 5]
    assert [row.number for row in source.rows(after=9)] == []


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=12).map(str.strip)


@given(
    table=st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8)
    ),
    delimiter=st.sampled_from([";", ",", "\t", "|"]),
    end=st.sampled_from(["\r\n", "\n"]),
)
def test_what_is_written_is_read_again(table: list[list[str]], delimiter: str, end: str) -> None:
    columns = tuple(f"c{position}" for position in range(len(table[0]) if table else 2))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([columns, *table])
    found = rows_of(text.getvalue(), delimiter=delimiter)
    assert [list(row.data.values()) for row in found] == [line for line in table if any(line)]


@given(body=st.binary(max_size=80))
def test_no_file_raises_anything_but_a_refusal(body: bytes) -> None:
    try:
        list(opened(body).rows())
    except ValueError:
        refusal(lambda: opened(body))
