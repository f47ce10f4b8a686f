"""The filters of the record list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sync_app.admin.pages import readable_types
from sync_app.models import LIVE, BrandClock, Record

LIVE_ONLY: Final = None
DELETED: Final = "deleted"
ALL: Final = "all"


class TypeFilter(SimpleListFilter):
    """The types of which there are records, with how many live ones: the clocks of the brands know."""

    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        types = readable_types(request)
        total: Counter[str] = Counter()
        for brand, counts in BrandClock.objects.filter(brand__in=types).values_list("brand_id", "counts"):
            allowed = types[brand]
            total.update({name: count for name, count in counts.items() if allowed is None or name in allowed})
        return [(name, f"{name} ({count})") for name, count in sorted(total.items())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Record]) -> QuerySet[Record]:
        return queryset.filter(entity_type=self.value()) if self.value() else queryset


class DeletedFilter(SimpleListFilter):
    """Live records unless asked otherwise."""

    title = _("deleted")
    parameter_name = "deleted"
    choices_offered: ClassVar = ((LIVE_ONLY, _("Live")), (DELETED, _("Deleted")), (ALL, _("All")))

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [(DELETED, _("Deleted")), (ALL, _("All"))]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for value, title in self.choices_offered:
            changed = {self.parameter_name: value} if value else {}
            removed = [] if value else [self.parameter_name]
            query = changelist.get_query_string(changed, removed)
            yield {"selected": self.value() == value, "query_string": query, "display": title}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Record]) -> QuerySet[Record]:
        if self.value() == ALL:
            return queryset
        return queryset.exclude(LIVE) if self.value() == DELETED else queryset.filter(LIVE)
