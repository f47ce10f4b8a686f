"""The form of a record: making one and changing one, with what somebody else did meanwhile in sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES, TEXTAREA_CLASSES

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.one_press import SENT_BEFORE, one_press
from integration_admin.scoped_admin import BrandScopedAdmin
from integration_admin.whole_numbers import HIGHEST_VERSION, whole_number
from sync_app.admin.pages import page, tell
from sync_app.admin.records.inputs import SEARCH, FormFields, Raw
from sync_app.admin.values import Worded, as_changes, record_address, words_for
from sync_app.models import Record
from sync_app.runs.errors import RunRefused
from sync_app.runs.lists.histories import history_page
from sync_app.runs.records.editing import EditConflict, EditRefused, EditResult, RecordChange, edit_records
from sync_app.runs.records.states import state_at
from sync_app.runs.sentences import message
from templates_app.admin.pages import actor_in
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import EntityType
from templates_app.library.wording import type_in_words
from templates_app.sources.rows import SourceRefused

TRIGGER: Final = "ui"
CLASSES: Final = {
    "input_class": " ".join(INPUT_CLASSES),
    "select_class": " ".join(SELECT_CLASSES),
    "lines_class": " ".join(TEXTAREA_CLASSES),
}


@dataclass(frozen=True, slots=True)
class Form:
    """A form on its way: the type, who fills it in, the record (None: a new one) and the version that was shown."""

    screen: BrandScopedAdmin
    request: HttpRequest
    actor: Actor
    fields: FormFields
    record: Record | None = None
    seen: int = 0

    def answer(
        self,
        raw: Mapping[str, Raw],
        *,
        problems: Mapping[str, Sequence[str]] | None = None,
        general: Sequence[str] = (),
        conflict: Mapping[str, Any] | None = None,
        present: Mapping[str, Worded] | None = None,
    ) -> HttpResponse:
        raw = {**self.fields.shown(self.record.data if self.record else {}), **raw}
        asked = {name: self.request.POST.get(SEARCH + name, "") for name in self.fields.names}
        entity, record = self.fields.entity, self.record
        inputs = self.fields.inputs(raw, asked=asked, problems=problems, present=present)
        named = record.label or f"{entity.name} {record.pk}" if record else ""
        called = type_in_words(entity)
        return page(
            self.screen,
            self.request,
            "record_form.html",
            title=_("Edit %(name)s") % {"name": named} if record else _("New: %(type)s") % {"type": called},
            brand=self.actor.brand,
            entity=entity,
            called=called,
            record=record,
            seen=self.seen,
            inputs=inputs,
            wrong=[one for one in inputs if one.problems],
            general=general,
            conflict=conflict,
            back=record_address(record.pk) if record else list_address(self.actor, entity.name),
            references=reverse("admin:sync_app_record_references"),
            **CLASSES,
        )


def list_address(actor: Actor, entity_type: str) -> str:
    """The list of the records of a type."""
    query = QueryDict(mutable=True)
    query.update({"brand": str(actor.brand.pk), "type": entity_type})
    return f"{reverse('admin:sync_app_record_changelist')}?{query.urlencode()}"


def create(screen: BrandScopedAdmin, request: HttpRequest, actor: Actor, entity: EntityType) -> HttpResponse:
    """GET: an empty form. POST: makes the record and leads to it; with `look` it only searches for references."""
    _may_write(actor, entity.name)
    form = Form(screen, request, actor, _fields(actor, entity))
    sent = form.fields.sent(request.POST)
    if request.method != "POST" or "look" in request.POST:
        return form.answer(sent)
    return _once(form, list_address(actor, entity.name), lambda: _create(form, sent))


def _create(form: Form, sent: dict[str, Raw]) -> HttpResponse:
    entity = form.fields.entity
    change = RecordChange(
        entity.name, "create", values=form.fields.values({name: value for name, value in sent.items() if value})
    )
    try:
        result = edit_records(actor=form.actor, changes=[change], clock=timezone.now, trigger=TRIGGER)
    except EditRefused as refused:
        return _refused(form, sent, refused)
    return done(form.request, result, _("The record was made."), record_address(result.records[0].record))


def edit(screen: BrandScopedAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """GET: the form. POST: writes what differs from what was shown, unless somebody changed the record since."""
    actor = actor_in(request, record.brand)
    _may_write(actor, record.entity_type)
    entity = catalog_of(record.brand).get(record.entity_type)
    if entity is None or record.deleted_at is not None:
        raise Http404
    seen = _version(request.POST.get("version", "")) if request.method == "POST" else record.version
    form = Form(screen, request, actor, _fields(actor, entity), record, seen)
    if request.method != "POST":
        return form.answer(form.fields.shown(record.data))
    sent = form.fields.sent(request.POST)
    if "look" in request.POST:
        return form.answer(sent)
    return _once(form, record_address(record.pk), lambda: _save(form, record, sent))


def _once(form: Form, back: str, write: Callable[[], HttpResponse]) -> HttpResponse:
    """Writes, unless this form has been sent before: then it leads to where that led, else to `back`."""
    with one_press(form.request) as press:
        if not press.first:
            messages.info(form.request, SENT_BEFORE)
            return HttpResponseRedirect(press.led_to or back)
        answer = write()
        press.led_to = answer.headers.get("Location", "")
        press.made = bool(press.led_to)
        if press.made:
            _tell_closed(form)
        return answer


def _tell_closed(form: Form) -> None:
    """Of what was entered into a field that was closed meanwhile nothing is kept: that is said, not passed over."""
    for name in form.fields.closed(form.record.data if form.record else {}, form.request.POST):
        label = form.fields.words.label(form.fields.entity.name, name)
        lost = _("“%(field)s” can no longer be edited: what was entered there was not saved.") % {"field": label}
        messages.warning(form.request, lost)


def _save(form: Form, record: Record, sent: dict[str, Raw]) -> HttpResponse:
    try:
        before = shown = form.fields.shown(state_at(record=record, version=form.seen))
    except RunRefused:
        # What was shown then is not kept any more: everything is compared with what is there now.
        shown, before = form.fields.shown(record.data), sent
    values = {name: sent[name] for name in form.fields.touched(shown, sent)}
    change = RecordChange(record.entity_type, "change", record.pk, form.fields.values(values), form.seen)
    try:
        result = edit_records(actor=form.actor, changes=[change], clock=timezone.now, trigger=TRIGGER)
    except EditConflict:
        return _conflict(form, record, values, before)
    except EditRefused as refused:
        return _refused(form, sent, refused)
    return done(form.request, result, _("The changes were written."), record_address(record.pk))


def _conflict(form: Form, record: Record, mine: Mapping[str, Raw], before: Mapping[str, Raw]) -> HttpResponse:
    """The form again, over the record as it is now: what this person changed stays, beside it what stands there.

    `before` is what the fields are compared with, to tell those that have another value by now.
    """
    now = Record.objects.select_related("brand").get(pk=record.pk)
    current = form.fields.shown(now.data)
    raw = {**current, **mine}
    words = words_for(actor=form.actor, changed=[(now.entity_type, as_changes(now.data))])
    worded = {field.name: field for field in words.values(now.entity_type, now.data)}
    empty = {name: Worded(words.label(now.entity_type, name), name, (), ()) for name in current}
    differing = {name: {**empty, **worded}[name] for name in form.fields.touched(current, before)}
    last = history_page(actor=form.actor, record=now, limit=1).changes
    again = Form(form.screen, form.request, form.actor, form.fields, now, now.version)
    conflict = {"by": last[0].actor if last else "", "run": last[0].run if last else 0, "count": len(differing)}
    return again.answer(raw, conflict=conflict, present=differing)


def _refused(form: Form, sent: Mapping[str, Raw], refused: EditRefused) -> HttpResponse:
    """The form again, each problem at its field."""
    by_field: dict[str, list[str]] = {}
    general = []
    for problem in refused.problems.get(0, ()):
        if problem.field in form.fields.names:
            by_field.setdefault(problem.field, []).append(message(problem))
        else:
            general.append(_of_field(form, problem))
    return form.answer(sent, problems=by_field, general=general)


def _of_field(form: Form, problem: Problem) -> str:
    said = message(problem)
    return f"{form.fields.words.label(form.fields.entity.name, problem.field)}: {said}" if problem.field else said


def references(screen: BrandScopedAdmin, request: HttpRequest, actor: Actor, entity: EntityType) -> HttpResponse:
    """The choices of one reference field, for what is typed into its search."""
    _may_write(actor, entity.name)
    one = _fields(actor, entity).one(request.GET.get("field", ""), request.GET)
    if one is None:
        raise Http404
    return page(screen, request, "record_choices.html", title="", brand=actor.brand, input=one)


def done(request: HttpRequest, result: EditResult, said: str, address: str) -> HttpResponse:
    """Leads on, and says which run tells of it."""
    if result.run is None:
        messages.info(request, _("Nothing differs, so nothing was written."))
    else:
        undo = _("Run #%(run)d tells of it; it can be undone there.") % {"run": result.run.pk}
        messages.success(request, f"{said} {undo}")
    return HttpResponseRedirect(address)


def refuse(request: HttpRequest, refused: RunRefused | SourceRefused | NotAllowed) -> None:
    """The refusal as messages on the next page: of an edit each problem, else its sentence."""
    if not isinstance(refused, EditRefused):
        tell(request, refused)
        return
    problems = [problem for listed in refused.problems.values() for problem in listed]
    for problem in problems:
        messages.error(request, f"{problem.field}: {message(problem)}" if problem.field else message(problem))


def _fields(actor: Actor, entity: EntityType) -> FormFields:
    return FormFields(actor, entity, words_for(actor=actor, changed=[]))


def _may_write(actor: Actor, entity_type: str) -> None:
    if not actor.writes(entity_type):
        raise PermissionDenied


def _version(text: str) -> int:
    return whole_number(text, highest=HIGHEST_VERSION) or 0
