"""Writing a version: the XML in a box, and after each look what was found beside the lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.models import Brand
from integration_admin.scoped_admin import brand_ids
from templates_app.admin.additions import AdditionForm
from templates_app.admin.findings_beside import lines_of
from templates_app.admin.pages import actor_in, page
from templates_app.admin.screen import TemplateScreen
from templates_app.admin.version_page import address_of
from templates_app.brand_catalog import catalog_of
from templates_app.library import (
    LibraryRefused,
    TemplateHasErrors,
    check_text,
    newest_version,
    publish,
    refusal_in_words,
    save_draft,
)
from templates_app.models import Template


class VersionForm(forms.Form):
    """`seen` is the digest of the version the author began with."""

    description = forms.CharField(max_length=500, required=False, widget=UnfoldAdminTextInputWidget)
    xml = forms.CharField(
        label="XML",
        strip=False,
        widget=UnfoldAdminTextareaWidget(
            attrs={"rows": 24, "spellcheck": "false", "wrap": "off", "style": "font-family: monospace"}
        ),
    )
    note = forms.CharField(max_length=500, required=False, widget=UnfoldAdminTextInputWidget)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def clean_xml(self) -> str:
        """Browsers send CRLF; templates are kept with LF."""
        return str(self.cleaned_data["xml"]).replace("\r\n", "\n")


class NewTemplateForm(AdditionForm, VersionForm):
    """The first version names its template."""

    name = forms.CharField(max_length=60, help_text=_("Such as client-import."), widget=UnfoldAdminTextInputWidget)
    field_order = ("brand", "name", "description", "xml", "note")


def begin(screen: TemplateScreen, request: HttpRequest) -> HttpResponse:
    """A new template."""
    if not screen.has_add_permission(request):
        raise PermissionDenied
    form = NewTemplateForm(request.POST or None, brands=brand_ids(request, screen.change_right))
    if request.method == "POST" and form.is_valid():
        name, brand = form.cleaned_data["name"], form.cleaned_data["brand"]
        if Template.objects.filter(brand=brand, name=name).exists():
            form.add_error("name", _("There is a template of this name already."))
        else:
            return _answer(screen, request, form, brand=brand, name=name)
    return _shown(screen, request, form, title=_("New template"))


def edit(screen: TemplateScreen, request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of a template, beginning with the newest text there is."""
    template = screen.found(request, pk, to_change=True)
    newest = newest_version(template)
    begun = {
        "description": template.description,
        "xml": newest.xml if newest else "",
        "seen": newest.digest if newest else "",
    }
    form = VersionForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        return _answer(screen, request, form, brand=template.brand, name=template.name)
    return _shown(screen, request, form, title=template.name)


def _answer(
    screen: TemplateScreen, request: HttpRequest, form: VersionForm, *, brand: Brand, name: str
) -> HttpResponse:
    """Checks only, saves a draft, or saves and publishes, as the button says."""
    values = form.cleaned_data
    if "check" in request.POST:
        return _shown(screen, request, form, title=name, brand=brand)
    actor = actor_in(request, brand)
    try:
        return HttpResponseRedirect(_saved(request, actor, name, values))
    except LibraryRefused as refused:
        form.add_error(None, refusal_in_words(refused))
    except NotAllowed as refused:
        raise PermissionDenied from refused
    return _shown(screen, request, form, title=name, brand=brand)


def _saved(request: HttpRequest, actor: Actor, name: str, values: dict[str, Any]) -> str:
    """The address of the draft, published if that was asked and possible."""
    version, _checked = save_draft(
        actor=actor,
        name=name,
        xml=values["xml"],
        note=values["note"],
        description=values["description"],
        seen=values["seen"] or None,
        at=timezone.now(),
    )
    if "publish" in request.POST:
        try:
            version = publish(actor=actor, version=version, at=timezone.now())
        except TemplateHasErrors as refused:
            messages.error(request, refusal_in_words(refused))
    return address_of(version)


def _shown(
    screen: TemplateScreen, request: HttpRequest, form: VersionForm, *, title: str, brand: Brand | None = None
) -> HttpResponse:
    xml = form.cleaned_data.get("xml", "") if brand is not None else ""
    findings = check_text(xml=xml, catalog=catalog_of(brand)).findings if brand is not None else ()
    return page(
        screen,
        request,
        "editor.html",
        title=title,
        form=form,
        looked_at=brand is not None,
        findings=findings,
        lines=lines_of(xml, findings) if brand is not None else [],
    )
