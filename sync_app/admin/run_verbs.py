"""What can be done about a run: each a POST that makes one call of a use case and leads to the run that came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor
from integration_admin.one_press import SENT_BEFORE, one_press
from integration_admin.scoped_admin import BrandScopedAdmin
from integration_admin.whole_numbers import whole_number
from sync_app.admin.pages import REFUSALS, page, tell
from sync_app.admin.wording import PLANNED
from sync_app.models import Run
from sync_app.runs.options import ImportOptions
from sync_app.runs.queue import enqueue
from sync_app.runs.reports.file import KINDS, report_file
from sync_app.runs.reports.refused_groups import RefusedGroup, group_sent
from sync_app.runs.rows.failed_file import failed_file
from sync_app.runs.sentences import message
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.cancelling import cancel
from sync_app.runs.verbs.plan_check import check_plan
from sync_app.runs.verbs.retrying import start_retry
from sync_app.runs.verbs.sizing import size_of
from sync_app.runs.verbs.undoing import start_undo
from sync_app.runs.work.perform import perform
from templates_app.admin.pages import actor_in
from templates_app.catalog.problems import Problem

TRIGGER: Final = "ui"
HOLDER: Final = "site"
HIGHEST_ROW: Final = 10**9 - 1
NO_ROW: Final = -1
LONGEST_NAME: Final = 255
FILTERS: Final = ("outcome", "type", "code", "field", "text")
CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Verb = Callable[[Actor, Run], Run]


def address_of(run: int) -> str:
    return reverse("admin:sync_app_run_change", args=[run])


def apply_it(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET: says in numbers what would be written, and what has gone stale since. POST: writes it.

    `stale=refuse` writes nothing if anything has changed since.
    """
    if request.method == "GET":
        return _confirm_apply(screen, request, pk)

    def verb(actor: Actor, run: Run) -> Run:
        return start_apply(
            actor=actor,
            run=run.pk,
            stale="refuse" if request.POST.get("stale") == "refuse" else "skip",
            trigger=TRIGGER,
            clock=timezone.now,
        )

    return _done(screen, request, pk, verb)


def _confirm_apply(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    run = found(screen, request, pk)
    try:
        check = check_plan(actor=actor_in(request, run.brand), run=run.pk)
    except REFUSALS as refused:
        tell(request, refused)
        return HttpResponseRedirect(address_of(pk))
    title = _("Apply simulation #%(run)s") % {"run": pk}
    figures = [(word, run.counts.get(name, 0)) for name, word in PLANNED.items()]
    planned = sum(run.counts.get(name, 0) for name in ("inserted", "updated", "deleted"))
    writes = max(planned - check.lost, 0)
    reasons = [(message(Problem(code)), count) for code, count in check.reasons.items()]
    context = {"run": run, "check": check, "figures": figures, "writes": writes, "lost": planned - writes}
    context |= {"planned": planned, "reasons": reasons}
    return page(screen, request, "run_apply.html", title=title, brand=run.brand, **context)


def undo_it(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """POST: takes back what this run wrote; only simulated unless `for_real` is sent."""

    def verb(actor: Actor, run: Run) -> Run:
        return start_undo(
            actor=actor,
            run=run.pk,
            simulate="for_real" not in request.POST,
            conflicts="refuse" if request.POST.get("conflicts") == "refuse" else "keep",
            trigger=TRIGGER,
            clock=timezone.now,
        )

    return _done(screen, request, pk, verb)


def retry_it(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """POST: imports the failed rows again, with the template of `version` then or now; `simulate` only shows it.

    `row` takes one of them, `code` with type, field and name those of one group.
    """

    asked = _only(request)

    def verb(actor: Actor, run: Run) -> Run:
        only = group_sent(run=run, group=asked) if isinstance(asked, RefusedGroup) else asked
        return start_retry(
            actor=actor,
            run=run.pk,
            version="now" if request.POST.get("version") == "now" else "then",
            options=ImportOptions(simulate="simulate" in request.POST),
            only=only,
            trigger=TRIGGER,
            clock=timezone.now,
        )

    return _done(screen, request, pk, verb)


def _only(request: HttpRequest) -> RefusedGroup | int | None:
    row = request.POST.get("row", "")
    if row:
        # What is no number is no row: never all of them.
        return whole_number(row, highest=HIGHEST_ROW) or NO_ROW
    place = {
        name: request.POST.get(name, "").replace("\0", "")[:LONGEST_NAME] for name in ("code", "type", "field", "name")
    }
    return RefusedGroup(**place) if place["code"] else None


def cancel_it(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """POST: asks the run to stop; what it has committed stays."""

    def verb(actor: Actor, run: Run) -> Run:
        return cancel(actor=actor, run=run.pk, clock=timezone.now)

    return _done(screen, request, pk, verb, carries_out=False)


def failed_rows(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The file of the rows that failed, in the kind of the source."""
    run = found(screen, request, pk)
    kind = str(run.source.get("kind", ""))
    if kind not in CONTENT_TYPES:
        raise Http404
    out = BytesIO()
    try:
        failed_file(actor=actor_in(request, run.brand), run=run, out=out)
    except REFUSALS as refused:
        tell(request, refused)
        return HttpResponseRedirect(address_of(pk))
    response = HttpResponse(out.getvalue(), content_type=CONTENT_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="run-{pk}-failed.{kind}"'
    return response


def operations_file(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponseBase:
    """The operations that the address asks for, as a file of `kind`: written while it is sent."""
    run = found(screen, request, pk)
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        raise Http404
    filters = {name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST_NAME] or None for name in FILTERS}
    try:
        pieces = report_file(actor=actor_in(request, run.brand), run=run, kind=kind, **filters)
    except REFUSALS as refused:
        tell(request, refused)
        return HttpResponseRedirect(address_of(pk))
    response = StreamingHttpResponse(_in_language(pieces, get_language()), content_type=CONTENT_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="run-{pk}-operations.{kind}"'
    return response


def _in_language(pieces: Iterator[bytes], language: str | None) -> Iterator[bytes]:
    """The pieces are made after the view has returned, when the request's language is no longer active."""
    with override(language):
        yield from pieces


def found(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> Run:
    """The run of a page. Http404 where this person sees none."""
    run: Run | None = screen.get_queryset(request).select_related("brand").filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


def _done(
    screen: BrandScopedAdmin,
    request: HttpRequest,
    pk: int,
    verb: Verb,
    *,
    carries_out: bool = True,
) -> HttpResponse:
    """Does it, once a press, and leads to the run that came of it, or back with the refusal."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    run = found(screen, request, pk)
    with one_press(request) as press:
        if not press.first:
            messages.info(request, SENT_BEFORE)
            return HttpResponseRedirect(press.led_to or address_of(pk))
        try:
            started = verb(actor_in(request, run.brand), run)
        except REFUSALS as refused:
            press.made = False
            tell(request, refused)
            return HttpResponseRedirect(address_of(pk))
        press.led_to = address_of(started.pk)
    if carries_out:
        _carry_out(request, started)
    return HttpResponseRedirect(address_of(started.pk))


def _carry_out(request: HttpRequest, run: Run) -> None:
    """Small ones while the request waits, large ones by the worker."""
    if size_of(run) <= settings.ASYNC_ROWS:
        perform(run=run.pk, holder=HOLDER, clock=timezone.now)
        return
    enqueue(run=run.pk)
    messages.info(request, _("The run is waiting for the worker. This page follows it."))
