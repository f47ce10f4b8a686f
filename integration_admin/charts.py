"""Bars: a chart for the eye, and the same numbers as a table for everybody.

The template is `integration_admin/chart.html`, with `chart` and an `id` that is the only one of its page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _

from integration_admin.figures import figure

TICKS: Final = "#808b9a"
DOT: Final = {"usePointStyle": True, "pointStyle": "circle", "boxWidth": 6, "boxHeight": 6}
AXIS: Final = {"stacked": True, "border": {"display": False}}
OPTIONS: Final = json.dumps(
    {
        "animation": False,
        "responsive": True,
        "maintainAspectRatio": False,
        "datasets": {"bar": {"maxBarThickness": 22, "borderRadius": 2}},
        "interaction": {"mode": "index", "intersect": False},
        "plugins": {"legend": {"position": "bottom", "align": "start", "labels": {"color": TICKS, **DOT}}},
        "scales": {
            "x": {**AXIS, "grid": {"display": False}, "ticks": {"color": TICKS, "maxRotation": 0}},
            "y": {**AXIS, "grid": {}, "ticks": {"color": TICKS, "precision": 0, "maxTicksLimit": 5}},
        },
    }
)


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of the bars: a figure a bar."""

    name: object
    colour: str
    figures: Sequence[float]


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template shows: a row a bar. `column` is what the bars stand for. `empty`: there is no bar."""

    title: object
    data: str
    head: Sequence[object]
    rows: Sequence[tuple[str, Sequence[str]]]
    column: object
    empty: bool
    options: str = OPTIONS


def by_day(title: object, days: Sequence[date], shown: Sequence[Series]) -> Chart:
    """Bars of these days, the series stacked upon each other in this order."""
    return bars(title, _("Day"), [day_words(day) for day in days], shown)


def day_words(day: date) -> str:
    """A day as the reader's language writes it, without its year, its month shortened: `21 Nov`, `11月21日`."""
    written: str = get_format("MONTH_DAY_FORMAT")
    return date_format(day, written.replace("F", "M").replace("E", "M"))


def bars(title: object, column: object, labels: Sequence[str], shown: Sequence[Series]) -> Chart:
    """One bar a label; `column` is what the labels are called in the table."""
    datasets = [
        {"label": str(series.name), "backgroundColor": series.colour, "data": list(series.figures)} for series in shown
    ]
    rows = [(label, [figure(series.figures[place]) for series in shown]) for place, label in enumerate(labels)]
    data = json.dumps({"labels": list(labels), "datasets": datasets})
    return Chart(title, data, [one.name for one in shown], rows, column, not any(any(one.figures) for one in shown))
