"""What every page of the template screen asks first: which template, and whether this person may."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from integration_admin.accounts.models import Right
from integration_admin.local_time import show_times_of
from integration_admin.scoped_admin import BrandScopedAdmin
from templates_app.models import Template, TemplateVersion


class TemplateScreen(BrandScopedAdmin):
    """Whoever is in the brand may look; changing asks for the right to edit templates."""

    view_right: ClassVar[str | None] = None
    change_right: ClassVar[str | None] = Right.TEMPLATES

    def found(self, request: HttpRequest, pk: int, *, to_change: bool = False) -> Template:
        """The template of a page. Http404 where this person sees none, PermissionDenied where they may only look."""
        template: Template | None = self.get_queryset(request).select_related("brand").filter(pk=pk).first()
        if template is None:
            raise Http404
        if to_change and not self.has_change_permission(request, template):
            raise PermissionDenied
        show_times_of(template.brand)
        return template

    def found_version(self, request: HttpRequest, pk: int, number: int, *, to_change: bool = False) -> TemplateVersion:
        """The version of this number. Http404 and PermissionDenied as for the template."""
        template = self.found(request, pk, to_change=to_change)
        version = template.versions.filter(number=number).first()
        if version is None:
            raise Http404
        version.template = template
        return version
