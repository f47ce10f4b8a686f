"""Setting the watermark of a sync back: to the beginning, to a moment, or to a value."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from integration_admin.local_time import show_times_of
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.pages import page
from sync_app.admin.records.edit import CLASSES
from sync_app.admin.sync_refusals import REFUSED, found_sync, refusal_words
from sync_app.admin.syncs.verbs import page_of
from sync_app.models import Sync, SyncDirection
from sync_app.syncs.keeping.changing import set_watermark
from sync_app.syncs.turns.marks import mark_of, moment_of_mark


def show(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET: where it stands, and what can be entered. POST: `to` is begin, moment (`moment`) or value (`value`)."""
    found, actor = found_sync(screen, request, pk)
    sync = Sync.objects.select_related("brand", "connection", "template").get(pk=found.pk)
    show_times_of(sync.brand)
    timed = bool(mark_of(sync=sync, moment=timezone.now()))
    problem = ""
    if request.method == "POST":
        try:
            mark = _asked(request, sync, timed=timed)
            set_watermark(actor=actor, sync=pk, watermark=mark, clock=timezone.now)
        except REFUSED as refused:
            problem = refusal_words(refused)
        except (ValueError, OverflowError):
            problem = _("Enter a day and a time.")
        else:
            messages.success(request, _("Set. The next turn begins there."))
            return HttpResponseRedirect(page_of(pk))
    return page(
        screen,
        request,
        "sync/watermark.html",
        title=_("Set back: %(name)s") % {"name": sync.name},
        brand=sync.brand,
        sync=sync,
        timed=timed,
        pulls=sync.direction == SyncDirection.PULL,
        problem=problem,
        to=request.POST.get("to", "moment" if timed else "begin"),
        moment=request.POST.get("moment", ""),
        value=request.POST.get("value", sync.watermark),
        zone=sync.brand.shown_zone.key,
        mark=moment_of_mark(sync=sync),
        back=page_of(pk),
        **CLASSES,
    )


def _asked(request: HttpRequest, sync: Sync, *, timed: bool) -> str:
    """The watermark that was entered. ValueError for a moment that is none."""
    to = request.POST.get("to", "")
    if to == "value":
        return request.POST.get("value", "")
    if to == "begin":
        return ""
    if to != "moment" or not timed:
        raise ValueError
    moment = parse_datetime(request.POST.get("moment", ""))
    if moment is None:
        raise ValueError
    aware = timezone.make_aware(moment, sync.brand.shown_zone) if timezone.is_naive(moment) else moment
    return mark_of(sync=sync, moment=aware)
