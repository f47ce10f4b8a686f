"""What the commands about runs have in common: who acts, watching a run, its report, refusals, the exit code."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from integration_admin.accounts.access import Actor, NotAllowed, system_actor
from integration_admin.accounts.brands import find_brand
from integration_admin.commands import ScriptCommand
from sync_app.management import tables
from sync_app.models import Run
from sync_app.runs.errors import RunConflict, RunNotFound, RunRefused, WrongDirection
from sync_app.runs.labelled import labelled
from sync_app.runs.reports.report import count_left_alone, left_alone, operations_page, report_of
from sync_app.runs.sentences import message
from sync_app.runs.verbs.cancelling import cancel
from sync_app.runs.work import job
from sync_app.runs.work.perform import perform
from sync_app.runs.work.progress import progress_of
from templates_app.catalog.problems import Problem, Refused
from templates_app.library.refusals import LibraryRefused
from templates_app.library.wording import finding_in_words, refusal_in_words
from templates_app.sources.rows import Source, SourceRefused
from templates_app.sources.writers.cells import ItemRefused

SOME_ROWS_FAILED: Final = 1
SHOWN_OPERATIONS: Final = 20
TRIGGER: Final = "command"
GOES_ON: Final = "If nothing works on it any more, run_worker or serve goes on with it."
#: A template that was called by the command of the other direction: what the API says of it speaks of its methods.
OTHER_WAY: Final = {
    "template_is_export": ("This is an export template.", "Call it with export_file."),
    "template_is_import": ("This is an import template.", "Call it with import_file."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Operations that are printed, and how many `more` of their sort the run has."""

    items: Sequence[Mapping[str, Any]] = ()
    more: int = 0


NONE_SHOWN: Final = Shown()


