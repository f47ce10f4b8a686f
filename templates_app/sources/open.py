"""One door for all sources: what kind of body it is, and its rows."""

from __future__ import annotations

from typing import Final

from .csv_source import read_csv
from .header_names import WantedNames
from .json_source import read_json
from .limits import DEFAULT_LIMITS, Limits
from .other_files import refuse_other_files
from .rows import Source, SourceRefused
from .xlsx_source import read_xlsx

KINDS: Final = ("json", "csv", "xlsx")
ZIP: Final = b"PK\x03\x04"
COMPOUND: Final = b"\xd0\xcf\x11\xe0"
BY_ENDING: Final = {
    "json": "json",
    "jsonl": "json",
    "ndjson": "json",
    "csv": "csv",
    "tsv": "csv",
    "tab": "csv",
    "txt": "csv",
    "xlsx": "xlsx",
    "xlsm": "xlsx",
    "xls": "xlsx",
    "xlsb": "xlsx",
    "ods": "xlsx",
}


def open_source(
    body: bytes | memoryview,
    *,
    name: str = "",
    kind: str | None = None,
    rows_path: str = "",
    columns: tuple[str, ...] = (),
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    header_row: int | None = None,
    names: WantedNames = (),
    limits: Limits = DEFAULT_LIMITS,
) -> Source:
    """The rows of a body. Everything that can be wrong with it as a whole is refused here, before a row is given.

    `kind` is json, csv or xlsx; without it the content decides, then the ending of `name`. `rows_path` is `In Rows`: a
    path for JSON, the sheet for a workbook where `sheet` is not given. `columns` name the columns of a table without a
    header. `encoding`, `delimiter`, `header_row` (from 1; 0 = none: without `columns` they are called `column_1` and so
    on) are detected when not given. `names` are those that will be read of the rows: where nobody said which row is the
    header, it is the one with most of them. Raises SourceRefused.
    """
    view = body if isinstance(body, memoryview) else memoryview(body)
    if len(view) > limits.max_body:
        raise SourceRefused("body_too_large", limit=limits.max_body)
    chosen = kind or kind_of(view, name=name)
    if kind != "json":
        refuse_other_files(view)
    if chosen == "json":
        return read_json(view, rows_path=rows_path, columns=columns, limits=limits, names=names)
    if chosen == "xlsx":
        return read_xlsx(
            view, sheet=sheet or rows_path, columns=columns, header_row=header_row, names=names, limits=limits
        )
    if chosen == "csv":
        return read_csv(
            view,
            columns=columns,
            encoding=encoding,
            delimiter=delimiter,
            header_row=header_row,
            names=names,
            limits=limits,
        )
    raise SourceRefused("file_kind_unknown", kind=chosen[:60])


def kind_of(body: bytes | memoryview, *, name: str = "") -> str:
    """json, csv or xlsx: by how a workbook begins, then by the ending of the name, then by the first sign."""
    head = bytes(body[:64])
    if head.startswith((ZIP, COMPOUND)):
        return "xlsx"
    ending = name.rpartition(".")[2].lower()
    if ending in BY_ENDING:
        return BY_ENDING[ending]
    return "json" if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["} else "csv"
