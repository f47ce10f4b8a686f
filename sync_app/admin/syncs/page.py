"""The page of a sync: how it does, when it runs, what is held, what it has brought, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from integration_admin.charts import Chart, Series, bars, day_words
from integration_admin.local_time import show_times_of
from integration_admin.scoped_admin import BrandScopedAdmin
from integration_admin.whole_numbers import whole_number
from sync_app.admin.pages import page
from sync_app.admin.run_verbs import address_of as run_address
from sync_app.admin.runs.head import filtered
from sync_app.admin.runs.progress import progress_words
from sync_app.admin.sync_refusals import found_sync
from sync_app.admin.sync_words import DIRECTIONS, HEALTH_TONES, SCHEDULES, TURN_TONES, advice, rehearsed, turn_words
from sync_app.admin.wording import span_words
from sync_app.models import OPEN_TURNS, Health, Sync, SyncDirection, SyncTurn, TurnStatus
from sync_app.syncs.keeping.reading import TURNS_SHOWN, Held, SyncView, TrendPoint, TurnView, turns_of, view_sync
from sync_app.syncs.notices.wishes import targets_of
from sync_app.syncs.turns.marks import moment_of_mark

CURRENT: Final = "var(--color-primary-500)"
AT_WORK: Final = tuple(status for status in OPEN_TURNS if status != TurnStatus.HELD)
STATES: Final = {
    TurnStatus.WAITING: gettext_lazy("Waiting for a worker"),
    TurnStatus.FETCHING: gettext_lazy("Fetching from the other system"),
    TurnStatus.PLANNING: gettext_lazy("Working out what would change"),
    TurnStatus.WRITING: gettext_lazy("Importing"),
    TurnStatus.SENDING: gettext_lazy("Sending to the other system"),
}


@dataclass(frozen=True, slots=True)
class TurnLine:
    """A turn in the list."""

    turn: TurnView
    tone: str
    result: str
    duration: str
    rehearsal: bool
    by: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a held plan is asked about, and where those operations are."""

    held: Held
    href: str


