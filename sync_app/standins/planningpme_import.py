"""An import into the stand-in of PlanningPME: by key, item after item, in a simulation exactly as in reality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from sync_app.standins.planningpme_data import FIRST_KEY, Columns, Moments, Row, Rows, put_at, value_at


@dataclass(slots=True)
class Report:
    """`errors`: one for each row that was refused, counted from 1."""

    rows: int
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    unprocessed: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        failed = len(self.errors)
        return {
            "rows": self.rows,
            "rowsOk": self.rows - failed - self.unprocessed,
            "rowsFailed": failed,
            "unprocessed": self.unprocessed,
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "failed": failed,
        }


def imported(
    model: Sequence[Any], *, held: Rows, columns: Columns, moments: Moments, writes: bool, stops: bool
) -> Report:
    """Inserts and updates by the first column; `writes` false = a simulation; `stops` at the first error."""
    target = held if writes else deepcopy(held)
    report = Report(rows=len(model))
    for number, item in enumerate(model, start=1):
        error = _refused(item, columns)
        if error is None:
            _write(item, target, columns, moments, report)
            continue
        report.errors.append({"row": number, "item": "", **error})
        if stops:
            report.unprocessed = len(model) - number
            break
    return report


def _refused(item: Any, columns: Columns) -> dict[str, Any] | None:
    key, label, *_ = columns
    if not isinstance(item, Mapping):
        return _error("row_not_object", "An item is an object.", "")
    for name in (key, label):
        if not item.get(name):
            return _error("value_required", "A value is required here.", name)
    email = item.get("Email")
    if email and "@" not in str(email):
        return _error("email_invalid", "This is not an e-mail address.", "Email", str(email))
    return None


def _error(code: str, message: str, name: str, value: str = "") -> dict[str, Any]:
    return {"code": code, "message": message, "name": name, "value": value}


def _write(item: Mapping[str, Any], held: Rows, columns: Columns, moments: Moments, report: Report) -> None:
    place = columns[next(iter(columns))]
    code = item[next(iter(columns))]
    found = next((row for row in held.values() if value_at(row, place) == code), None)
    row: Row = deepcopy(found) if found else {"key": max(held, default=FIRST_KEY) + 1, "notValid": False}
    for name, at in columns.items():
        if name in item:
            put_at(row, at, item[name])
    row.setdefault("label", row.get("lastName", ""))
    if found == row:
        report.unchanged += 1
        return
    row["modified"] = moments.next()
    held[row["key"]] = row
    report.inserted += found is None
    report.updated += found is not None
