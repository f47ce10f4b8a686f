"""The first page: what happened lately, what is under way, and what needs somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integration_admin.accounts.brand_choice import chosen_brand, visible_brands
from integration_admin.accounts.expiring import Expiring, expiring
from integration_admin.accounts.models import Right, User
from integration_admin.charts import Chart, Series, by_day
from integration_admin.figures import figure
from integration_admin.scoped_admin import brand_ids
from sync_app.admin.sync_refusals import syncs_seen_in
from sync_app.admin.sync_words import HEALTH_TONES
from sync_app.admin.wording import STATUS_TONES, counts_words, kind_words
from sync_app.models import Health, Run
from sync_app.runs.lists.overview import (
    CANCELLED,
    FAILED,
    OUTCOMES,
    SUCCEEDED,
    WAITING,
    WITH_FAILURES,
    WRITTEN,
    Figures,
    Overview,
    has_run,
    overview,
    running_now,
)
from sync_app.syncs.keeping.upcoming import standing_in

admin.site.index_template = "sync_app/dashboard.html"

OUTCOME_WORDS: Final[Mapping[str, object]] = {
    SUCCEEDED: gettext_lazy("Succeeded"),
    WITH_FAILURES: gettext_lazy("With failures"),
    FAILED: gettext_lazy("Failed"),
    CANCELLED: gettext_lazy("Cancelled"),
    WAITING: gettext_lazy("Waiting or running"),
}
WRITTEN_WORDS: Final[Mapping[str, object]] = {
    "inserted": gettext_lazy("Inserted"),
    "updated": gettext_lazy("Updated"),
    "deleted": gettext_lazy("Deleted"),
}
COLOURS: Final[Mapping[str, str]] = {
    SUCCEEDED: "var(--color-green-500)",
    WITH_FAILURES: "var(--color-orange-400)",
    FAILED: "var(--color-red-500)",
    CANCELLED: "var(--color-base-400)",
    WAITING: "var(--color-blue-400)",
    "inserted": "var(--color-green-500)",
    "updated": "var(--color-blue-500)",
    "deleted": "var(--color-red-500)",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One large figure, and a line about it."""

    title: object
    figure: str
    note: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A run in a short list."""

    run: Run
    what: object
    tone: str
    result: str
    href: str
    failing: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps; `href` empty where this person may not take it."""

    title: object
    text: object
    href: str
    link: object


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What `sync_app/dashboard.html` shows, for the brand that is looked at or all of this person's."""
    brands = _brands(request)
    context["title"] = _("Dashboard")
    context["several"] = len(brands) > 1
    if not brands or not has_run(brands=brands):
        return {**context, "steps": _steps(request) if brands else [], "homeless": not brands}
    told = overview(brands=brands, now=timezone.now(), zone=timezone.get_current_timezone())
    return {
        **context,
        "tiles": _tiles(told),
        "table": _table(told),
        "outcomes": _chart(told, _("Runs a day"), OUTCOMES, OUTCOME_WORDS, lambda figures: figures.runs),
        "written": _chart(told, _("Operations written a day"), WRITTEN, WRITTEN_WORDS, lambda figures: figures.written),
        "failures": [_line(run) for run in told.failures],
        "running": told.running,
        "expiring": _expiring(request, brands),
        **_syncs(request, brands),
    }


def running(request: HttpRequest) -> HttpResponse:
    """The part of the first page that moves."""
    context = {"running": running_now(brands=_brands(request)), "several": len(_brands(request)) > 1}
    return render(request, "sync_app/dashboard/running.html", context)


def _brands(request: HttpRequest) -> list[int]:
    chosen = chosen_brand(request)
    return [brand.pk for brand in (visible_brands(request) if chosen is None else (chosen,))]


def _tiles(told: Overview) -> list[Tile]:
    week, today = told.week, told.today
    simulated = _("%(today)s today · plus %(simulated)s simulated")
    return [
        Tile(
            _("Runs in 7 days"),
            figure(week.total),
            simulated % {"today": figure(today.total), "simulated": figure(week.simulated)},
        ),
        Tile(
            _("Operations written in 7 days"),
            figure(week.operations),
            _("%(today)s today") % {"today": figure(today.operations)},
        ),
        Tile(_("Runs with failures"), _share(week.failing), _compared(told), _tone(week)),
        Tile(_("Waiting or running"), figure(told.under_way), _("now")),
    ]


