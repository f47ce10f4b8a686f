"""Repairing rows that failed: what a person makes of them is kept beside the row as it came, and a retry takes it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import FailedRow, Run
from sync_app.runs.errors import RunConflict, RunRefused
from sync_app.runs.finding import find_run
from sync_app.runs.readable import Readable
from sync_app.runs.reports.refused_groups import RefusedGroup, places_of_group, rows_of_group
from sync_app.runs.row_text import plain_lines, row_data, row_text
from sync_app.storage import journal
from templates_app.catalog.problems import Problem
from templates_app.sources.writers.cells import text_of

PAGE: Final = 50
VALUES_SHOWN: Final = 20
VALUES_COUNTED: Final = 5_000
AT_ONCE: Final = 500


class RowNotFailed(RunRefused):
    """The run has no failed row of this number, or has it no more."""

    status = 404

    def __init__(self, row: int) -> None:
        super().__init__("row_not_failed", row=row)


@dataclass(frozen=True, slots=True)
class Repair:
    """A failed row: as it came, and as it is to be tried. `seen` names this state of it, for whoever changes it."""

    row: int
    came: Any
    data: Any
    edited: bool
    seen: str
    kept: FailedRow

    @property
    def problems(self) -> list[Problem]:
        """Why it failed."""
        return journal.decode_problems(self.kept.problems)


def failed_row(*, actor: Actor, run: Run, row: int) -> Repair:
    """Raises NotAllowed and RowNotFailed."""
    Readable(actor=actor, run=run).require_rows()
    found = FailedRow.objects.filter(run=run, row=row).first()
    if found is None:
        raise RowNotFailed(row)
    return _repair(found)


def failed_page(
    *, actor: Actor, run: Run, group: RefusedGroup | None = None, after: int = -1
) -> tuple[list[Repair], int | None]:
    """A page of the failed rows, and the `after` of the next one, None on the last. `group`: only its rows."""
    Readable(actor=actor, run=run).require_rows()
    if group is not None:
        return _page_of_group(run, group, after)
    listed = list(FailedRow.objects.filter(run=run, row__gt=after).order_by("row")[: PAGE + 1])
    return [_repair(row) for row in listed[:PAGE]], listed[PAGE - 1].row if len(listed) > PAGE else None


def _page_of_group(run: Run, group: RefusedGroup, after: int) -> tuple[list[Repair], int | None]:
    """The place of a page of a group is an entry: rows that waited for others come later than their number says."""
    last: dict[int, int] = {}
    following: int | None = None
    for seq, row in places_of_group(run=run, group=group, after=after):
        if row not in last and len(last) == PAGE:
            following = max(last.values())
            break
        last[row] = seq
    return [_repair(kept) for kept in _rows(run, last)], following


def edit_row(*, actor: Actor, run: int, row: int, data: Any, seen: str) -> Run:
    """Keep what a person made of a failed row; the row as it came takes it back. Nothing is imported yet.

    Raises NotAllowed, RunNotFound, RowNotFailed and RunConflict (`run_not_finished`, `row_edited_since`).
    """
    found = _editable(actor, run)
    repair = failed_row(actor=actor, run=found, row=row)
    if repair.seen != seen:
        raise RunConflict("row_edited_since", row=row)
    text = row_text(data)
    edited = "" if text == repair.kept.content else text
    # Asked again where it is written: somebody else may have read the same state.
    unchanged = FailedRow.objects.filter(pk=repair.kept.pk, content=repair.kept.content, edited=repair.kept.edited)
    if not unchanged.update(edited=edited):
        raise RunConflict("row_edited_since", row=row)
    return found


def replace_values(*, actor: Actor, run: int, group: RefusedGroup, values: Mapping[str, str]) -> int:
    """In the rows of the group: old text -> new text where the group's source name stands. Gives the rows changed.

    Raises NotAllowed, RunNotFound and RunConflict `run_not_finished`.
    """
    found = _editable(actor, run)
    Readable(actor=actor, run=found).require_rows()
    changed = 0
    alike = {plain_lines(old): new for old, new in values.items()}
    with transaction.atomic():
        for kept in _rows(found, rows_of_group(run=found, group=group)):
            data = row_data(kept.edited or kept.content)
            text = text_of(value_at(data, group.name))
            new = values.get(text, alike.get(plain_lines(text)))
            if new is not None and _put(data, group.name, new):
                written = row_text(data)
                same = FailedRow.objects.filter(pk=kept.pk, edited=kept.edited)
                changed += same.update(edited="" if written == kept.content else written)
    return changed


def values_of(*, actor: Actor, run: Run, group: RefusedGroup) -> list[tuple[str, int]]:
    """The texts that stand at the group's source name in its rows, the most frequent first, with how many have it.

    Texts that differ in their line ends only are one; no more than the first `VALUES_COUNTED` places are read.
    """
    Readable(actor=actor, run=run).require_rows()
    if not group.name:
        return []
    counted: Counter[str] = Counter()
    places = islice(places_of_group(run=run, group=group), VALUES_COUNTED)
    for kept in _rows(run, {row for _seq, row in places}):
        data = row_data(kept.edited or kept.content)
        value = value_at(data, group.name)
        if _holds(data, group.name) and not isinstance(value, dict | list):
            counted[plain_lines(text_of(value))] += 1
    return counted.most_common(VALUES_SHOWN)


def value_at(data: Any, name: str) -> Any:
    """What stands under a source name: a member, or one inside others where the name is a path."""
    holder, last = _place(data, name)
    return holder.get(last) if holder is not None else None


def _editable(actor: Actor, run: int) -> Run:
    actor.require(Right.IMPORT)
    found = find_run(actor=actor, run=run)
    if found.is_open:
        raise RunConflict("run_not_finished", status=found.status)
    return found


def _repair(kept: FailedRow) -> Repair:
    state = hashlib.blake2b(f"{kept.content}\0{kept.edited}".encode("utf-8", "surrogatepass"), digest_size=16)
    came = row_data(kept.content)
    data = row_data(kept.edited) if kept.edited else came
    return Repair(kept.row, came, data, bool(kept.edited), state.hexdigest(), kept)


def _rows(run: Run, rows: Iterable[int]) -> Iterator[FailedRow]:
    """These failed rows in order, some at a time."""
    listed = sorted(rows)
    for start in range(0, len(listed), AT_ONCE):
        yield from FailedRow.objects.filter(run=run, row__in=listed[start : start + AT_ONCE]).order_by("row")


def _place(data: Any, name: str) -> tuple[dict[str, Any] | None, str]:
    if isinstance(data, dict) and name in data:
        return data, name
    *path, last = name.split("/")
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return (data if isinstance(data, dict) else None), last


def _holds(data: Any, name: str) -> bool:
    return _place(data, name)[0] is not None


def _put(data: Any, name: str, text: str) -> bool:
    holder, last = _place(data, name)
    if holder is None or isinstance(holder.get(last), dict | list):
        return False
    holder[last] = text
    return True