def show(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    sync, actor = found_sync(screen, request, pk)
    view = view_sync(actor=actor, sync=pk, now=timezone.now())
    before = whole_number(request.GET.get("before", ""))
    turns = turns_of(actor=actor, sync=pk, before=before) if before is not None else view.turns
    row = view.line.row
    last = view.line.last
    return page(
        screen,
        request,
        "sync/page.html",
        title=row.name,
        brand=row.brand,
        sync=row,
        view=view,
        tone=HEALTH_TONES[row.health],
        direction=DIRECTIONS[row.direction],
        schedule=SCHEDULES.get(view.line.schedule, ""),
        zone=row.brand.shown_zone.key,
        mark=moment_of_mark(sync=row),
        transfer=_transfer(view),
        turns=[_line(turn) for turn in turns],
        older=turns[-1].cursor if len(turns) == TURNS_SHOWN else None,
        paged=before is not None,
        advice=advice(last.row) if view.last_error and last is not None else "",
        failed=last.row if view.last_error and last is not None else None,
        asked=[_asked(held, view.run) for held in view.held],
        plan=_plan(view),
        charts=_charts(view.trend),
        nobody_told=not targets_of(row),
        **_may(actor, row),
        **_now(sync, view.line.open.row if view.line.open is not None else None),
    )


def now(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET: what moves on the page of a sync; the whole page anew when something else has come of it (`seen`)."""
    sync, _actor = found_sync(screen, request, pk)
    show_times_of(sync.brand)
    turn = SyncTurn.objects.filter(sync=sync, finished_at=None).select_related("run__parent").order_by("-pk").first()
    context = _now(sync, turn)
    if request.GET.get("seen", "") != context["seen"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "sync_app/sync/now.html", {"sync": sync, **context})


def signed_in_only(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sign-in page would be put in the place of the figures: the whole page is loaded, and asks for it."""
    if not screen.admin_site.has_permission(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return now(screen, request, pk)


def _now(sync: Sync, turn: SyncTurn | None) -> dict[str, Any]:
    """The turn at work, as far as it is. `seen` is another word when the page has to be told anew."""
    latest = SyncTurn.objects.filter(sync=sync).order_by("-pk").values_list("pk", "finished_at").first()
    ended = latest is not None and latest[1] is not None
    working = turn is not None and turn.status in AT_WORK
    held = turn is not None and turn.status == TurnStatus.HELD
    seen = f"{latest[0] if latest else 0}-{'ended' if ended else 'held' if held else 'open'}"
    if turn is None or not working:
        return {"working": False, "seen": seen}
    run = turn.run
    progress = progress_words(run) if run is not None and sync.direction == SyncDirection.PULL else None
    answered = int(turn.progress.get("delivered", 0)) + int(turn.progress.get("refused", 0))
    return {
        "working": True,
        "seen": seen,
        "turn": turn,
        "state": STATES[TurnStatus(turn.status)],
        "progress": progress,
        "run": run,
        "answered": answered if sync.direction == SyncDirection.PUSH else 0,
    }


def _may(actor: Actor, sync: Sync) -> dict[str, bool]:
    pulls = sync.direction == SyncDirection.PULL
    return {
        "may_edit": actor.may(Right.TEMPLATES),
        "may_run": actor.may(Right.IMPORT if pulls else Right.EXPORT) and sync.health != Health.HELD,
        "may_decide": actor.may(Right.IMPORT),
        "may_connect": actor.may(Right.ADMINISTRATION),
    }


def _line(turn: TurnView) -> TurnLine:
    result = turn.error or (turn_words(turn.row) if turn.row.finished_at or turn.row.held else "")
    if turn.status in {TurnStatus.OVERLAPPED, TurnStatus.CANCELLED}:
        result = _("the turn before was still at work") if turn.status == TurnStatus.OVERLAPPED else ""
    duration = span_words(turn.duration) if turn.duration is not None else ""
    return TurnLine(turn, TURN_TONES[turn.status], result, duration, rehearsed(turn.row), turn.row.asked_by)


def _asked(held: Held, run: int | None) -> Asked:
    href = f"{run_address(run)}{filtered(outcome=held.operation, type=held.type)}" if run and held.operation else ""
    return Asked(held, href)


def _plan(view: SyncView) -> str:
    """What the held plan would do, in figures."""
    opened = view.line.open
    return turn_words(opened.row) if view.held and opened is not None else ""


def _transfer(view: SyncView) -> list[tuple[str, str]]:
    """The settings of the transfer that are set, in words."""
    shown = []
    for field in view.form:
        words = dict(field.choices)
        value = field.value
        if isinstance(value, bool):
            value = _("yes") if value else _("no")
        elif isinstance(value, dict):
            value = ", ".join(value)
        hidden = field.when is not None and not _counts(view, *field.when)
        if value not in (None, "") and not hidden:
            shown.append((field.label, str(words.get(str(value), value))))
    return shown


def _counts(view: SyncView, name: str, values: frozenset[str]) -> bool:
    return any(field.name == name and str(field.value) in values for field in view.form)


def _charts(trend: Sequence[TrendPoint]) -> list[Chart]:
    """How long the turns took, and how many rows they brought; empty before there are two."""
    if len(trend) < 2:
        return []
    moments = [timezone.localtime(point.at) for point in trend]
    labels = [f"{day_words(at)} {date_format(at, 'TIME_FORMAT')}" for at in moments]
    seconds = Series(_("Seconds"), CURRENT, [round(point.seconds, 1) for point in trend])
    rows = Series(_("Rows"), CURRENT, [point.rows for point in trend])
    return [
        bars(_("Duration of the turns"), _("Turn"), labels, [seconds]),
        bars(_("Rows of the turns"), _("Turn"), labels, [rows]),
    ]
