"""The form of a sync: clear steps on one page. What a choice asks for comes at once, by script or by a button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Brand, Right
from integration_admin.local_time import show_times_of
from integration_admin.scoped_admin import BrandScopedAdmin, brand_ids
from sync_app.admin.pages import page
from sync_app.admin.records.edit import CLASSES
from sync_app.admin.sync_refusals import REFUSED, brand_asked, brand_meant, found_sync, refusal_words
from sync_app.admin.syncs.choices import Choices, choices_for
from sync_app.admin.syncs.draft import TRANSFER, draft_of, form_of, new_draft, plain, rule_of
from sync_app.admin.syncs.setting_inputs import SettingInput, setting_inputs
from sync_app.admin.syncs.steps import context_of
from sync_app.models import Sync
from sync_app.syncs.errors import ConnectionNotFound, FormRefused
from sync_app.syncs.keeping.saving import as_seen, save_sync
from sync_app.syncs.notices.wishes import targets_of_brand
from sync_app.syncs.schedule_words import schedule_in_words
from sync_app.syncs.schedules.due import next_times
from sync_app.syncs.schedules.reading import read_rule
from sync_app.syncs.turns.sentences import message
from templates_app.admin.pages import actor_in
from templates_app.catalog.problems import Problem

LOOK: Final = "look"
TIMES: Final = 5
#: Refusals of these codes are about the template.
OF_TEMPLATE: Final = frozenset({"template_not_found", "wrong_direction", "template_outdated", "template_not_allowed"})


@dataclass(slots=True)
class Visit:
    """A form on its way: the texts in it, what can be chosen, and what is wrong (name of the place -> problem)."""

    actor: Actor
    draft: QueryDict
    choices: Choices
    sync: Sync | None = None
    problems: Mapping[str, Problem] = field(default_factory=dict)
    refused: str = ""
    asked: bool = False

    @property
    def inputs(self) -> list[SettingInput]:
        """The settings of the transfer."""
        own = {name.removeprefix("transfer."): problem for name, problem in self.problems.items()}
        asked = self.draft if self.asked else None
        return setting_inputs(self.choices.transfer, prefix=TRANSFER, asked=asked, problems=own)


def add(screen: BrandScopedAdmin, request: HttpRequest) -> HttpResponse:
    """GET: an empty form, of the only brand or the one chosen. POST: saves it, or shows what a choice asks for."""
    brands = list(Brand.objects.filter(pk__in=brand_ids(request, Right.TEMPLATES)).order_by("name", "pk"))
    if not brands:
        raise PermissionDenied
    brand = brand_asked(request, brands) or brand_meant(request)
    if brand is None or brand not in brands:
        brand = brands[0]
    draft = plain(request.POST) if request.method == "POST" else new_draft(plain(request.GET))
    visit = _visit(actor_in(request, brand), draft, asked=request.method == "POST")
    return _answer(screen, request, visit, brands)


def edit(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The same of a sync that is there."""
    found, actor = found_sync(screen, request, pk)
    if not actor.may(Right.TEMPLATES):
        raise PermissionDenied
    sync = Sync.objects.select_related("brand", "connection", "template").get(pk=found.pk)
    posted = request.method == "POST"
    visit = _visit(actor, plain(request.POST) if posted else draft_of(sync), sync=sync, asked=posted)
    return _answer(screen, request, visit, [actor.brand])


def times(screen: BrandScopedAdmin, request: HttpRequest) -> HttpResponse:
    """GET: what the schedule in the address says in words, and its next times in the zone of the brand."""
    brands = Brand.objects.filter(pk__in=brand_ids(request, Right.TEMPLATES))
    brand = brand_asked(request, list(brands))
    if brand is None:
        raise PermissionDenied
    return render(request, "sync_app/sync/times.html", schedule_shown(request.GET, brand))


def schedule_shown(draft: QueryDict, brand: Brand) -> dict[str, Any]:
    """The words and the next times of the schedule in a form, or what is wrong with it."""
    show_times_of(brand)
    rule = rule_of(draft)
    read = read_rule(rule)
    if read.problems:
        return {"schedule_problem": message(read.problems[0])}
    coming = next_times(read.rule, zone=brand.shown_zone, moment=timezone.now(), count=TIMES) if read.rule else []
    return {"schedule_words": schedule_in_words(rule), "times": coming, "zone": brand.shown_zone.key}


def _visit(actor: Actor, draft: QueryDict, *, sync: Sync | None = None, asked: bool = False) -> Visit:
    kept = sync.transfer if sync is not None else {}
    return Visit(actor, draft, choices_for(actor=actor, draft=draft, kept=kept), sync, asked=asked)


def _answer(screen: BrandScopedAdmin, request: HttpRequest, visit: Visit, brands: list[Brand]) -> HttpResponse:
    if request.method != "POST" or LOOK in request.POST:
        return _shown(screen, request, visit, brands)
    try:
        row = _saved(visit)
    except FormRefused as refused:
        visit.problems = refused.problems
    except ConnectionNotFound as refused:
        visit.problems = {"connection": refused.problem}
    except REFUSED as refused:
        code = getattr(refused, "code", "") or getattr(getattr(refused, "problem", None), "code", "")
        if code in OF_TEMPLATE:
            visit.problems = {"template": Problem(code)}
        visit.refused = refusal_words(refused)
    else:
        messages.success(request, _("Saved."))
        if visit.sync is not None and visit.sync.watermark and not row.watermark:
            messages.info(request, _("It leads to other data now: the next turn begins at the beginning."))
        return HttpResponseRedirect(reverse("admin:sync_app_sync_change", args=[row.pk]))
    return _shown(screen, request, visit, brands)


def _saved(visit: Visit) -> Sync:
    """Raises what `save_sync` raises, and FormRefused for what has not been chosen at all."""
    missing = {name: Problem("setting_required") for name in ("connection", "template") if not visit.draft.get(name)}
    if missing:
        raise FormRefused(missing)
    sync = visit.sync
    form = form_of(visit.draft, transfer=visit.choices.transfer)
    return save_sync(
        actor=visit.actor,
        sync=sync.pk if sync is not None else None,
        form=form,
        seen=visit.draft.get("seen", ""),
        clock=timezone.now,
    )


def _shown(screen: BrandScopedAdmin, request: HttpRequest, visit: Visit, brands: list[Brand]) -> HttpResponse:
    sync, brand = visit.sync, visit.actor.brand
    title = _("Edit the sync “%(name)s”") % {"name": sync.name} if sync is not None else _("Add a sync")
    back = reverse("admin:sync_app_sync_change", args=[sync.pk]) if sync is not None else ""
    return page(
        screen,
        request,
        "sync/form.html",
        title=title,
        brand=brand,
        brands=brands,
        sync=sync,
        seen=(visit.draft.get("seen", "") if visit.asked else as_seen(sync)) if sync is not None else "",
        back=back or reverse("admin:sync_app_sync_changelist"),
        refused=visit.refused,
        inputs=visit.inputs,
        nobody_told=not targets_of_brand(brand),
        **context_of(visit.draft, visit.choices, visit.problems),
        **schedule_shown(visit.draft, brand),
        **CLASSES,
    )