def _compared(told: Overview) -> str:
    if told.week.failing is None:
        return _("only simulated runs in 7 days") if told.week.simulated else _("no run has ended in 7 days")
    if told.before.failing is None:
        return _("none in the 7 days before to compare with")
    return _("%(before)s in the 7 days before") % {"before": _share(told.before.failing)}


def _tone(week: Figures) -> str:
    return "danger" if week.runs.get(FAILED) else "warning" if week.failing else ""


def _table(told: Overview) -> list[tuple[object, list[str]]]:
    """A row a figure: today, the last 7 days, the 7 days before."""
    spans = (told.today, told.week, told.before)
    rows: list[tuple[object, list[str]]] = [
        (OUTCOME_WORDS[name], [figure(span.runs.get(name, 0)) for span in spans]) for name in OUTCOMES
    ]
    return [
        *rows,
        (_("Simulated"), [figure(span.simulated) for span in spans]),
        (_("Operations written"), [figure(span.operations) for span in spans]),
        (_("Share with failures"), [_share(span.failing) for span in spans]),
    ]


def _chart(told: Overview, title: str, names: Sequence[str], words: Mapping[str, object], part: Any) -> Chart:
    shown = [name for name in names if any(part(figures).get(name) for _day, figures in told.days)] or names[:1]
    series = [
        Series(words[name], COLOURS[name], [part(figures).get(name, 0) for _day, figures in told.days])
        for name in shown
    ]
    return by_day(title, [day for day, _figures in told.days], series)


def _line(run: Run) -> Line:
    page = reverse("admin:sync_app_run_change", args=[run.pk])
    failing = f"{page}?outcome=Error#operations" if run.counts.get("failed") else ""
    return Line(run, kind_words(run), STATUS_TONES[run.status], counts_words(run), page, failing)


def _syncs(request: HttpRequest, brands: list[int]) -> dict[str, Any]:
    """What runs next by itself and what is in need of somebody, where this person may see syncs; else nothing."""
    seen = syncs_seen_in(request) & frozenset(brands)
    if not seen:
        return {}
    told = standing_in(brands=seen)
    troubled = [(one, HEALTH_TONES[one.health], Health(one.health).label) for one in told.troubled]
    return {"syncs": told, "troubled": troubled}


def _expiring(request: HttpRequest, brands: list[int]) -> list[tuple[Expiring, str]]:
    """What is about to expire, each with the address of its page, if this person may open it."""
    if not isinstance(request.user, User):
        return []
    administered = brand_ids(request, Right.ADMINISTRATION) & frozenset(brands)
    found = expiring(user=request.user, brands=brands, administered=administered, now=timezone.now())
    return [(item, _page_of(item) if item.brand.pk in administered else reverse("account")) for item in found]


def _page_of(item: Expiring) -> str:
    screen = "appkey" if item.kind == "appkey" else "accounttoken"
    return reverse(f"admin:accounts_{screen}_change", args=[item.pk])


def _steps(request: HttpRequest) -> list[Step]:
    """From nothing to the first simulated import."""
    templates = bool(brand_ids(request, Right.TEMPLATES))
    imports = bool(brand_ids(request, Right.IMPORT))
    return [
        Step(
            _("Say what a row means"),
            _("A template maps the columns of your file to records. Start from a file, and it is suggested to you."),
            reverse("admin:templates_app_template_add") if templates else "",
            _("Write a template"),
        ),
        Step(
            _("Rehearse an import"),
            _("A simulated import reads the whole file and writes nothing."),
            reverse("admin:sync_app_import") if imports else "",
            _("Import a file"),
        ),
        Step(
            _("Read what it would do"),
            _("The report shows every value that would change. When it is right, one button writes exactly that."),
            reverse("admin:sync_app_run_changelist"),
            _("See the runs"),
        ),
    ]


def _share(share: float | None) -> str:
    return "–" if share is None else f"{figure(share * 100, 1)} %"
