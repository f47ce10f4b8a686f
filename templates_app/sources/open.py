"""One door for all sources: what kind of body it is, and its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .csv_source import read_csv
from .json_source import read_json
from .limits import DEFAULT_LIMITS, Limits
from .other_files import refuse_other_files
from .reading import AS_FOUND, Reading
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
    body: bytes | memoryview, *, name: str = "", reading: Reading = AS_FOUND, limits: Limits = DEFAULT_LIMITS
) -> Source:
    """The rows of a body. Everything that can be wrong with it as a whole is refused here, before a row is given.

    Raises SourceRefused.
    """
    view = body if isinstance(body, memoryview) else memoryview(body)
    if len(view) > limits.max_body:
        raise SourceRefused("body_too_large", limit=limits.max_body)
    chosen = reading.kind or kind_of(view, name=name)
    if reading.kind != "json":
        refuse_other_files(view)
    if chosen not in READERS:
        raise SourceRefused("file_kind_unknown", kind=chosen[:60])
    return READERS[chosen](view, reading, limits)


def _json(view: memoryview, reading: Reading, limits: Limits) -> Source:
    return read_json(view, rows_path=reading.rows_path, columns=reading.columns, limits=limits, names=reading.names)


def _xlsx(view: memoryview, reading: Reading, limits: Limits) -> Source:
    return read_xlsx(
        view,
        sheet=reading.sheet or reading.rows_path,
        columns=reading.columns,
        header_row=reading.header_row,
        names=reading.names,
        limits=limits,
    )


def _csv(view: memoryview, reading: Reading, limits: Limits) -> Source:
    return read_csv(
        view,
        columns=reading.columns,
        encoding=reading.encoding,
        delimiter=reading.delimiter,
        header_row=reading.header_row,
        names=reading.names,
        limits=limits,
    )


READERS: Final[dict[str, Callable[[memoryview, Reading, Limits], Source]]] = {
    "json": _json,
    "csv": _csv,
    "xlsx": _xlsx,
}


def kind_of(body: bytes | memoryview, *, name: str = "") -> str:
    """json, csv or xlsx: by how a workbook begins, then by the ending of the name, then by the first sign."""
    head = bytes(body[:64])
    if head.startswith((ZIP, COMPOUND)):
        return "xlsx"
    ending = name.rpartition(".")[2].lower()
    if ending in BY_ENDING:
        return BY_ENDING[ending]
    return "json" if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["} else "csv"
