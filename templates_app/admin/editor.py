"""The page on which a template is written: its mapping, its XML, what it does to a sample, and what was found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.local_time import show_times_of
from templates_app.admin.forms import VersionForm
from templates_app.admin.meanwhile import against, saved_meanwhile
from templates_app.admin.pages import actor_in, page
from templates_app.admin.panes import panes
from templates_app.admin.sample_reading import shown_reading
from templates_app.admin.screen import TemplateScreen
from templates_app.admin.version_page import address_of
from templates_app.brand_catalog import catalog_of, setting_of
from templates_app.language.reader import MAX_BYTES
from templates_app.library import (
    LibraryRefused,
    TemplateHasErrors,
    current_version,
    newest_version,
    publish,
    refusal_in_words,
    save_draft,
)
from templates_app.library.looking import look_at
from templates_app.models import Template, TemplateSample, TemplateVersion


def address_of_editor(template: Template) -> str:
    return reverse("admin:templates_app_template_edit", args=[template.pk])


def edit(screen: TemplateScreen, request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of a template, beginning with the newest text there is."""
    template = screen.found(request, pk, to_change=True)
    newest = newest_version(template)
    form = VersionForm(request.POST or None, initial=_begun(template, newest))
    file = request.FILES.get("xml_file")
    if isinstance(file, UploadedFile):
        return _with_file(screen, request, template, _begun(template, newest), file)
    if request.method == "POST" and form.is_valid():
        return _answer(screen, request, template, form)
    return _shown(screen, request, template, form)


def _begun(template: Template, newest: TemplateVersion | None) -> dict[str, str]:
    return {
        "description": template.description,
        "described": template.description,
        "xml": newest.xml if newest else "",
        "seen": newest.digest if newest else "",
    }


def _with_file(
    screen: TemplateScreen, request: HttpRequest, template: Template, begun: dict[str, str], file: UploadedFile
) -> HttpResponse:
    """The text of an uploaded file, in the box and not saved yet."""
    try:
        begun["xml"] = text_of_file(file)
    except ValueError:
        messages.error(request, _("This file is not text in UTF-8. Save it as UTF-8 and choose it again."))
    return _shown(screen, request, template, VersionForm(initial=begun), unsaved=True)


def text_of_file(file: UploadedFile) -> str:
    """The text of an XML file with LF line ends. Raises ValueError when it is not UTF-8, or far too large."""
    if (file.size or 0) > 4 * MAX_BYTES:
        raise ValueError("too large")
    text: str = file.read().decode("utf-8-sig")
    return text.replace("\r\n", "\n")


def _answer(screen: TemplateScreen, request: HttpRequest, template: Template, form: VersionForm) -> HttpResponse:
    """Checks only, saves a draft, or saves and publishes, as the button says."""
    if "check" in request.POST:
        return _shown(screen, request, template, form, unsaved=True)
    actor = actor_in(request, template.brand)
    try:
        return HttpResponseRedirect(_saved(request, actor, template.name, form.cleaned_data))
    except LibraryRefused as refused:
        form.add_error(None, refusal_in_words(refused))
    except NotAllowed as refused:
        raise PermissionDenied from refused
    return _shown(screen, request, template, form, unsaved=True)


def _saved(request: HttpRequest, actor: Actor, name: str, values: dict[str, Any]) -> str:
    """Where to go on: the published version, or the editor where there is still something to do.

    `over` is the digest of the version somebody else saved and that this author has seen and writes over.
    """
    version, _checked = save_draft(
        actor=actor,
        name=name,
        xml=values["xml"],
        note=values["note"],
        # Whoever did not touch it leaves what somebody else has written meanwhile.
        description=values["description"] if values["description"] != values["described"] else None,
        seen=request.POST.get("over") or values["seen"] or None,
        at=timezone.now(),
    )
    if "publish" not in request.POST:
        told = _("Draft %(number)d is saved. Nothing uses it before it is published.")
        messages.success(request, told % {"number": version.number})
        return address_of_editor(version.template)
    try:
        published = publish(actor=actor, version=version, seen=version.digest, at=timezone.now())
    except TemplateHasErrors as refused:
        messages.error(request, f"{refusal_in_words(refused)} {_('It is saved as a draft: see its findings below.')}")
        return address_of_editor(version.template)
    told = _("Version %(number)d is published: from now on every call uses it.")
    messages.success(request, told % {"number": published.number})
    return address_of(published)


def _shown(
    screen: TemplateScreen, request: HttpRequest, template: Template, form: VersionForm, *, unsaved: bool = False
) -> HttpResponse:
    show_times_of(template.brand)
    sample = TemplateSample.objects.filter(template=template).select_related("template__brand").first()
    xml = str(form["xml"].value() or "").replace("\r\n", "\n")
    newest = newest_version(template)
    meanwhile = saved_meanwhile(template, seen=str(form["seen"].value() or ""))
    return page(
        screen,
        request,
        "editor/page.html",
        title=template.name,
        template=template,
        form=form,
        newest=newest,
        current=current_version(template),
        next_number=_next_number(newest),
        conflict=against(meanwhile, xml) if meanwhile is not None else None,
        sample=sample,
        reading=shown_reading(actor=actor_in(request, template.brand), sample=sample, xml=xml),
        unsaved=unsaved,
        locked=template.builtin or template.archived,
        suggesting="suggest" in request.GET,
        **panes(look_at(xml=xml, catalog=catalog_of(template.brand), setting=setting_of(template.brand))),
    )


def _next_number(newest: TemplateVersion | None) -> int:
    """The number that this text will have: a draft is written over, a published version is followed."""
    if newest is None:
        return 1
    return newest.number + 1 if newest.published else newest.number
