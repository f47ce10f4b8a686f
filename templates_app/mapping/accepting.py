"""Accepted suggestions as a template: a new one, or more lines of one that is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from templates_app.language.nodes import Element
from templates_app.mapping.suggestions import Suggestion


def template_from(
    accepted: Sequence[Suggestion],
    *,
    answers: Mapping[str, str] | None = None,
    columns: tuple[str, ...] = (),
    rows_path: str = "",
) -> str:
    """The XML of a new `<In>` template. `answers`: column -> the format chosen for it; a column whose question is not

    answered is left out. `columns` become `In Columns` (a file without a header), `rows_path` becomes `In Rows`.
    """
    raise NotImplementedError


def added(root: Element, accepted: Sequence[Suggestion], *, answers: Mapping[str, str] | None = None) -> Element:
    """A new tree with the accepted mappings behind those that are there. Nothing that stood there changes."""
    raise NotImplementedError
