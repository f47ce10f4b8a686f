"""What can be done about a record beside editing it: each page says first what will happen, a POST then does it."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor
from integration_admin.scoped_admin import BrandScopedAdmin
from integration_admin.whole_numbers import HIGHEST_VERSION, whole_number
from sync_app.admin.pages import REFUSALS, page
from sync_app.admin.records.edit import TRIGGER, done, refuse
from sync_app.admin.values import record_address, words_for
from sync_app.models import LIVE, Record, Reference
from sync_app.runs.errors import RunRefused
from sync_app.runs.records.editing import EditResult, RecordChange, edit_records
from sync_app.runs.records.states import restore_values, way_back
from templates_app.admin.pages import actor_in


def delete(screen: BrandScopedAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """GET: what deleting means for this record. POST: marks it deleted."""
    actor = _writer(request, record)
    if record.deleted_at is not None:
        raise Http404
    if request.method == "POST":
        change = RecordChange(
            record.entity_type, "delete", record.pk, version=_version(request.POST.get("version", ""))
        )
        return _write(request, record, _("The record is deleted."), lambda: _edit(actor, change))
    referring = Reference.objects.filter(brand=record.brand, target=record, record__in=Record.objects.filter(LIVE))
    return page(
        screen,
        request,
        "record_delete.html",
        title=_("Delete %(name)s") % {"name": name_of(record)},
        brand=record.brand,
        record=record,
        referring=referring.count(),
        back=record_address(record.pk),
    )


def revive(screen: BrandScopedAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """POST: brings a deleted record back as it was."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor = _writer(request, record)
    change = RecordChange(record.entity_type, "revive", record.pk)
    return _write(request, record, _("The record is back."), lambda: _edit(actor, change))


def restore(screen: BrandScopedAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """GET: what making the record as it was at `version` would change; of one `field` only, if named. POST: does it."""
    actor = _writer(request, record)
    asked = request.POST if request.method == "POST" else request.GET
    version, field = _version(asked.get("version", "")), asked.get("field", "").replace("\0", "")[:64]
    if request.method == "POST":
        return _write(
            request,
            record,
            _("The earlier values are back."),
            lambda: restore_values(
                actor=actor,
                record=record,
                version=version,
                field=field,
                seen=_version(asked.get("seen", "")),
                clock=timezone.now,
                trigger=TRIGGER,
            ),
        )
    try:
        back = way_back(actor=actor, record=record, version=version, field=field)
    except RunRefused as refused:
        refuse(request, refused)
        return HttpResponseRedirect(record_address(record.pk))
    changes = {name: {"old": back.now[name], "new": back.then[name]} for name in back.then}
    words = words_for(actor=actor, changed=[(record.entity_type, changes)])
    return page(
        screen,
        request,
        "record_restore.html",
        title=_("Back to version %(version)d: %(name)s") % {"version": version, "name": name_of(record)},
        brand=record.brand,
        record=record,
        version=version,
        field=field,
        fields=words.changes(record.entity_type, changes),
        closed=[words.label(record.entity_type, name) for name in back.closed],
        back=record_address(record.pk),
    )


def name_of(record: Record) -> str:
    """What people call it: its label, else its type and number."""
    return record.label or f"{record.entity_type} {record.pk}"


def _edit(actor: Actor, change: RecordChange) -> EditResult:
    return edit_records(actor=actor, changes=[change], clock=timezone.now, trigger=TRIGGER)


def _write(request: HttpRequest, record: Record, said: str, verb: Callable[[], EditResult]) -> HttpResponse:
    """Does it and leads to the record, with the run that tells of it or with the refusal."""
    address = record_address(record.pk)
    try:
        result = verb()
    except REFUSALS as refused:
        refuse(request, refused)
        return HttpResponseRedirect(address)
    return done(request, result, said, address)


def _writer(request: HttpRequest, record: Record) -> Actor:
    actor = actor_in(request, record.brand)
    if not actor.writes(record.entity_type):
        raise PermissionDenied
    return actor


def _version(text: str) -> int:
    return whole_number(text, highest=HIGHEST_VERSION) or 0
