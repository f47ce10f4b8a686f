"""A new template: from a file whose columns it shall read, from an XML text, or from nothing."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.models import Brand
from integration_admin.scoped_admin import brand_ids
from templates_app.admin.editor import address_of_editor, text_of_file
from templates_app.admin.findings_beside import lines_of
from templates_app.admin.forms import NewTemplateForm
from templates_app.admin.pages import actor_in, page
from templates_app.admin.screen import TemplateScreen
from templates_app.admin.version_page import address_of
from templates_app.brand_catalog import catalog_of, setting_of
from templates_app.library import (
    LibraryRefused,
    check_text,
    publish,
    refusal_in_words,
    save_draft,
)
from templates_app.library.problem_words import problem_said
from templates_app.library.samples import keep_sample
from templates_app.models import Direction, Template
from templates_app.sources.rows import SourceRefused

BLANK: Final = {Direction.IN: "<In>\n</In>\n", Direction.OUT: "<Out>\n</Out>\n"}


def begin(screen: TemplateScreen, request: HttpRequest) -> HttpResponse:
    """The form, and what comes of it: a draft in the editor, with suggestions where a file was given."""
    if not screen.has_add_permission(request):
        raise PermissionDenied
    brands = brand_ids(request, screen.change_right)
    form = NewTemplateForm(request.POST or None, request.FILES or None, brands=brands)
    if request.method == "POST" and form.is_valid():
        name, brand = form.cleaned_data["name"], form.cleaned_data["brand"]
        if Template.objects.filter(brand=brand, name=name).exists():
            form.add_error("name", _("There is a template of this name already."))
        else:
            return _answer(screen, request, form, brand)
    return _shown(screen, request, form)


def _answer(screen: TemplateScreen, request: HttpRequest, form: NewTemplateForm, brand: Brand) -> HttpResponse:
    values = form.cleaned_data
    try:
        xml = _text(values)
    except ValueError:
        form.add_error("xml_file", _("This file is not text in UTF-8. Save it as UTF-8 and choose it again."))
        return _shown(screen, request, form)
    if "check" in request.POST:
        return _shown(screen, request, form, looked_at=(brand, xml))
    try:
        return HttpResponseRedirect(_begun(request, actor_in(request, brand), values, xml))
    except LibraryRefused as refused:
        form.add_error(None, refusal_in_words(refused))
    except NotAllowed as refused:
        raise PermissionDenied from refused
    return _shown(screen, request, form)


def _text(values: dict[str, Any]) -> str:
    """What the template begins with. Raises ValueError for a file that is no text."""
    if values["xml_file"]:
        return text_of_file(values["xml_file"])
    return str(values["xml"] or BLANK[Direction(values["direction"] or Direction.IN)])


def _begun(request: HttpRequest, actor: Actor, values: dict[str, Any], xml: str) -> str:
    """Keeps the draft, and the sample where there is one; where to go on."""
    version, _checked = save_draft(
        actor=actor,
        name=values["name"],
        xml=xml,
        note=values["note"],
        description=values["description"],
        at=timezone.now(),
    )
    editor = address_of_editor(version.template)
    if _keeps_sample(request, actor, version.template, values):
        return f"{editor}?suggest=1"
    if "publish" not in request.POST:
        return editor
    try:
        return address_of(publish(actor=actor, version=version, seen=version.digest, at=timezone.now()))
    except LibraryRefused as refused:
        messages.error(request, refusal_in_words(refused))
        return editor


def _keeps_sample(request: HttpRequest, actor: Actor, template: Template, values: dict[str, Any]) -> bool:
    """Whether rows were given and kept; what cannot be read is told, and the template is there without it."""
    file = values["file"]
    body = file.read() if file else str(values["pasted"] or "").encode()
    if not body.strip():
        return False
    name = file.name if file else ""
    try:
        kept = keep_sample(actor=actor, template=template, body=body, file_name=name, at=timezone.now())
    except SourceRefused as refused:
        messages.error(request, _("The sample cannot be read: %(why)s") % {"why": problem_said(refused.problem)})
        return False
    if kept.cut is not None:
        messages.warning(request, problem_said(kept.cut))
    return True


def _shown(
    screen: TemplateScreen, request: HttpRequest, form: NewTemplateForm, *, looked_at: tuple[Brand, str] | None = None
) -> HttpResponse:
    brand, xml = looked_at or (None, "")
    findings = (
        check_text(xml=xml, catalog=catalog_of(brand), setting=setting_of(brand)).findings if brand is not None else ()
    )
    return page(
        screen,
        request,
        "new.html",
        title=_("New template"),
        form=form,
        looked_at=brand is not None,
        findings=findings,
        lines=lines_of(xml, findings) if brand is not None else [],
    )
