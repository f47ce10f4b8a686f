"""What failed, in groups; the rows of a group with what can be done about all of them; and one failed row to edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from integration_admin.figures import figure
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.pages import REFUSALS, page, tell
from sync_app.admin.run_verbs import LONGEST_NAME, address_of, found, retry_it
from sync_app.admin.runs.head import filtered
from sync_app.admin.runs.operations import number_of
from sync_app.admin.runs.why import Cells
from sync_app.admin.runs.why import cells as shown_cells
from sync_app.admin.values import words_for
from sync_app.engine.plan import ERROR
from sync_app.models import Run, RunSummary
from sync_app.runs.errors import RunConflict
from sync_app.runs.reports.refused_groups import CountedGroup, RefusedGroup, count_of_group, counted_groups
from sync_app.runs.row_text import plain_lines
from sync_app.runs.rows.cells import CellRefused, NameUnknown, cells_of, edited, text_for
from sync_app.runs.sentences import message
from sync_app.runs.verbs.repairing import (
    Repair,
    RowNotFailed,
    edit_row,
    failed_page,
    failed_row,
    replace_values,
    values_of,
)
from templates_app.admin.pages import actor_in
from templates_app.catalog.problems import Problem

GROUPS_SHOWN: Final = 40
CELLS_AT_ONCE: Final = 8
#: A row of more cells is edited beginning with those that are wrong.
CELLS_TO_EDIT: Final = 16
PLACE: Final = ("code", "type", "field", "name")
OLD: Final = "old"
NEW: Final = "new"
CELL: Final = "cell"
#: The button that retries; what was entered beside it is kept first.
RETRY: Final = "retry"


@dataclass(frozen=True, slots=True)
class GroupWords:
    """A group as a person reads it. `operations` leads to what it holds, `rows` to its repair."""

    counted: CountedGroup
    sentence: str
    where: str
    operations: str
    rows: str


@dataclass(frozen=True, slots=True)
class RowWords:
    """A failed row as it is listed."""

    repair: Repair
    cells: Cells
    problems: list[str]
    href: str


def groups_shown(*, actor: Actor, run: Run, summary: RunSummary) -> list[GroupWords]:
    """The groups of what failed or was kept, the largest first; those beyond what is shown are in the operations."""
    words = words_for(actor=actor, changed=())
    counted = counted_groups(actor=actor, run=run, summary=summary)[:GROUPS_SHOWN]
    return [_group_words(run, group, words.label(group.group.type, group.group.field)) for group in counted]


def _group_words(run: Run, counted: CountedGroup, label: str) -> GroupWords:
    group = counted.group
    example = counted.example
    where = f"{group.type} · {label}" if group.field else group.type
    return GroupWords(
        counted=counted,
        sentence=example["message"] if example is not None else message(Problem(group.code)),
        where=f"{group.name} → {where}" if group.name else where,
        operations=filtered(outcome=counted.operation, type=group.type, code=group.code, field=group.field),
        rows=rows_address(run, group) if counted.operation == ERROR else "",
    )


def rows_address(run: Run, group: RefusedGroup | None = None) -> str:
    address = reverse("admin:sync_app_run_rows", args=[run.pk])
    return f"{address}?{urlencode(group.to_json())}" if group is not None else address


# --- the rows of a group


def rows(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the failed rows, those of one group if the address names it. POST: replaces values in all of them; with
    `retry` it then retries them.
    """
    run = found(screen, request, pk)
    actor = actor_in(request, run.brand)
    group = _asked_group(request)
    try:
        if request.method != "POST" or group is None:
            return _rows_page(screen, request, actor, run, group)
        replaced = _replaced(request, actor, run, group)
    except REFUSALS as refused:
        tell(request, refused)
        return HttpResponseRedirect(address_of(pk))
    if RETRY in request.POST:
        return retry_it(screen, request, pk)
    told = ngettext(
        "%(count)s row was changed. Retry it now.", "%(count)s rows were changed. Retry them now.", replaced
    )
    messages.success(request, told % {"count": figure(replaced)})
    return HttpResponseRedirect(rows_address(run, group))


def _rows_page(
    screen: BrandScopedAdmin, request: HttpRequest, actor: Actor, run: Run, group: RefusedGroup | None
) -> HttpResponse:
    after = number_of(request.GET.get("after", "-")) or -1
    listed, following = failed_page(actor=actor, run=run, group=group, after=after)
    values = values_of(actor=actor, run=run, group=group) if group is not None and after < 0 else []
    place = group.to_json() if group is not None else {}
    words = words_for(actor=actor, changed=())
    return page(
        screen,
        request,
        "run_rows.html",
        title=_("Failed rows of #%(run)s") % {"run": run.pk},
        brand=run.brand,
        run=run,
        group=group,
        place=place,
        label=words.label(group.type, group.field) if group is not None and group.field else "",
        sentence=message(Problem(group.code)) if group is not None else "",
        count=count_of_group(run=run, group=group) if group is not None else run.counts.get("rowsFailed", 0),
        values=values,
        listed=[_row_words(run, repair, place) for repair in listed],
        may=actor.may(Right.IMPORT) and not run.is_open,
        next=f"?{urlencode({**place, 'after': following})}" if following is not None else "",
        first=f"?{urlencode(place)}" if "after" in request.GET else "",
    )


