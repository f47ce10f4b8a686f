"""The page of one version: its text with findings beside the lines, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.models import Brand, Right
from integration_admin.local_time import show_times_of
from integration_admin.scoped_admin import brand_ids
from templates_app.admin.findings_beside import lines_of
from templates_app.admin.pages import actor_in, page, tell
from templates_app.admin.screen import TemplateScreen
from templates_app.brand_catalog import catalog_of, setting_of
from templates_app.library import LibraryRefused, check_text, clone, current_version, newest_version, publish, restore
from templates_app.models import TemplateVersion


def address_of(version: TemplateVersion) -> str:
    return reverse("admin:templates_app_template_version", args=[version.template_id, version.number])


def show(screen: TemplateScreen, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    version = screen.found_version(request, pk, number)
    brand = version.template.brand
    show_times_of(brand)
    checked = check_text(xml=version.xml, catalog=catalog_of(brand), setting=setting_of(brand))
    return page(
        screen,
        request,
        "version.html",
        title=f"{version.template.name} · {version.number}",
        template=version.template,
        version=version,
        checked=checked,
        lines=lines_of(version.xml, checked.findings),
        current=current_version(version.template),
        newest=_is_newest(version),
        may_change=screen.has_change_permission(request, version.template),
        may_import=version.template.brand_id in brand_ids(request, Right.IMPORT),
        brands=Brand.objects.filter(pk__in=brand_ids(request, Right.TEMPLATES)),
    )


def _is_newest(version: TemplateVersion) -> bool:
    newest = newest_version(version.template)
    return newest is not None and newest.pk == version.pk


def publish_it(screen: TemplateScreen, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """POST `seen`, the digest of the text that was shown: publishes a draft that holds this text still."""
    seen = request.POST.get("seen", "")

    def shown(actor: Actor, version: TemplateVersion) -> TemplateVersion:
        return publish(actor=actor, version=version, seen=seen, at=timezone.now())

    return _done(screen, request, pk, number, shown)


def restore_it(screen: TemplateScreen, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """POST: a new draft with the text of this version."""
    return _done(
        screen, request, pk, number, lambda actor, version: restore(actor=actor, version=version, at=timezone.now())
    )


def clone_it(screen: TemplateScreen, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """POST `name` and `brand`: a new template with this text, in a brand where this person may edit templates."""

    def into_brand(actor: Actor, version: TemplateVersion) -> TemplateVersion:
        allowed = Brand.objects.filter(pk__in=brand_ids(request, Right.TEMPLATES))
        brand = next((brand for brand in allowed if str(brand.pk) == request.POST.get("brand")), None)
        if brand is None:
            raise Http404
        name = request.POST.get("name", "")
        return clone(actor=actor, version=version, name=name, into=actor_in(request, brand), at=timezone.now())

    return _done(screen, request, pk, number, into_brand)


def _done(
    screen: TemplateScreen,
    request: HttpRequest,
    pk: int,
    number: int,
    verb: Callable[[Actor, TemplateVersion], TemplateVersion],
) -> HttpResponse:
    """Does it and leads to the version that came of it, or back with the refusal."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    version = screen.found_version(request, pk, number, to_change=True)
    try:
        result = verb(actor_in(request, version.template.brand), version)
    except (LibraryRefused, NotAllowed) as refused:
        tell(request, refused)
        return HttpResponseRedirect(address_of(version))
    messages.success(request, _("Version %(number)d is kept.") % {"number": result.number})
    return HttpResponseRedirect(address_of(result))
