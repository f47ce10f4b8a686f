"""The pages of one connection: choose what it is to, fill in its form, test it, delete it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Brand, Right
from integration_admin.scoped_admin import BrandScopedAdmin, brand_ids
from sync_app.admin.pages import page
from sync_app.admin.records.edit import CLASSES
from sync_app.admin.sync_refusals import REFUSED, brand_asked, brand_meant, found_connection, refusal_words, tell
from sync_app.admin.sync_words import ADVICE, ICONS, can_words
from sync_app.admin.syncs.setting_inputs import forgotten, setting_inputs, settings_entered
from sync_app.models import Connection
from sync_app.syncs.connectors.base import Connector, TransferFailed
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.due import REFUSALS_AT_MOST
from sync_app.syncs.errors import FormRefused
from sync_app.syncs.keeping.connections import (
    connectors,
    delete_connection,
    save_connection,
    try_connection,
    view_connection,
)
from sync_app.syncs.keeping.forms import FormField, describe
from sync_app.syncs.last_tests import keep_test, last_tests
from sync_app.syncs.turns.sentences import message
from templates_app.admin.pages import actor_in
from templates_app.catalog.problems import Problem

LIST: Final = "admin:sync_app_connection_changelist"
PREFIX: Final = "set-"


@dataclass(frozen=True, slots=True)
class TestedWords:
    """What a test found, as its page tells it."""

    ok: bool
    lines: tuple[str, ...]
    advice: object = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A form on its way: whose, of what, with what is kept, and what is wrong with what was entered."""

    actor: Actor
    connector: Connector | None
    form: tuple[FormField, ...]
    row: Connection | None = None
    problems: Mapping[str, Problem] | None = None
    tested: TestedWords | None = None


def address_of(connection: int) -> str:
    return reverse("admin:sync_app_connection_change", args=[connection])


def add(screen: BrandScopedAdmin, request: HttpRequest) -> HttpResponse:
    """GET: choose what to connect to, then its form (`connector`). POST: saves it."""
    brands = list(Brand.objects.filter(pk__in=brand_ids(request, Right.ADMINISTRATION)).order_by("name", "pk"))
    if not brands:
        raise PermissionDenied
    chosen = (request.POST or request.GET).get("connector", "")
    brand = brand_asked(request, brands) or brand_meant(request)
    if not chosen or brand is None or brand not in brands:
        return _choose(screen, request, [brand] if brand in brands and brand is not None else brands)
    connector = CONNECTORS.get(chosen)
    if connector is None:
        raise Http404
    shown = Shown(actor_in(request, brand), connector, tuple(describe(connector.form, values={})))
    return _save(screen, request, shown) if request.method == "POST" else _form(screen, request, shown)


