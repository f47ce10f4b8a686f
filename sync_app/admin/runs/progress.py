"""How far a run is, in words that come anew each second; when it has ended, the page of its report is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from integration_admin.figures import figure
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.run_verbs import found
from sync_app.admin.wording import COUNTS, PLANNED, STATUS_TONES, Word
from sync_app.models import Run
from sync_app.runs.work.progress import RunProgress, progress_of

STATES: Final = {
    "waiting": _("Waiting for a worker"),
    "behind": _("Waiting for its turn"),
    "unattended": _("Nobody has taken this run yet"),
    "held": _("Held"),
    "planning": _("Working out what would change"),
    "running": _("Importing"),
    "last": _("Finishing"),
    "cancelling": _("Stopping after the rows in hand"),
}


@dataclass(frozen=True, slots=True)
class ProgressWords:
    """A run under way as its page tells it. `speed` is empty until it can be told; `counts` are those not zero."""

    state: str
    text: object
    done: int
    total: int
    speed: str
    counts: list[tuple[Word, int]]
    ahead: int | None

    @property
    def unattended(self) -> bool:
        return self.state == "unattended"


def progress_words(run: Run) -> ProgressWords | None:
    """None once the run has ended."""
    progress = progress_of(run, now=timezone.now())
    if progress is None:
        return None
    words = PLANNED if run.simulate else COUNTS
    return ProgressWords(
        state=progress.state,
        text=STATES[progress.state],
        done=progress.done,
        total=progress.total,
        speed=_speed(progress),
        counts=[(word, progress.counts[name]) for name, word in words.items() if progress.counts.get(name)],
        ahead=progress.ahead,
    )


def show(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET: what moves on the page of a run. Once it has ended, the answer has the whole page loaded instead."""
    run = found(screen, request, pk)
    progress = progress_words(run)
    if progress is None:
        return _whole_page()
    news = request.GET.get("state", "") != progress.state
    context = {"run": run, "progress": progress, "news": news, "tone": STATUS_TONES[run.status]}
    return render(request, "sync_app/progress_now.html", context)


def progress_urls(screen: BrandScopedAdmin) -> list[URLPattern]:
    """The address that the page of a run asks each second."""
    inside = screen.admin_site.admin_view(partial(show, screen))

    def door(request: HttpRequest, pk: int) -> HttpResponseBase:
        # The sign-in page would be put in the place of the figures: the whole page is loaded, and asks for it.
        return inside(request, pk=pk) if screen.admin_site.has_permission(request) else _whole_page()

    return [path("<int:pk>/progress/", door, name="sync_app_run_progress")]


def _whole_page() -> HttpResponse:
    return HttpResponse(headers={"HX-Refresh": "true"})


def _speed(progress: RunProgress) -> str:
    """`1,200 rows a second, 40 s left`."""
    if not progress.rate:
        return ""
    rate = round(progress.rate)
    told = ngettext("%(rate)s row a second", "%(rate)s rows a second", rate) % {"rate": figure(rate)}
    if progress.left is None:
        return told
    return gettext("%(speed)s, %(span)s left") % {"speed": told, "span": _span(progress.left)}


def _span(left: timedelta) -> str:
    """Whole seconds: a tenth of an estimate says nothing."""
    minutes, seconds = divmod(round(left.total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
