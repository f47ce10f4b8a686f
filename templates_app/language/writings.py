"""How a canonical value is written in an export: for steps, and by the `Writing` of its Property."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.moments import local_time
from templates_app.language.moments import moment_of
from templates_app.language.values import is_empty, text_of

_AS_THEY_ARE: Final = frozenset({"Numeric", "Check"})


def step_value(kind: Kind, value: Any, labels: Mapping[int, str], setting: Setting) -> Any:
    """What steps and conditions get: dates as dates (a DateTime in the brand's zone), references as their labels."""
    if value is None:
        return None
    if kind.refers:
        return _labels(kind, value, labels)
    if kind.name == "DateTime":
        moment = moment_of(value)
        return local_time(moment, setting.zone) if isinstance(moment, datetime) else moment
    if kind.name == "Date":
        return date.fromisoformat(value)
    if kind.name == "Time":
        return time.fromisoformat(value)
    return value if kind.name in _AS_THEY_ARE else kind.text(value)


def stepped(value: Any) -> Any:
    """What steps gave, as JSON, CSV and XLSX can hold it: dates and times as ISO text, empty as None."""
    if is_empty(value):
        return None
    if isinstance(value, list):
        return [stepped(item) for item in value]
    return text_of(value) if isinstance(value, date | time) else value


def written(kind: Kind, value: Any, writing: str, labels: Mapping[int, str], setting: Setting) -> Any:
    """The value of a Property without steps.

    `Normal`: as the API writes it, a reference by its label. `KeyLabel`: `{key, label}`, of a list one each.
    `String`: always a text. `Data`: the canonical value as it is kept, a reference by its id.
    """
    if value is None or writing == "Data":
        return value
    if writing == "KeyLabel":
        return _with_labels(kind, value, labels, setting)
    if writing == "String":
        shown = _labels(kind, value, labels) if kind.refers else kind.text(value)
        return ", ".join(shown) if isinstance(shown, list) else shown
    return _labels(kind, value, labels) if kind.refers else kind.render(value, setting)


def keeps(kind: Kind, writing: str) -> bool:
    """Whether `written` gives every value of this kind as it is kept."""
    return writing == "Data" or (writing == "Normal" and not kind.refers and _writes_plainly(type(kind)))


def _writes_plainly(kind: type[Kind]) -> bool:
    return kind.render is Kind.render and kind.cell is Kind.cell


def _labels(kind: Kind, value: Any, labels: Mapping[int, str]) -> Any:
    return [labels.get(one, "") for one in value] if kind.many else labels.get(value, "")


def _with_labels(kind: Kind, value: Any, labels: Mapping[int, str], setting: Setting) -> Any:
    if not kind.refers:
        return {"key": kind.render(value, setting), "label": kind.text(value)}
    pairs = [{"key": one, "label": labels.get(one, "")} for one in (value if kind.many else [value])]
    return pairs if kind.many else pairs[0]
