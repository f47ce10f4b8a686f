"""A run's report as a person reads it in a shell: plain text, as wide as the terminal.

Values come from foreign files: they are never taken for markup, and control characters are shown as escapes.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sync_app.runs.sentences import message
from templates_app.catalog.problems import Problem, shown
from templates_app.sources.notes import notes_of
from templates_app.sources.rows import SourceFormat

WIDTH: Final = 110
NARROWEST: Final = 80
OUTCOMES: Final = ("inserted", "updated", "unchanged", "deleted", "skipped", "failed")
NAMES_SHOWN: Final = 20
LINE: Final = "─"
_encode: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode
# Notes that the first line on the source has said already.
SAID_AT_ONCE: Final = frozenset({"delimiter_detected", "header_detected", "sheet_detected"})
STATUS_STYLES: Final = {"succeeded": "green", "with_failures": "yellow"}


def report_text(report: Mapping[str, Any], *, operations: Sequence[Mapping[str, Any]] = (), more: int = 0) -> str:
    """Heading, counts per type, these operations and how many `more` there are, the errors, what was detected in the
    file, and how long it took.
    """
    parts: list[Text | Table] = [_heading(report), *_reason(report), *_source(report["source"]), _counts(report)]
    if operations:
        parts += [_operations(operations), *_rest(report["run"], more)]
    if report["errors"]:
        parts.append(_errors(report))
    parts.append(_statistics(report))
    return render(parts)


def render(parts: Iterable[Text | Table]) -> str:
    """The parts below each other; coloured only on a terminal."""
    out = io.StringIO()
    terminal = sys.stdout.isatty()
    width = max(NARROWEST, shutil.get_terminal_size((WIDTH, 25)).columns) if terminal else WIDTH
    Console(file=out, width=width, force_terminal=terminal, markup=False, highlight=False, emoji=False).print(
        *parts, sep="\n"
    )
    drawn = "\n".join(line.rstrip() for line in out.getvalue().splitlines())
    return drawn if _draws_lines() else drawn.replace(LINE, "-")


def _draws_lines() -> bool:
    """Whether the shell's encoding has the sign that tables are drawn with."""
    try:
        LINE.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def table(
    title: str, headers: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[str] = ()
) -> Table:
    """Rows of any values below a title; the columns named in `numbers` stand to the right."""
    drawn = Table(box=SIMPLE_HEAD, title=Text(title), title_justify="left", title_style="bold", pad_edge=False)
    for header in headers:
        drawn.add_column(header, justify="right" if header in numbers else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(_cell(value) for value in row))
    return drawn


def _cell(value: object) -> Text:
    return value if isinstance(value, Text) else Text("" if value is None else shown(value))


def _heading(report: Mapping[str, Any]) -> Text:
    what = "simulated " if report["simulate"] else ""
    name = f" with {report['template']}" if report["template"] else ""
    version = f" version {report['templateVersion']}" if report["templateVersion"] else ""
    text = Text(f"Run {report['run']}: {what}{report['kind']}{name}{version}, ", style="bold")
    status = str(report["status"])
    return text.append(status.replace("_", " "), style=STATUS_STYLES.get(status, "red"))


def _reason(report: Mapping[str, Any]) -> list[Text]:
    error = report["error"]
    return [Text(shown(error["message"]), style="red")] if error else []


def _counts(report: Mapping[str, Any]) -> Table:
    counts = report["counts"]
    rows = [(name, *(of[outcome] for outcome in OUTCOMES)) for name, of in report["byType"].items()]
    rows.append(("All", *(counts.get(outcome, 0) for outcome in OUTCOMES)))
    rows_in_all = counted(counts.get("rows", 0), "row")
    title = (
        f"{rows_in_all}: {counts.get('rowsOk', 0)} fine, {counts.get('rowsFailed', 0)} failed, "
        f"{counts.get('unprocessed', 0)} not processed"
    )
    return table(title, ["Type", *OUTCOMES], rows, numbers=OUTCOMES)


