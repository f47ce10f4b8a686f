"""The operations of a run as a file: written piece by piece, as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final, cast

import msgspec

from integration_admin.accounts.access import Actor
from sync_app.models import Run
from sync_app.runs.errors import RunConflict, RunUnprocessable
from sync_app.runs.labelled import labelled
from sync_app.runs.reports.report import PAGE_LIMIT, operations_page
from templates_app.sources.writers.cells import CONTROLS, MAX_CELL_TEXT, REPLACEMENT, text_of
from templates_app.sources.writers.streamed_sheet import stream_sheet
from templates_app.sources.writers.tables import SHEET_ROWS, CsvTable

KINDS: Final = ("csv", "xlsx", "json")
COLUMNS: Final = (
    "seq", "row", "item", "operation", "applied", "type", "key", "record", "field", "old", "new", "code", "message"
)  # fmt: skip
DELIMITER: Final = ";"

_encode = msgspec.json.Encoder(decimal_format="number").encode


def report_file(*, actor: Actor, run: Run, kind: str, **filters: str | None) -> Iterator[bytes]:
    """The operations that `operations_page` gives with these filters, all of them, in pieces.

    Tables have a line for each changed field, JSON an object for each operation. Raises RunConflict
    (`run_not_finished`) before the first piece.
    """
    if run.is_open:
        raise RunConflict("run_not_finished", status=run.status)
    pages = _pages(actor, run, filters)
    if kind == "json":
        return _json(pages)
    if kind == "csv":
        return _csv(pages)
    return stream_sheet(_lines_of(pages), columns=COLUMNS, name=f"run {run.pk}", full=_too_long)


def _too_long() -> Exception:
    return RunUnprocessable("report_too_long", limit=SHEET_ROWS)


def _pages(actor: Actor, run: Run, filters: dict[str, str | None]) -> Iterator[list[dict[str, Any]]]:
    after: int | None = 0
    while after is not None:
        page = operations_page(actor=actor, run=run, after=after, limit=PAGE_LIMIT, **cast("Any", filters))
        yield labelled(actor=actor, run=run, items=page.items)
        after = page.next


def _lines_of(pages: Iterator[list[dict[str, Any]]]) -> Iterator[list[Any]]:
    for page in pages:
        for item in page:
            yield from _lines(item)


def _lines(item: dict[str, Any]) -> Iterator[list[Any]]:
    """An operation as lines: one a changed field, or one that says why there is none."""
    place = [item["seq"], item["row"] or None, item["item"], item["operation"], item["applied"]]
    place += [item["type"], item["key"], item["record"]]
    told = " ".join(dict.fromkeys(problem["message"] for problem in item["problems"]))
    for name, change in item["changes"].items():
        yield [*place, name, _cell(change["old"]), _cell(change["new"]), item["code"], told]
    if not item["changes"]:
        field = next((problem["field"] for problem in item["problems"] if problem["field"]), "")
        value = next((problem["value"] for problem in item["problems"] if problem["value"]), None)
        yield [*place, field, None, value, item["code"], told]


def _cell(value: Any) -> Any:
    """Values of lists one after the other; a text that no sheet holds is cut."""
    if isinstance(value, list):
        value = ", ".join(text_of(one) for one in value)
    if isinstance(value, str):
        return CONTROLS.sub(REPLACEMENT, value)[:MAX_CELL_TEXT]
    return value if value is None or isinstance(value, bool | int | float) else text_of(value)[:MAX_CELL_TEXT]


# --- kinds


def _json(pages: Iterator[list[dict[str, Any]]]) -> Iterator[bytes]:
    separator = b"[\n"
    for page in pages:
        for item in page:
            yield separator + _encode(item)
            separator = b",\n"
    yield b"[]\n" if separator == b"[\n" else b"\n]\n"


def _csv(pages: Iterator[list[dict[str, Any]]]) -> Iterator[bytes]:
    out = BytesIO()
    table = CsvTable(out, delimiter=DELIMITER, guard=True)
    table.write(COLUMNS)
    yield _taken(out)
    for page in pages:
        for line in _lines_of(iter([page])):
            table.write(line)
        yield _taken(out)


def _taken(out: BytesIO) -> bytes:
    """What was written since; the buffer is empty again."""
    piece = out.getvalue()
    out.seek(0)
    out.truncate()
    return piece
