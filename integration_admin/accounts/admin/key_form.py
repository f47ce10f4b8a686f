"""The form of an application key: what it may be used for, with which templates of its brand, and until when."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminCheckboxSelectMultipleWidget

from integration_admin.accounts.models import AppKey, Brand, Scope
from integration_admin.local_time import show_times_of

#: Another brand has other templates, and another clock: both are asked for anew, and what was entered stays.
ASKED_ANEW: Final = {
    "hx-get": "",
    "hx-select": "#id_allowed_templates",
    "hx-target": "#id_allowed_templates",
    "hx-swap": "outerHTML",
    "hx-select-oob": "#ia-zone",
}


class MomentInput(forms.DateTimeInput):
    """A day and a time as browsers ask for them: on no clock of their own."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(attrs={"class": " ".join(INPUT_CLASSES)}, format="%Y-%m-%dT%H:%M:%S")


class AppKeyForm(forms.ModelForm):
    """Scopes and templates as boxes. Times are entered on the clock of the brand that is chosen in the form."""

    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=Scope.choices, initial=Scope.values, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    allowed_templates = forms.MultipleChoiceField(
        label=_("Allowed templates"),
        required=False,
        help_text=_(
            "None ticked: every template. Limits templates and their runs only: whether the key reaches records is up "
            "to its scopes."
        ),
        error_messages={"invalid_choice": _("This brand has no template “%(value)s”.")},
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    expires_at = forms.DateTimeField(label=capfirst(_("expires")), required=False, widget=MomentInput)

    class Meta:
        model = AppKey
        fields = ("brand", "label", "partner", "scopes", "allowed_templates", "calls_per_hour", "expires_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brand = self._brand()
        templates: Any = self.fields["allowed_templates"]
        templates.choices = [(name, name) for name in self._names(brand)]
        if brand is not None:
            show_times_of(brand)
        zone = _("Local time of %(zone)s") % {"zone": brand.shown_zone} if brand is not None else ""
        self.fields["expires_at"].help_text = format_html('<span id="ia-zone">{}</span>', zone)
        if "brand" in self.fields:
            chosen: Any = self.fields["brand"].widget
            getattr(chosen, "widget", chosen).attrs.update(ASKED_ANEW)

    def _brand(self) -> Brand | None:
        """The brand of the key; of a new one, the brand that is chosen so far, if this person may choose it."""
        if "brand" not in self.fields:
            return self.instance.brand if self.instance.pk else None
        try:
            found = self.fields["brand"].to_python(self["brand"].value())
        except ValidationError:
            return None
        return found if isinstance(found, Brand) else None

    def _names(self, brand: Brand | None) -> list[str]:
        """The templates of the brand. What the key was bound to before may stay, whether or not it is still there."""
        known = import_string(settings.TEMPLATE_NAMES)(brand=brand) if brand is not None else []
        return [*known, *(name for name in self.instance.allowed_templates if name not in known)]
