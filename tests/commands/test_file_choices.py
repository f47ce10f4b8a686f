"""Options about a file: what they may be, and to which files they apply."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError

from integration_admin.commands import ScriptCommand
from sync_app.management.file_choices import file_choices
from sync_app.runs.options import FileOptions

NOTHING: dict[str, Any] = {"encoding": "", "delimiter": "", "sheet": "", "header_row": None}
CSV = (b"a;b\n1;2\n", "rows.csv")
XLSX = (b"PK\x03\x04", "rows.xlsx")
JSON = (b'[{"a": 1}]', "rows.json")


def chosen(file: tuple[bytes, str], **given: Any) -> FileOptions:
    command = ScriptCommand()
    command.as_json = False
    return file_choices(command, NOTHING | given, body=file[0], name=file[1])


@pytest.mark.parametrize("written", ["tab", "\\t", "\t"])
def test_a_tab_is_understood_as_people_write_it(written: str) -> None:
    assert chosen(CSV, delimiter=written).delimiter == "\t"


@pytest.mark.parametrize("written", [";", "|", " ", "+|", "&+|", "§"])
def test_signs_may_be_delimiters(written: str) -> None:
    assert chosen(CSV, delimiter=written).delimiter == written


@pytest.mark.parametrize("written", ["xx", "x", "\\n", "\n", '"', "tabs", "1", ";;;;"])
def test_a_delimiter_that_cuts_nothing_is_refused(written: str) -> None:
    with pytest.raises(CommandError, match="cannot be a delimiter") as refused:
        chosen(CSV, delimiter=written)
    assert refused.value.returncode == 2


def test_rows_count_from_one() -> None:
    assert chosen(CSV, header_row=0).header_row == 0
    with pytest.raises(CommandError, match="Rows count from 1"):
        chosen(CSV, header_row=-1)


@pytest.mark.parametrize(
    ("file", "given", "named"),
    [
        (CSV, {"sheet": "Two"}, "--sheet"),
        (JSON, {"sheet": "Two"}, "--sheet"),
        (JSON, {"header_row": 1}, "--header-row"),
        (JSON, {"delimiter": ";"}, "--delimiter"),
        (JSON, {"encoding": "cp1252"}, "--encoding"),
        (XLSX, {"delimiter": ";"}, "--delimiter"),
        (XLSX, {"encoding": "cp1252"}, "--encoding"),
    ],
)
def test_an_option_that_is_nothing_to_the_file_is_refused(
    file: tuple[bytes, str], given: dict[str, Any], named: str
) -> None:
    with pytest.raises(CommandError, match=f"{named} is nothing to a file that is read as") as refused:
        chosen(file, **given)
    assert refused.value.returncode == 2


def test_what_applies_is_taken() -> None:
    assert chosen(XLSX, sheet="Two", header_row=3) == FileOptions(sheet="Two", header_row=3)
    assert chosen(CSV, encoding="cp1252", delimiter=";") == FileOptions(encoding="cp1252", delimiter=";")
