"""Long lists by keyset: a page is found by where the one before it ended, and nothing is counted."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.contrib.admin import ShowFacets
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList

AFTER: Final = "after"
BEFORE: Final = "before"


@dataclass(frozen=True, slots=True)
class KeysetPages:
    """What the foot of the list shows: the addresses of the pages around this one, empty where there is none."""

    first: str
    previous: str
    next: str
    per_page: int
    template_name: ClassVar[str] = "integration_admin/keyset_pages.html"


class KeysetChangeList(ChangeList):
    """A list whose order is by plain columns of the model that are never null; the key of the row ends it.

    `?after=` and `?before=` carry the values of the order in the last row of one page or the first of another. What
    cannot be read there shows the first page.
    """

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """The place in the list is no filter, and a changed filter or search begins at the first page."""
        for name in (AFTER, BEFORE):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows

    def get_results(self, request: HttpRequest) -> None:
        order = _total(self.get_ordering(request, self.queryset), self.model)
        before = _place(request.GET.get(BEFORE, ""), order, self.model)
        after = None if before else _place(request.GET.get(AFTER, ""), order, self.model)
        rows, more = _page(self.queryset, order, after=after, before=before, size=self.list_per_page)
        first = bool(rows) and (after is not None or (before is not None and more))
        last = not rows or (before is None and not more)
        self.paginator = KeysetPages(
            first=self.get_query_string() if after or before else "",
            previous=self.get_query_string({BEFORE: _written(rows[0], order)}) if first else "",
            next="" if last else self.get_query_string({AFTER: _written(rows[-1], order)}),
            per_page=self.list_per_page,
        )
        self.result_list = rows
        self.result_count = len(rows)
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = False
        self.multi_page = False


class KeysetList:
    """Mixed into a screen: its list pages by keyset. `sortable_by` names the columns that an index serves."""

    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeysetChangeList


def _page(
    rows: QuerySet[Any], order: Sequence[str], *, after: list[Any] | None, before: list[Any] | None, size: int
) -> tuple[list[Any], bool]:
    """The rows of a page and whether more lie beyond it, in the direction it was reached."""
    if before is not None:
        turned = [_turned(name) for name in order]
        found = list(rows.filter(_beyond(turned, before)).order_by(*turned)[: size + 1])
        return found[:size][::-1], len(found) > size
    here = rows if after is None else rows.filter(_beyond(order, after))
    found = list(here.order_by(*order)[: size + 1])
    return found[:size], len(found) > size


def _beyond(order: Sequence[str], place: Sequence[Any]) -> Q:
    """The rows that come after this place. The first column's bound stands alone, so that an index can begin there."""
    name, value = order[0], place[0]
    column, further = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
    if len(order) == 1:
        return Q(**{f"{column}__{further}": value})
    same = Q(**{column: value}) & _beyond(order[1:], place[1:])
    return Q(**{f"{column}__{further}e": value}) & (Q(**{f"{column}__{further}": value}) | same)


def _total(ordering: Sequence[Any], model: type[Model]) -> list[str]:
    """The order by names of columns, up to the key of the row, which ends it."""
    key = model._meta.pk.name
    names: list[str] = []
    for item in ordering:
        name = str(item).replace("pk", key) if str(item) in {"pk", "-pk"} else str(item)
        names.append(name)
        if name.lstrip("-") == key:
            return names
    return [*names, f"-{key}"]


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _written(row: Any, order: Sequence[str]) -> str:
    values = [getattr(row, _column(type(row), name).attname) for name in order]
    text = json.dumps(values, cls=_Exact, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class _Exact(DjangoJSONEncoder):
    """Moments to the microsecond: Django's own encoder cuts them, and rows of one second would be lost."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def _place(text: str, order: Sequence[str], model: type[Model]) -> list[Any] | None:
    """The values that `_written` wrote; None for anything else."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(order):
            return None
        read = [_column(model, name).to_python(value) for name, value in zip(order, values, strict=True)]
    except (ValueError, binascii.Error, ValidationError, FieldDoesNotExist, TypeError, OverflowError):
        return None
    return None if None in read else read


def _column(model: type[Model], name: str) -> Field[Any, Any]:
    column = model._meta.get_field(name.lstrip("-"))
    if not isinstance(column, Field):
        raise FieldDoesNotExist(name)
    return column
