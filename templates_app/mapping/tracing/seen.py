"""Values on their way, as a person reads them."""

from __future__ import annotations

from typing import Any, Final

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.problems import shown
from templates_app.language.drafts import Lookup
from templates_app.language.values import MISSING, is_empty
from templates_app.language.writings import step_value
from templates_app.mapping.tracing.trace_parts import Seen
from templates_app.sources.writers.cells import text_of

#: Of a list, so many values are shown.
SHOWN_ITEMS: Final = 20

NOTHING: Final = Seen()


def seen(value: Any) -> Seen:
    """Any value of a source or between two steps: blanks kept, lists as lists, objects as JSON, cut where long."""
    if value is MISSING or value is None:
        return NOTHING
    if isinstance(value, list | tuple):
        texts = tuple(shown(text_of(item)) for item in value[:SHOWN_ITEMS])
        return Seen((*texts, "…") if len(value) > SHOWN_ITEMS else texts, many=True)
    text = shown(text_of(value))
    return Seen((text,)) if text else NOTHING


def seen_canonical(kind: Kind, value: Any, setting: Setting) -> Seen:
    """The canonical value of a field: moments in the brand's time, what is looked up by the text it is looked up by."""
    if kind.refers:
        found = value if isinstance(value, list) else [] if value is None else [value]
        return Seen(tuple(one.shown if isinstance(one, Lookup) else text_of(one) for one in found), many=kind.many)
    if is_empty(value):
        return NOTHING
    return seen(_local(step_value(kind, value, {}, setting)))


def _local(value: Any) -> Any:
    """A moment without its zone: a person reads the brand's time."""
    isoformat = getattr(value, "isoformat", None)
    if isoformat is None or not hasattr(value, "hour") or not hasattr(value, "year"):
        return value
    return str(value.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes" if not value.second else "seconds"))
