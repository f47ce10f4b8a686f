"""Suggest mappings for a file from the brand's catalog and from what its other templates do."""

from __future__ import annotations

from collections.abc import Sequence

from integration_admin.accounts.access import Actor
from templates_app.language.nodes import Element
from templates_app.mapping.suggestions import Earlier, Suggestions
from templates_app.models import Template
from templates_app.sources.rows import Source

#: How many rows of a file are looked at.
LOOKED_AT = 300


def suggestions_for(
    *,
    actor: Actor,
    source: Source,
    template: Template | None = None,
    root: Element | None = None,
    types: Sequence[str] = (),
) -> Suggestions:
    """Suggestions for the columns of a source. `root`: the tree being edited; what it maps is left alone.

    Earlier mappings come from the brand's other import templates, their newest versions. Raises NotAllowed.
    """
    raise NotImplementedError


def earlier_mappings(*, actor: Actor, but: Template | None = None) -> tuple[Earlier, ...]:
    """What the brand's other import templates map, the most recent template first. Raises NotAllowed."""
    raise NotImplementedError
