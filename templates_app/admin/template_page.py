"""The page of one template: what it is, and all its versions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from integration_admin.accounts.access import NotAllowed
from integration_admin.accounts.models import Right
from integration_admin.local_time import show_times_of
from integration_admin.scoped_admin import brand_ids
from templates_app.admin.pages import actor_in, page, tell
from templates_app.admin.screen import TemplateScreen
from templates_app.library import LibraryRefused, archive, current_version, description_in_words
from templates_app.models import Template


def address_of(template: Template) -> str:
    return reverse("admin:templates_app_template_change", args=[template.pk])


def show(screen: TemplateScreen, request: HttpRequest, template: Template) -> HttpResponse:
    show_times_of(template.brand)
    return page(
        screen,
        request,
        "template.html",
        title=template.name,
        template=template,
        description=description_in_words(template),
        versions=template.versions.defer("xml"),
        current=current_version(template),
        may_change=screen.has_change_permission(request, template),
        may_import=template.brand_id in brand_ids(request, Right.IMPORT),
    )


def archive_or_bring_back(screen: TemplateScreen, request: HttpRequest, pk: int) -> HttpResponse:
    """POST: takes the template out of use, or with `back` into it again; pressed twice, it stays as it is then."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    template = screen.found(request, pk, to_change=True)
    actor = actor_in(request, template.brand)
    try:
        archive(actor=actor, template=template, archived="back" not in request.POST, at=timezone.now())
    except (LibraryRefused, NotAllowed) as refused:
        tell(request, refused)
    return HttpResponseRedirect(address_of(template))
