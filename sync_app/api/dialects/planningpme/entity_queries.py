"""What a list is asked for: the page, the order, the filters, all by public names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest

from integration_admin.accounts.access import Actor
from sync_app.api.dialects.planningpme.entity_names import dotted, dotted_names
from sync_app.api.dialects.planningpme.requests import SHOWN, number_in, query_of
from sync_app.api.problems import DoorRefused
from sync_app.runs.lists.filters import LABEL, FilterRefused, visible_fields
from sync_app.runs.lists.listing import ListQuestion, Page, is_sortable
from sync_app.runs.lists.order import KEY, MODIFIED, Order
from sync_app.runs.sentences import message
from templates_app.catalog.types import EntityType, Field

PAGE: Final = 50
LARGEST_PAGE: Final = 1000
HIGHEST_PAGE: Final = 10**9
OWN: Final = ("pageIndex", "pageSize", "sortInfo", "since", "search")
#: Those that a client may send to any address of a type.
PAGING: Final = ("pageIndex", "pageSize", "sortInfo")
ORDERS_AT_MOST: Final = 8
#: A plus that was sent as it is has become a blank.
ORDERED: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)([+\- ])")
ORDERING: Final = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_.]*[+\- ])+")


def list_question(http: HttpRequest, *, actor: Actor, entity: EntityType) -> ListQuestion:
    """Raises DoorRefused for names that are not public, and values that cannot be."""
    fields = visible_fields(actor, entity)
    names = dotted_names(fields) | {LABEL: LABEL}
    query = query_of(http, known=(*OWN, *names))
    return ListQuestion(
        text=query.get("search", ""),
        since=query.get("since"),
        filters={field: query[name] for name, field in names.items() if name in query},
        orders=_orders(query.get("sortInfo", ""), fields, names),
        page=_page(query),
    )


def refused_filter(refused: FilterRefused) -> DoorRefused:
    """A value that a field cannot have, told with the name the caller used."""
    return DoorRefused("filter_refused", name=dotted(refused.field), reason=message(refused.reason))


def _page(query: Mapping[str, str]) -> Page | None:
    index = number_in(query, "pageIndex", low=0, high=HIGHEST_PAGE)
    size = number_in(query, "pageSize", low=1, high=LARGEST_PAGE)
    return None if index is None and size is None else Page(index or 0, size or PAGE)


def _orders(text: str, fields: Mapping[str, Field], names: Mapping[str, str]) -> tuple[Order, ...]:
    """`names`: the name in queries -> field, or `label`."""
    if not text:
        return ()
    found = ORDERED.findall(text) if ORDERING.fullmatch(text) else []
    if not 0 < len(found) <= ORDERS_AT_MOST:
        raise DoorRefused("sort_invalid", value=text[:SHOWN], limit=ORDERS_AT_MOST)
    orders = {KEY: KEY, MODIFIED: MODIFIED, **names}
    for name, _sign in found:
        if name not in orders or not _sorts(orders[name], fields):
            known = [LABEL, KEY, MODIFIED, *(one for one, by in names.items() if by != LABEL and _sorts(by, fields))]
            raise DoorRefused("sort_unknown", name=name[:SHOWN], known=", ".join(known))
    return tuple(Order(orders[name], descending=sign == "-") for name, sign in found)


def _sorts(by: str, fields: Mapping[str, Field]) -> bool:
    return by not in fields or is_sortable(fields[by])