class RunCommand(ScriptCommand):
    """Acts as the shell's owner, who may do everything in every brand. Exit codes are those of ScriptCommand."""

    def actor_in(self, brand: str) -> Actor:
        """The actor in the brand of this key; exit code 2 when there is none."""
        try:
            return system_actor(brand=find_brand(key=brand), name=TRIGGER)
        except ValidationError as error:
            self.fail("unknown_brand", " ".join(error.messages), f"No brand has the key “{brand}”.")

    def actor_of(self, run: int) -> Actor:
        """The actor in the brand of this run; exit code 2 when there is no such run."""
        found = Run.objects.select_related("brand").filter(pk=run).first()
        if found is None:
            self.fail(RunNotFound().problem.code, message(RunNotFound().problem))
        return system_actor(brand=found.brand, name=TRIGGER)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turns what a use case refuses into exit code 2 and a sentence."""
        try:
            with super().refusals():
                yield
        except WrongDirection as refused:
            self.fail(refused.problem.code, *OTHER_WAY[refused.problem.code])
        except RunRefused as refused:
            found = " ".join(str(finding_in_words(finding)) for finding in refused.findings)
            hint = GOES_ON if refused.problem.code == "run_not_finished" else found
            self.fail(refused.problem.code, message(refused.problem), hint)
        except SourceRefused as refused:
            self.fail(refused.problem.code, message(refused.problem), place_of(refused))
        except (Refused, ItemRefused) as refused:
            self.fail(refused.problem.code, f"{message(refused.problem)} {refused.problem.value}".strip())
        except LibraryRefused as refused:
            found = " ".join(str(finding_in_words(finding)) for finding in refused.findings)
            self.fail(refused.code, refusal_in_words(refused), found)
        except NotAllowed as refused:
            self.fail(refused.code, message(Problem(code=refused.code, params=refused.params)))

    def watched(self, *, actor: Actor, run: Run, opened: Source | None = None) -> Run:
        """Performs the run here, with a bar on a terminal. A first Ctrl-C ends it after the rows in hand.

        `opened` is the run's source when it is open already.
        """
        bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), transient=True
        )
        bar.disable = self.as_json or not sys.stdout.isatty()
        task = bar.add_task(f"Run {run.pk}", total=None)
        stopping: list[int] = []

        def show(progress: job.Progress) -> None:
            bar.update(task, completed=progress.rows_done, total=progress.rows_total)
            if stopping:
                stopping.clear()
                self._cancel(actor, run)

        with _first_interrupt(stopping), bar:
            holder = f"{TRIGGER}:{socket.gethostname()}:{os.getpid()}"
            return perform(run=run.pk, holder=holder, clock=timezone.now, on_progress=show, opened=opened)

    def _cancel(self, actor: Actor, run: Run) -> None:
        try:
            cancel(actor=actor, run=run.pk, clock=timezone.now)
        except RunConflict:
            # It ended meanwhile, which is what was asked.
            return

    def finish(self, *, actor: Actor, run: Run, shown: Shown = NONE_SHOWN) -> None:
        """Prints the report, with these operations, and ends with exit code 1 unless every row is fine."""
        report = report_of(actor=actor, run=run)
        told = labelled(actor=actor, run=run, items=shown.items)
        self.answer(report, tables.report_text(_so_far(report, run), operations=told, more=shown.more))
        if not all_fine(report):
            sys.exit(SOME_ROWS_FAILED)


def _so_far(report: Mapping[str, Any], run: Run) -> Mapping[str, Any]:
    """The report; of a run that is under way with what its last commit left, and a word that this is not all."""
    progress = progress_of(run, now=timezone.now())
    if progress is None or progress.state == "held":
        return report
    told = {"message": f"It has not ended: what is counted here is what it has done so far. {GOES_ON}"}
    counts = {**progress.counts, "rows": progress.total, "unprocessed": progress.total - progress.done}
    return {**report, "counts": counts, "error": report["error"] or told}


def first_operations(*, actor: Actor, run: Run) -> Shown:
    """What a simulation shows at once."""
    page = operations_page(actor=actor, run=run, limit=SHOWN_OPERATIONS)
    there = sum(counts.get("operations", 0) for counts in run.by_type.values())
    return Shown(page.items, there - len(page.items))


def first_left_alone(*, actor: Actor, run: Run) -> Shown:
    """What an undo shows of the operations that failed or kept something."""
    items = list(islice(left_alone(actor=actor, run=run), SHOWN_OPERATIONS))
    return Shown(items, count_left_alone(run) - len(items))


def all_fine(report: Mapping[str, Any]) -> bool:
    """Whether the run ended and every row of it was processed and stands."""
    counts = report["counts"]
    bad = ("failed", "rowsFailed", "unprocessed")
    return report["status"] == "succeeded" and not any(counts.get(name) for name in bad)


def place_of(refused: SourceRefused) -> str:
    """Where in the file: the line, with the column where it is known, or the place in JSON; empty for the whole."""
    column = f", column {refused.column}" if refused.column else ""
    line = f"Line {refused.line}{column}." if refused.line else ""
    pointer = f"At {refused.pointer}." if refused.pointer else ""
    return f"{line} {pointer}".strip()


def read_bytes(command: ScriptCommand, path: str, *, most: int) -> bytes:
    """The file's bytes; exit code 2 when it cannot be read or is longer than `most`."""
    try:
        with Path(path).open("rb") as file:
            body = file.read(most + 1)
    except OSError as error:
        command.fail("file_unreadable", f"“{path}” cannot be read: {error.strerror or error}.")
    if len(body) > most:
        hint = "Split it, or raise the setting MAX_BODY_BYTES."
        command.fail("body_too_large", f"“{path}” is longer than {most} bytes.", hint)
    return body


@contextmanager
def _first_interrupt(stopping: list[int]) -> Iterator[None]:
    """Notes the first Ctrl-C instead of raising it in the middle of a write; the second one raises."""

    def note(number: int, frame: FrameType | None) -> None:
        stopping.append(number)
        signal.signal(signal.SIGINT, kept)

    kept = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, kept)
