"""The forms behind the editor: they hold without a script what the page sends with one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django_ace import AceWidget
from unfold.widgets import TEXTAREA_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from templates_app.admin.additions import AdditionForm
from templates_app.models import Direction


class XmlWidget(AceWidget):
    """The code editor of the page, and without a script a plain box. Both themes are there, for light and dark."""

    def __init__(self) -> None:
        super().__init__(
            mode="xml",
            theme="chrome",
            width="100%",
            height=None,
            tabsize=2,
            showprintmargin=False,
            useworker=False,
            toolbar=False,
            basicautocompletion=True,
            useStrictCSP=True,
            attrs={
                "rows": 24,
                "spellcheck": "false",
                "wrap": "off",
                "aria-label": _("XML of the template"),
                "class": " ".join([*TEXTAREA_CLASSES, "ia-code"]),
            },
        )

    @property
    def media(self) -> forms.Media:
        dark = forms.Media(
            js=["django_ace/ace/theme-one_dark.js"], css={"screen": ["django_ace/ace/css/theme/one_dark.css"]}
        )
        own: forms.Media = super().media
        return own + dark


class VersionForm(forms.Form):
    """`seen` is the digest of the version the author began with, `described` the description that stood there then."""

    description = forms.CharField(
        max_length=500, required=False, widget=UnfoldAdminTextInputWidget, label=_("Description")
    )
    xml = forms.CharField(label="XML", strip=False, widget=XmlWidget)
    note = forms.CharField(max_length=500, required=False, widget=UnfoldAdminTextInputWidget, label=_("Note"))
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    described = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_xml(self) -> str:
        """Browsers send CRLF; templates are kept with LF."""
        return str(self.cleaned_data["xml"]).replace("\r\n", "\n")


class NewTemplateForm(AdditionForm):
    """A new template begins with a file whose columns it shall read, with an XML text, or with nothing."""

    name = forms.CharField(
        max_length=60,
        label=_("Name"),
        help_text=_("2 to 60 small letters, digits or dashes, such as client-import. The API calls it by this name."),
        widget=UnfoldAdminTextInputWidget,
    )
    description = forms.CharField(
        max_length=500, required=False, label=_("Description"), widget=UnfoldAdminTextInputWidget
    )
    direction = forms.ChoiceField(
        choices=Direction.choices,
        initial=Direction.IN,
        required=False,
        label=_("Direction"),
        widget=UnfoldAdminSelectWidget,
    )
    file = forms.FileField(required=False, allow_empty_file=True, label=_("Sample file"))
    pasted = forms.CharField(required=False, strip=False, label=_("Pasted rows"), widget=forms.Textarea)
    xml_file = forms.FileField(required=False, allow_empty_file=True, label=_("XML file"))
    xml = forms.CharField(required=False, strip=False, label="XML", widget=forms.Textarea)
    note = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)
    field_order = ("brand", "name", "description")

    def clean_xml(self) -> str:
        return str(self.cleaned_data["xml"]).replace("\r\n", "\n")
