"""Problems in the words of the reader."""

from __future__ import annotations

import json

from django import template

from integration_admin.local_time import local_moment
from sync_app.runs.previews.parts import PreviewItem
from sync_app.runs.sentences import message
from templates_app.catalog.problems import Problem

register = template.Library()


@register.filter
def problem_message(problem: Problem | None) -> str:
    """The sentence of a problem. What fills it is foreign text: it is escaped where it is shown."""
    return message(problem) if problem is not None else ""


@register.filter
def here(value: object) -> object:
    """A value that was refused: a stored moment in the zone of the page."""
    return local_moment(value)


@register.filter
def item_json(item: PreviewItem) -> str:
    """An item as JSON has it, over several lines."""
    return json.dumps(item.nested, ensure_ascii=False, indent=2, default=str)