def counted(count: int, thing: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _operations(operations: Sequence[Mapping[str, Any]]) -> Table:
    rows = [(row_of(op), op["type"], op["operation"], op["key"], Text(told_of(op))) for op in operations]
    return table("Operations", ["Row", "Type", "Operation", "Key", "Changes"], rows, numbers=["Row"])


def _rest(run: int, more: int) -> list[Text]:
    if more <= 0:
        return []
    return [Text(f"{counted(more, 'operation')} more: show_run {run} --report FILE writes all of them.\n")]


def told_of(operation: Mapping[str, Any]) -> str:
    """What changes, then why it does, or what of it does not: each value is cut where it is long, their list never."""
    reasons = _reasons(operation) if operation.get("changes") else []
    return "; ".join([changes_of(operation), *(_reason_of(reason) for reason in reasons)])


def _reasons(operation: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    code = operation.get("code")
    return operation.get("problems") or ([{"message": message(Problem(code))}] if code else [])


def _reason_of(reason: Mapping[str, Any]) -> str:
    field = reason.get("field")
    told = shown(reason["message"])
    return f"{field}: {told}" if field else told


def row_of(operation: Mapping[str, Any]) -> str:
    """`12`, or `12/3` for an item of a row; empty for what belongs to no row."""
    row, item = operation.get("row"), operation.get("item")
    return f"{row}/{item}" if item else str(row or "")


def changes_of(operation: Mapping[str, Any]) -> str:
    """`Field: old → new` for each changed field; where nothing changes, why."""
    changes = operation.get("changes") or {}
    if not changes:
        return "; ".join(shown(reason["message"]) for reason in _reasons(operation))
    return ", ".join(f"{name}: {_change(change)}" for name, change in changes.items())


def _change(change: Mapping[str, Any]) -> str:
    old, new = change.get("old"), change.get("new")
    return _value(new) if old is None else f"{_value(old)} → {'nothing' if new is None else _value(new)}"


def _value(value: Any) -> str:
    """As JSON writes it, without the quotes of texts and the brackets of plain lists."""
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return shown("; ".join(map(_value, value)))
    return shown(value if isinstance(value, str) else msgspec.json.format(_encode(value), indent=0).decode())


def _errors(report: Mapping[str, Any]) -> Table:
    errors = report["errors"]
    rows = [
        (
            row_of(error),
            error.get("name") or error.get("field"),
            error.get("code"),
            error.get("message"),
            error.get("value"),
        )
        for error in errors
    ]
    more = report["errorsTotal"] - len(errors)
    title = f"Errors (the first {len(errors)}; {more} more)" if more > 0 else "Errors"
    return table(title, ["Row", "Name", "Code", "What is wrong", "Value"], rows, numbers=["Row"])


def _source(source: Mapping[str, Any]) -> list[Text]:
    if not source.get("kind"):
        return []
    lines = [
        f"Read as {_format(source)}.",
        *(message(note) for note in notes_of(_source_format(source)) if note.code not in SAID_AT_ONCE),
        *_names("Names of the template that no column has", source.get("missingNames")),
        *_names("Columns that the template does not use", source.get("unusedColumns")),
        *_spellings(source.get("resolved")),
    ]
    return [Text(line, style="dim") for line in (*lines, "")]


def _format(source: Mapping[str, Any]) -> str:
    facts = {
        "encoding": source.get("encoding"),
        "delimiter": _delimiter(source.get("delimiter") or ""),
        "sheet": source.get("sheet"),
        "header in row": source.get("headerRow"),
    }
    return ", ".join(
        [str(source["kind"]).upper(), *(f"{name} {shown(value)}" for name, value in facts.items() if value)]
    )


def _delimiter(sign: str) -> str:
    return {"": "", "\t": "tab", " ": "blank"}.get(sign, f"“{sign}”")


def _source_format(source: Mapping[str, Any]) -> SourceFormat:
    return SourceFormat(kind=source["kind"], detected=tuple(source.get("detected", ())))


def _names(what: str, names: Sequence[str] | None) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return [f"{what}: {', '.join(map(shown, names[:NAMES_SHOWN]))}{more}."]


def _spellings(resolved: Mapping[str, str] | None) -> list[str]:
    return [
        f"“{shown(name)}” was found as “{shown(found)}”." for name, found in (resolved or {}).items() if name != found
    ]


def _statistics(report: Mapping[str, Any]) -> Text:
    of = report["statistics"]
    if not of:
        return Text("")
    took = f"{of['queryCount']} queries in {of['queryDurationTotal']}, {of['executionDuration']} in all"
    return Text(took, style="dim")