def change(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET: its form, its test and who uses it. POST: saves it."""
    shown = _kept(screen, request, pk)
    return _save(screen, request, shown) if request.method == "POST" else _form(screen, request, shown)


def test(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """POST: what the other system answers to what is saved; only that, when a script asks."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    shown = _kept(screen, request, pk)
    tested = _tested(shown.actor, pk)
    keep_test(connection=pk, ok=tested.ok, at=timezone.now())
    if request.headers.get("HX-Request"):
        return render(request, "sync_app/connection_tested.html", {"tested": tested})
    return _form(screen, request, Shown(shown.actor, shown.connector, shown.form, shown.row, tested=tested))


def remove(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET: says what would go, or which syncs are in the way. POST: deletes it."""
    row, actor = found_connection(screen, request, pk)
    if request.method == "POST":
        try:
            delete_connection(actor=actor, connection=pk, clock=timezone.now)
        except REFUSED as refused:
            tell(request, refused)
            return HttpResponseRedirect(address_of(pk))
        messages.success(request, _("The connection “%(name)s” was deleted.") % {"name": row.name})
        return HttpResponseRedirect(reverse(LIST))
    syncs = list(row.syncs.order_by("name"))
    return page(
        screen,
        request,
        "connection_delete.html",
        title=_("Delete the connection “%(name)s”") % {"name": row.name},
        brand=row.brand,
        connection=row,
        syncs=syncs,
        back=address_of(pk),
    )


def _choose(screen: BrandScopedAdmin, request: HttpRequest, brands: list[Brand]) -> HttpResponse:
    return page(
        screen,
        request,
        "connection_new.html",
        title=_("Add a connection"),
        brands=[(brand, [_choice(brand, connector) for connector in connectors()]) for brand in brands],
        several=len(brands) > 1,
    )


def _choice(brand: Brand, connector: Connector) -> dict[str, str]:
    return {
        "href": f"?{urlencode({'brand': brand.pk, 'connector': connector.name})}",
        "label": _(connector.label),
        "icon": ICONS.get(connector.name, "link"),
        "can": can_words(connector),
    }


def _kept(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> Shown:
    row, actor = found_connection(screen, request, pk)
    view = view_connection(actor=actor, connection=pk)
    return Shown(actor, CONNECTORS.get(row.connector), view.form, view.row)


def _tested(actor: Actor, pk: int) -> TestedWords:
    try:
        found = try_connection(actor=actor, connection=pk, clock=timezone.now)
    except TransferFailed as failed:
        return TestedWords(False, (message(Problem(failed.code, failed.params)),), ADVICE.get(failed.trouble, ""))
    except REFUSED as refused:
        return TestedWords(False, (refusal_words(refused),))
    return TestedWords(found.ok, tuple(found.lines))


def _save(screen: BrandScopedAdmin, request: HttpRequest, shown: Shown) -> HttpResponse:
    reached = shown.row.syncs.exclude(watermark="").count() if shown.row is not None else 0
    try:
        row = save_connection(
            actor=shown.actor,
            connection=shown.row.pk if shown.row is not None else None,
            connector=shown.connector.name if shown.connector is not None else "",
            name=request.POST.get("name", ""),
            values=settings_entered(shown.form, prefix=PREFIX, asked=request.POST),
            forget=forgotten(shown.form, prefix=PREFIX, asked=request.POST),
            clock=timezone.now,
        )
    except FormRefused as refused:
        again = Shown(shown.actor, shown.connector, shown.form, shown.row, refused.problems)
        return _form(screen, request, again)
    except REFUSED as refused:
        tell(request, refused)
        return HttpResponseRedirect(reverse(LIST))
    messages.success(request, _("Saved. Test it now to see whether it works."))
    if row.syncs.exclude(watermark="").count() < reached:
        messages.info(request, _("It leads to other data now: the next turn begins at the beginning."))
    return HttpResponseRedirect(address_of(row.pk))


def _form(screen: BrandScopedAdmin, request: HttpRequest, shown: Shown) -> HttpResponse:
    row, connector = shown.row, shown.connector
    asked = request.POST if shown.problems is not None else None
    label = _(connector.label) if connector is not None else (row.connector if row is not None else "")
    problems = shown.problems or {}
    named = problems.get("name")
    context: dict[str, Any] = {
        "title": row.name if row is not None else _("New connection: %(connector)s") % {"connector": label},
        "label": label,
        "connector": connector.name if connector is not None else "",
        "connection": row,
        "name": asked.get("name", "") if asked is not None else (row.name if row is not None else ""),
        "name_problem": message(named) if named is not None else "",
        "inputs": setting_inputs(shown.form, prefix=PREFIX, asked=asked, problems=problems),
        "wrong": bool(problems),
        "here": address_of(row.pk) if row is not None else reverse("admin:sync_app_connection_add"),
        "may_sync": shown.actor.may(Right.TEMPLATES),
    }
    if row is not None:
        context |= {"refusals": row.refusals, "stopped": row.refusals >= REFUSALS_AT_MOST}
        context |= {"syncs": list(row.syncs.order_by("name")), "tested": shown.tested or _last(row.pk)}
    return page(screen, request, "connection.html", brand=shown.actor.brand, **context, **CLASSES)


def _last(pk: int) -> TestedWords | None:
    found = last_tests([pk]).get(pk)
    return TestedWords(found.ok, (), at=found.at) if found is not None else None
