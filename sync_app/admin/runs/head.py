"""The head of a report: what the run was, in words and in figures that lead to the operations they count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from integration_admin.accounts.access import Actor
from integration_admin.figures import figure
from sync_app.admin.values import ValueWords, words_for
from sync_app.admin.wording import SENT, Word, statistics_facts, words_of
from sync_app.engine.plan import ERROR, UPDATE
from sync_app.engine.tally import COUNTED
from sync_app.models import Run, RunKind, RunSummary
from sync_app.runs.reports.summing import ANY
from sync_app.runs.sentences import message
from templates_app.catalog.problems import Problem

FIELDS_SHOWN: Final = 40
ON_ERROR: Final[Mapping[str, object]] = {
    "skip": gettext_lazy("bad rows are left out"),
    "stop": gettext_lazy("stops at the first bad row"),
    "atomic": gettext_lazy("all or nothing"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A count, and where the operations are that it counts; no `href`: none are kept, or there are none."""

    word: Word
    count: int
    href: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person must not mistake: whether something was written.

    `kind` is simulated, written, sent, nothing or open.
    """

    kind: str
    icon: str
    title: str
    text: str


def figures(run: Run, summary: RunSummary, asked: Mapping[str, str]) -> list[Figure]:
    """One figure for each outcome; each leads to its operations. What was sent is counted, not listed."""
    kept = {place[0] for place in summary.places if place[2] == ANY}
    sent = [Figure(SENT, run.counts.get("rowsOk", 0))] if run.kind == RunKind.EXPORT else []
    return sent + [
        Figure(word, count, _link(kept, operation, count), asked.get("outcome") == operation)
        for operation, word, count in _counted(run, run.counts)
        if not sent or operation == ERROR
    ]


def by_type(run: Run, summary: RunSummary, asked: Mapping[str, str]) -> list[tuple[str, list[Figure]]]:
    """The same for each type."""
    kept = {(place[0], place[1]) for place in summary.places if place[2] == ANY}
    return [
        (name, [_of_type(name, kept, asked, *one) for one in _counted(run, run.by_type[name])])
        for name in sorted(run.by_type)
    ]


def changed_fields(actor: Actor, run: Run, summary: RunSummary, asked: Mapping[str, str]) -> list[Figure]:
    """The fields that updates change, the most frequent first; each leads to the updates that change it."""
    words: ValueWords = words_for(actor=actor, changed=())
    updates = [line for line in summary.changed if line[0] == UPDATE and actor.reads(line[1])]
    several = len(run.by_type) > 1
    found = []
    for _operation, entity_type, name, count in sorted(updates, key=lambda line: -line[3])[:FIELDS_SHOWN]:
        label = words.label(entity_type, name)
        text = f"{entity_type} · {label}" if several else label
        current = asked.get("field") == name and asked.get("type") in ("", entity_type)
        found.append(Figure(Word(text), count, filtered(outcome=UPDATE, type=entity_type, field=name), current))
    return found


def filtered(**asked: str) -> str:
    """The address of these operations, from the report they stand in."""
    return f"?{urlencode({name: value for name, value in asked.items() if value})}#operations"


def standing(run: Run, applied: Run | None) -> Standing:
    """Whether this run has written anything, before all else."""
    wrote = sum(run.counts.get(word, 0) for word in ("inserted", "updated", "deleted"))
    if run.is_open:
        return Standing("open", "progress_activity", _("Under way"), _("What is shown here is not all of it yet."))
    if run.simulate:
        return Standing("simulated", "visibility", _("Simulated: nothing was written"), _simulated(run, applied, wrote))
    if run.kind == RunKind.EXPORT and run.counts.get("rowsOk"):
        return Standing("sent", "upload", _("Sent to the other system"), "")
    if run.error or not wrote:
        return Standing("nothing", "block", _("Nothing was written"), "")
    title = _("Taken back") if run.kind == RunKind.UNDO else _("Written to the records")
    text = ngettext(
        "%(count)s change was written, with what was there before.",
        "%(count)s changes were written, each with what was there before.",
        wrote,
    ) % {"count": figure(wrote)}
    return Standing("written", "edit_note", title, text)


def facts(run: Run) -> list[tuple[object, object]]:
    """(name, value) of how it was asked for and how long it took."""
    told: list[tuple[object, object]] = [(_("Options"), ", ".join(map(str, options_words(run))))]
    told += [(_("File"), run.source.get("file", ""))]
    return [(name, value) for name, value in (*told, *statistics_facts(run)) if value]


def options_words(run: Run) -> list[object]:
    """What was asked of the run, in words."""
    options: dict[str, Any] = run.options
    words: list[object] = []
    if run.kind == RunKind.IMPORT and "on_error" in options:
        words.append(ON_ERROR.get(options["on_error"], options["on_error"]))
    only = options.get("only")
    if only:
        words.append(_("only row %(row)s") % only if "row" in only else _("only rows with: %(reason)s") % _reason(only))
    elif options.get("retry"):
        words.append(_("only the rows that failed"))
    if options.get("verbose"):
        words.append(_("unchanged records listed too"))
    if options.get("stale") == "refuse":
        words.append(_("only if nothing had changed since"))
    if options.get("conflicts") == "refuse":
        words.append(_("only if nothing would be kept"))
    return words


def _reason(only: Mapping[str, str]) -> dict[str, str]:
    return {"reason": message(Problem(only.get("code", "")))}


def _simulated(run: Run, applied: Run | None, wrote: int) -> str:
    if applied is not None:
        return _("It was applied by run #%(run)s.") % {"run": applied.pk}
    if run.kind == RunKind.UNDO:
        return _undoing(run, wrote)
    if run.kind == RunKind.IMPORT and wrote:
        return ngettext(
            "Applying it writes exactly what is shown here: %(count)s change.",
            "Applying it writes exactly what is shown here: %(count)s changes.",
            wrote,
        ) % {"count": figure(wrote)}
    return ""


def _undoing(run: Run, wrote: int) -> str:
    """How much would be as before, how much somebody has changed since, and what cannot be undone at all."""
    codes: dict[str, int] = run.statistics.get("codes", {})
    edited = codes.get("kept_edited", 0)
    part = codes.get("kept_in_part", 0)
    lost = run.counts.get("skipped", 0) + run.counts.get("failed", 0) - edited
    told = [
        (
            part,
            ngettext(
                "Of these, %(n)s keeps what was changed since.", "Of these, %(n)s keep what was changed since.", part
            ),
        ),
        (
            edited,
            ngettext(
                "%(n)s stays as it is, because it was changed since.",
                "%(n)s stay as they are, because they were changed since.",
                edited,
            ),
        ),
        (lost, ngettext("%(n)s cannot be undone.", "%(n)s cannot be undone.", lost)),
    ]
    back = ngettext(
        "Undoing it for real puts back %(n)s record.", "Undoing it for real puts back %(n)s records.", wrote
    )
    listed = [(wrote, back), *((count, sentence) for count, sentence in told if count)]
    return " ".join(sentence % {"n": figure(count)} for count, sentence in listed)


def _counted(run: Run, counts: Mapping[str, int]) -> list[tuple[str, Word, int]]:
    words = words_of(run)
    return [(operation, words[name], counts.get(name, 0)) for operation, name in COUNTED.items()]


def _link(kept: set[str], operation: str, count: int) -> str:
    return filtered(outcome=operation) if count and operation in kept else ""


def _of_type(name: str, kept: set[tuple[str, str]], asked: Mapping[str, str], operation: str, *counted: Any) -> Figure:
    word, count = counted
    href = filtered(outcome=operation, type=name) if count and (operation, name) in kept else ""
    return Figure(word, count, href, (asked.get("outcome"), asked.get("type")) == (operation, name))
