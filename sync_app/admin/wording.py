"""What the stored words of runs are called on the pages, and the colour each goes with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

from django.utils.dateparse import parse_duration
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integration_admin.figures import figure
from sync_app.engine.plan import DELETE, ERROR, INSERT, SKIP, UNCHANGED, UPDATE
from sync_app.models import Run, RunKind, RunStatus


class Word(NamedTuple):
    """`tone` is a colour of the theme's labels: info, success, warning, danger, or none."""

    text: object
    tone: str = ""


NO_BREAK: Final = "\N{NO-BREAK SPACE}"
STATUS_TONES: Final[Mapping[str, str]] = {
    RunStatus.QUEUED: "",
    RunStatus.PLANNING: "info",
    RunStatus.RUNNING: "info",
    RunStatus.HELD: "warning",
    RunStatus.SUCCEEDED: "success",
    RunStatus.WITH_FAILURES: "warning",
    RunStatus.STOPPED: "warning",
    RunStatus.CANCELLED: "",
    RunStatus.FAILED: "danger",
    RunStatus.INTERRUPTED: "danger",
}
OPERATIONS: Final[Mapping[str, Word]] = {
    INSERT: Word(_("Insert"), "success"),
    UPDATE: Word(_("Update"), "info"),
    DELETE: Word(_("Delete"), "danger"),
    UNCHANGED: Word(_("Unchanged")),
    SKIP: Word(_("Skipped"), "warning"),
    ERROR: Word(_("Failed"), "danger"),
}
COUNTS: Final[Mapping[str, Word]] = {
    "inserted": Word(_("Inserted"), "success"),
    "updated": Word(_("Updated"), "info"),
    "unchanged": Word(_("Unchanged")),
    "deleted": Word(_("Deleted"), "danger"),
    "skipped": Word(_("Skipped"), "warning"),
    "failed": Word(_("Failed"), "danger"),
}
PLANNED: Final[Mapping[str, Word]] = {
    **COUNTS,
    "inserted": Word(_("To insert"), "success"),
    "updated": Word(_("To update"), "info"),
    "deleted": Word(_("To delete"), "danger"),
}
UNDOING: Final[Mapping[str, Word]] = {
    **PLANNED,
    "inserted": Word(_("To bring back"), "success"),
    "updated": Word(_("To put back"), "info"),
    "deleted": Word(_("To take away"), "danger"),
    "skipped": Word(_("To stay"), "warning"),
}
UNDONE: Final[Mapping[str, Word]] = {
    **COUNTS,
    "inserted": Word(_("Brought back"), "success"),
    "updated": Word(_("Put back"), "info"),
    "deleted": Word(_("Taken away"), "danger"),
    "skipped": Word(_("Stayed"), "warning"),
}
SENT: Final = Word(_("Sent"), "success")
TRIGGERS: Final[Mapping[str, object]] = {
    "api": _("API"),
    "command": _("command"),
    "ui": _("site"),
    "schedule": _("schedule"),
    "manual": _("sync run by hand"),
}
SIMULATED: Final[Mapping[str, object]] = {
    RunKind.IMPORT: _("Simulated import"),
    RunKind.UNDO: _("Simulated undo"),
}


def kind_words(run: Run) -> object:
    """`Import`, `Simulated import`, …"""
    return SIMULATED.get(run.kind, run.get_kind_display()) if run.simulate else run.get_kind_display()


def words_of(run: Run) -> Mapping[str, Word]:
    """What the counts of this run are called: planned or done, of an import or of an undo."""
    if run.kind == RunKind.UNDO:
        return UNDOING if run.simulate else UNDONE
    return PLANNED if run.only_planned else COUNTS


def duration_words(run: Run) -> str:
    """From its start to its end; empty while it runs."""
    if run.started_at is None or run.finished_at is None:
        return ""
    return span_words(run.finished_at - run.started_at)


def statistics_facts(run: Run) -> list[tuple[object, object]]:
    """Time, speed and queries of a run that has ended, each under its name."""
    known: dict[str, Any] = run.statistics
    speed = known.get("rowsPerSecond")
    queries = known.get("queryCount")
    queried = span_words(_span(known.get("queryDurationTotal")))
    return [
        (_("Duration"), duration_words(run)),
        (_("Rows a second"), figure(speed) if speed else ""),
        (_("Queries"), f"{figure(queries)} ({queried})" if queries is not None else ""),
    ]


def span_words(span: timedelta) -> str:
    """`12 ms`, `3.4 s` or `2 min 5 s`."""
    seconds = span.total_seconds()
    if seconds < 1:
        return gettext("%(count)s ms") % {"count": figure(seconds * 1000, 0)}
    if seconds < 60:
        return gettext("%(count)s s") % {"count": figure(seconds, 1)}
    minutes, rest = divmod(round(seconds), 60)
    return gettext("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}


def _span(written: object) -> timedelta:
    """The time that the wire writes as `[d.]hh:mm:ss[.fffffff]`."""
    hours, colon, rest = str(written).partition(":")
    return parse_duration(f"{hours.replace('.', ' ')}{colon}{rest}") or timedelta()


def counts_words(run: Run) -> str:
    """The counts that are not zero, in a line: `12 to insert, 3 unchanged`; empty before the run has ended."""
    words = words_of(run)
    if run.kind == RunKind.EXPORT:
        words = {"rowsOk": SENT, "failed": words["failed"]}
    counted = ((run.counts.get(name, 0), word) for name, word in words.items())
    told = (f"{figure(count)} {str(word.text).lower()}" for count, word in counted if count)
    return ", ".join(part.replace(" ", NO_BREAK) for part in told) or "–"
