"""Screens of the catalog: rows are added through a use case, and never deleted."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.models import Brand, Right
from integration_admin.scoped_admin import BrandScopedAdmin, brand_ids
from templates_app.admin.pages import actor_in, page
from templates_app.library import LibraryRefused, refusal_in_words


class AdditionForm(forms.Form):
    """What an addition is made of; the brands are those in which the person may edit the catalog."""

    brand = forms.ModelChoiceField(Brand.objects.none(), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, brands: frozenset[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = forms.ModelChoiceField(
            Brand.objects.filter(pk__in=brands), widget=UnfoldAdminSelectWidget, label=_("Brand")
        )
        self.fields["brand"] = choices
        if len(brands) == 1:
            choices.initial = next(iter(brands))


class AdditionAdmin(BrandScopedAdmin):
    """`addition_form` asks, `add` calls the use case; its refusal is shown above the form."""

    view_right: ClassVar[str | None] = None
    change_right: ClassVar[str | None] = Right.TEMPLATES
    addition_form: ClassVar[type[AdditionForm]]

    @abstractmethod
    def add(self, *, actor: Actor, values: dict[str, Any]) -> Any:
        """Calls the use case with the form's values and answers the new row."""

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.addition_form(request.POST or None, brands=brand_ids(request, self.change_right))
        if request.method == "POST" and form.is_valid():
            row = self._added(request, form)
            if row is not None:
                messages.success(request, _("%(row)s was added.") % {"row": row})
                meta = self.model._meta
                return HttpResponseRedirect(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"))
        return page(self, request, "addition.html", title=self.model._meta.verbose_name, form=form)

    def _added(self, request: HttpRequest, form: AdditionForm) -> Any:
        values = dict(form.cleaned_data)
        try:
            return self.add(actor=actor_in(request, values.pop("brand")), values=values)
        except LibraryRefused as refused:
            form.add_error(None, refusal_in_words(refused))
        except NotAllowed as refused:
            raise PermissionDenied from refused
        return None