def _row_words(run: Run, repair: Repair, place: dict[str, str]) -> RowWords:
    href = reverse("admin:sync_app_run_row", args=[run.pk, repair.row])
    told = (f"{one.name}: {message(one)}" if one.name else message(one) for one in repair.problems)
    return RowWords(
        repair=repair,
        cells=shown_cells(repair.data, first={one.name for one in repair.problems}, at_once=CELLS_AT_ONCE),
        problems=list(dict.fromkeys(told)),
        href=f"{href}?{urlencode(place)}" if place else href,
    )


def _replaced(request: HttpRequest, actor: Actor, run: Run, group: RefusedGroup) -> int:
    """How many rows were changed."""
    pairs = zip(request.POST.getlist(OLD), request.POST.getlist(NEW), strict=False)
    values = {old: new for old, new in pairs if new and new != old}
    return replace_values(actor=actor, run=run.pk, group=group, values=values) if values else 0


def _asked_group(request: HttpRequest) -> RefusedGroup | None:
    asked = {name: request.GET.get(name, "").replace("\0", "")[:LONGEST_NAME] for name in PLACE}
    return RefusedGroup(**asked) if asked["code"] else None


# --- one row


def row(screen: BrandScopedAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """GET: a failed row, its cells to be edited. POST: keeps what was made of it; with `retry` it then retries it."""
    run = found(screen, request, pk)
    actor = actor_in(request, run.brand)
    try:
        repair = failed_row(actor=actor, run=run, row=number)
        if request.method != "POST":
            return _row_page(screen, request, actor, run, repair)
        if RETRY not in request.POST or _is_edited(request, repair):
            _keep(request, actor, run, repair)
    except CellRefused as refused:
        tell(request, refused)
        return _row_page(screen, request, actor, run, repair, texts=dict(_sent(request)))
    except REFUSALS as refused:
        if isinstance(refused, RowNotFailed):
            raise Http404 from refused
        tell(request, refused)
        return HttpResponseRedirect(address_of(pk) if request.method != "POST" else request.get_full_path())
    if RETRY in request.POST:
        return retry_it(screen, request, pk)
    told = _("Row %(row)s is kept as you edited it. Nothing is imported yet: retry it.")
    messages.success(request, told % {"row": repair.row})
    return HttpResponseRedirect(request.get_full_path())


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, text) of each cell of the form."""
    return list(zip(request.POST.getlist("name"), request.POST.getlist(CELL), strict=False))


def _is_edited(request: HttpRequest, repair: Repair) -> bool:
    """Whether another text was sent than stands in the row, but for line ends."""
    shown = [(cell.name, cell.text) for cell in cells_of(repair.data, wanted=_wanted(repair))]
    here, sent = (
        sorted((plain_lines(name), plain_lines(text)) for name, text in pairs) for pairs in (shown, _sent(request))
    )
    return bool(sent) and sent != here


def _wanted(repair: Repair) -> list[str]:
    return [problem.name for problem in repair.problems if problem.name]


def _keep(request: HttpRequest, actor: Actor, run: Run, repair: Repair) -> None:
    names = request.POST.getlist("name")
    # Two names that differ in their line ends only come back as one: it would not be known whose the texts are.
    if len(set(names)) < len(names) and "as_it_came" not in request.POST:
        raise RunConflict("row_edited_since", row=repair.row)
    try:
        given = dict(_sent(request))
        came = "as_it_came" in request.POST
        data = repair.came if came else edited(repair.data, texts=given, wanted=_wanted(repair))
        edit_row(actor=actor, run=run.pk, row=repair.row, data=data, seen=request.POST.get("seen", ""))
    except NameUnknown as unknown:
        raise RunConflict("row_edited_since", row=repair.row) from unknown


def _row_page(
    screen: BrandScopedAdmin,
    request: HttpRequest,
    actor: Actor,
    run: Run,
    repair: Repair,
    *,
    texts: dict[str, str] | None = None,
) -> HttpResponse:
    problems = repair.problems
    wrong: dict[str, list[str]] = {}
    for problem in problems:
        wrong.setdefault(problem.name, []).append(message(problem))
    group = _asked_group(request)
    cells = cells_of(repair.data, wanted=_wanted(repair))
    listed = [(cell, text_for(cell, texts=texts or {}), wrong.get(cell.name, ())) for cell in cells]
    first = [one for one in listed if one[2]] if len(listed) > CELLS_TO_EDIT else listed
    return page(
        screen,
        request,
        "run_row.html",
        title=_("Row %(row)s of #%(run)s") % {"row": repair.row, "run": run.pk},
        brand=run.brand,
        run=run,
        repair=repair,
        first=first or listed,
        rest=[one for one in listed if not one[2]] if first and first != listed else [],
        elsewhere=[text for name, told in wrong.items() if name not in {cell.name for cell in cells} for text in told],
        back=rows_address(run, group),
        may=actor.may(Right.IMPORT) and not run.is_open,
    )
