"""The screen of custom fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from integration_admin.accounts.access import Actor, NotAllowed
from templates_app.admin.additions import AdditionAdmin, AdditionForm
from templates_app.admin.pages import NOT_THERE, actor_in
from templates_app.catalog.kinds.registry import kind_names
from templates_app.library import add_custom_field, retire_field
from templates_app.models import CustomField


class OptionsField(forms.JSONField):
    """JSON; what is too deep or too long to be read is as little JSON as what is none."""

    def to_python(self, value: Any) -> Any:
        try:
            return _kept(super().to_python(value))
        except (ValueError, RecursionError) as unread:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": value}) from unread

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            return _kept(super().bound_data(data, initial))
        except (ValueError, RecursionError):
            return InvalidJSONInput(data)


def _kept(value: Any) -> Any:
    """The value, if a database keeps its texts. Raises ValueError for NUL and for half a character."""
    text = json.dumps(value, ensure_ascii=False)
    if b"\\u0000" in text.encode():
        raise ValueError("nul")
    return value


class CustomFieldForm(AdditionForm):
    """A new field, and whether records may be found by it."""

    entity_type = forms.CharField(
        label=capfirst(_("entity type")),
        max_length=60,
        initial="Customer",
        help_text=_("Such as Customer."),
        widget=UnfoldAdminTextInputWidget,
    )
    name = forms.CharField(
        label=_("Name"), max_length=64, help_text=_("Such as _IDDOSSIER."), widget=UnfoldAdminTextInputWidget
    )
    kind = forms.ChoiceField(
        label=capfirst(_("kind")),
        choices=[(name, name) for name in kind_names()],
        widget=UnfoldAdminSelectWidget,
    )
    options = OptionsField(
        label=_("Options"),
        required=False,
        initial=dict,
        help_text=_('Of the kind, such as {"max_length": 40} or {"target": "Project"}.'),
        widget=UnfoldAdminTextInputWidget,
    )
    label = forms.CharField(
        label=capfirst(_("label")), max_length=100, required=False, widget=UnfoldAdminTextInputWidget
    )
    required = forms.BooleanField(label=capfirst(_("required")), required=False, widget=UnfoldBooleanWidget)
    match = forms.BooleanField(required=False, label=_("Records may be found by it"), widget=UnfoldBooleanWidget)
    identity = forms.BooleanField(
        required=False, label=_("Records are found by it, and no two share a value"), widget=UnfoldBooleanWidget
    )

    def clean_options(self) -> Mapping[str, Any]:
        given = self.cleaned_data["options"] or {}
        if not isinstance(given, dict):
            raise ValidationError(_("Use a JSON object."), code="options")
        return given


@admin.register(CustomField)
class CustomFieldAdmin(AdditionAdmin):
    """Type, name and kind stay: records hold values under them. A field is retired, not deleted."""

    addition_form: ClassVar[type[AdditionForm]] = CustomFieldForm
    list_display = ("name", "entity_type", "brand", "kind", "label", "required", "retired")
    list_filter = ("brand", "entity_type", "kind", "retired")
    list_select_related = ("brand",)
    search_fields = ("name", "label", "entity_type")
    fields = ("brand", "entity_type", "name", "kind", "options", "label", "required", "position", "retired")
    readonly_fields = ("entity_type", "name", "kind", "options", "retired")
    actions: ClassVar[Any] = ("retire", "take_back")

    def add(self, *, actor: Actor, values: dict[str, Any]) -> CustomField:
        return add_custom_field(actor=actor, at=timezone.now(), **values)

    @admin.action(description=_("Retire: keep the values, map it no more"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[CustomField]) -> None:
        self._retire(request, queryset, retired=True)

    @admin.action(description=_("Take back into use"), permissions=["change"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[CustomField]) -> None:
        self._retire(request, queryset, retired=False)

    def _retire(self, request: HttpRequest, queryset: QuerySet[CustomField], *, retired: bool) -> None:
        for field in queryset.select_related("brand"):
            try:
                retire_field(
                    actor=actor_in(request, field.brand),
                    entity_type=field.entity_type,
                    name=field.name,
                    retired=retired,
                    at=timezone.now(),
                )
            except NotAllowed:
                # The list shows the brands one may only look at as well.
                messages.error(request, f"{field} ({field.brand}): {NOT_THERE}")
