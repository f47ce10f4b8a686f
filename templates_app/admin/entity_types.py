"""The screen of a brand's own entity types."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from integration_admin.accounts.access import Actor
from templates_app.admin.additions import AdditionAdmin, AdditionForm
from templates_app.library import add_entity_type
from templates_app.models import CustomEntityType


class EntityTypeForm(AdditionForm):
    """A type begins without fields."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Such as WorkOrder."), widget=UnfoldAdminTextInputWidget
    )
    title = forms.CharField(label=_("Title"), max_length=100, required=False, widget=UnfoldAdminTextInputWidget)
    label_fields = forms.CharField(
        label=capfirst(_("fields of the label")),
        max_length=500,
        required=False,
        help_text=_("What names a record: fields separated by commas, alternatives by |."),
        widget=UnfoldAdminTextInputWidget,
    )


@admin.register(CustomEntityType)
class CustomEntityTypeAdmin(AdditionAdmin):
    """The name stays; a retired type keeps its records and can no longer be mapped."""

    addition_form: ClassVar[type[AdditionForm]] = EntityTypeForm
    list_display = ("name", "brand", "title", "label_fields", "retired")
    list_filter = ("brand", "retired")
    list_select_related = ("brand",)
    search_fields = ("name", "title")
    fields = ("brand", "name", "title", "label_fields", "retired")
    readonly_fields = ("name",)

    def add(self, *, actor: Actor, values: dict[str, Any]) -> CustomEntityType:
        return add_entity_type(actor=actor, at=timezone.now(), **values)
