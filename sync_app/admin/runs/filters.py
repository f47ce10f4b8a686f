"""Filters of the list of runs that offer only what a person may see."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from integration_admin.scoped_admin import brand_ids
from integration_admin.whole_numbers import whole_number
from sync_app.models import Run
from templates_app.models import Template

MOST_OFFERED: Final = 200


class TemplateFilter(SimpleListFilter):
    """The templates of the brands this person is in, by name; their brand beside them where there are several."""

    title = _("template")
    parameter_name = "template"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        brands = brand_ids(request, None)
        templates = Template.objects.filter(brand__in=brands).order_by("name", "brand__key")[:MOST_OFFERED]
        several = len(brands) > 1
        rows = templates.values_list("pk", "name", "brand__name")
        return [(str(pk), f"{name} · {brand}" if several else name) for pk, name, brand in rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Run]) -> QuerySet[Run]:
        chosen = self.value()
        if chosen is None:
            return queryset
        template = whole_number(chosen)
        return queryset.none() if template is None else queryset.filter(template_version__template=template)
