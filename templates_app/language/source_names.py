"""From a field back to the name it came from: what a report calls the cell that is wrong."""

from __future__ import annotations

from templates_app.catalog.problems import Refused
from templates_app.language.each import Each, item_label
from templates_app.language.names import Names, Scope
from templates_app.language.type_mapper import TypeMapper


def source_name(mapper: TypeMapper, field: str, *, item: str, scope: Scope, names: Names) -> str:
    """The name, as the source spells it, under which an item of a row gives a field; empty when none does."""
    feeds = [feed for feed in (*mapper.short_feeds, *mapper.feeds) if feed.field == field]
    try:
        within = item_scope(mapper.each, item, scope, names)
        return ", ".join(dict.fromkeys(feed.input.source_name(within, names) for feed in feeds))
    except Refused as refused:
        return str(refused.problem.params.get("wanted", ""))


def item_scope(each: Each | None, item: str, scope: Scope, names: Names) -> Scope:
    """Where the names of an item (`3`, `3.2`) are looked up: the row itself for a Type without `Each`."""
    if each is None:
        return scope
    return next((within for index, within in each.items(scope, names) if item_label(index) == item), scope)
