"""Erasing a record: a page that says in numbers what will be gone, and asks for the record's name to be typed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.widgets import INPUT_CLASSES

from integration_admin.accounts.models import Right
from integration_admin.scoped_admin import BrandScopedAdmin
from integration_admin.whole_numbers import HIGHEST_VERSION, whole_number
from sync_app.admin.pages import REFUSALS, page
from sync_app.admin.records.edit import TRIGGER, list_address, refuse
from sync_app.admin.records.verbs import name_of
from sync_app.admin.values import record_address
from sync_app.models import Record
from sync_app.runs.records.erasing import erase_record, plan_erasure
from templates_app.admin.pages import actor_in


def erase(screen: BrandScopedAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """GET: what erasing would take along, or what stands against it. POST `typed`, `version`: erases for good."""
    actor = actor_in(request, record.brand)
    if not actor.may(Right.ADMINISTRATION):
        raise PermissionDenied
    wanted = _on_one_line(name_of(record))
    typed = _on_one_line(request.POST.get("typed", ""))
    if request.method == "POST" and typed == wanted:
        seen = request.POST.get("version", "")
        try:
            run = erase_record(
                actor=actor,
                record=record,
                seen=whole_number(seen, highest=HIGHEST_VERSION) or 0,
                clock=timezone.now,
                trigger=TRIGGER,
            )
        except REFUSALS as refused:
            refuse(request, refused)
            return HttpResponseRedirect(record_address(record.pk))
        said = _("The record is erased. Run #%(run)d and the configuration history tell that it was done.")
        messages.success(request, said % {"run": run.pk})
        return HttpResponseRedirect(list_address(actor, record.entity_type))
    return page(
        screen,
        request,
        "record_erase.html",
        title=_("Erase %(name)s") % {"name": wanted},
        brand=record.brand,
        record=record,
        plan=plan_erasure(actor=actor, record=record),
        wanted=wanted,
        mistyped=request.method == "POST",
        back=record_address(record.pk),
        input_class=" ".join(INPUT_CLASSES),
    )


def _on_one_line(name: str) -> str:
    """A name as a page shows it and an input sends it: ends of lines and rows of blanks are one blank."""
    return " ".join(name.split())
