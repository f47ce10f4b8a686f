"""The report of an import there: which rows were refused.

The vendor's page shows none; this reads the report of this product's own API, and the plain form `{errors: 1,
errorList: [{index, message}]}`. What is neither is refused: a transfer that cannot be counted is not confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.http.answers import Answer

OPEN: Final = frozenset({"queued", "planning", "running", "held"})
BROKEN: Final = frozenset({"failed", "cancelled", "interrupted"})

#: Code and message.
Reason = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """`failed`: row, from 1 -> code and message. `run`: what it is called there."""

    run: str
    failed: Mapping[int, Reason] = field(default_factory=dict)
    unprocessed: int = 0
    is_open: bool = False


def read_report(answer: Answer, *, rows: int) -> Report:
    """The report of an import of so many rows. Raises TransferFailed `report_unclear`, `import_failed`."""
    content = answer.json()
    host = answer.address.host
    if not isinstance(content, dict) or isinstance(content.get("status"), list | dict):
        raise TransferFailed("report_unclear", Trouble.ANSWER, host=host)
    run, status = _run(answer, content.get("run")), content.get("status")
    if status in OPEN and run:
        return Report(run, is_open=True)
    if status in BROKEN:
        error = content["error"] if isinstance(content.get("error"), dict) else {}
        message = answer.said(error.get("message"))
        raise TransferFailed("import_failed", Trouble.ANSWER, host=host, run=run, message=message)
    plain = "errorList" in content
    failed = dict(_plain(answer, content["errorList"]) if plain else _told(answer, content))
    counts = content.get("counts") if isinstance(content.get("counts"), dict) else {}
    wanted = content.get("errors") if plain else (counts or {}).get("rowsFailed")
    unprocessed = (counts or {}).get("unprocessed") or 0
    if (
        status in OPEN
        or wanted != len(failed)
        or any(not 0 < row <= rows for row in failed)
        or type(unprocessed) is not int
    ):
        raise TransferFailed("report_unclear", Trouble.ANSWER, host=host)
    return Report(run, failed, unprocessed=unprocessed)


def _run(answer: Answer, value: Any) -> str:
    """What the run is called there; nothing where that is no name."""
    return answer.said(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _told(answer: Answer, content: Mapping[str, Any]) -> Iterable[tuple[int, Reason]]:
    """The refused rows of a report of ours: of all its operations if they are there, else of its first errors."""
    for error in reversed(_objects(content.get("errors"))):
        yield _row(error.get("row")), (answer.said(error.get("code")), answer.said(error.get("message")))
    for operation in reversed(_objects(content.get("operations"))):
        if operation.get("operation") == "Error":
            problems = _objects(operation.get("problems"))
            message = answer.said(problems[0].get("message")) if problems else ""
            yield _row(operation.get("row")), (answer.said(operation.get("code")), message)


def _plain(answer: Answer, listed: Any) -> Iterable[tuple[int, Reason]]:
    for error in _objects(listed):
        index = error.get("index")
        yield _row(index + 1 if isinstance(index, int) else None), ("refused", answer.said(error.get("message")))


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _row(value: Any) -> int:
    """The number of a row; 0 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
