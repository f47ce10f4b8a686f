"""A row of the view in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from templates_app.language.elements.rule import Direction
from templates_app.mapping.table.condition_lines import said_names
from templates_app.mapping.table.lines import SourceLine, Target
from templates_app.mapping.words import Words, words

NOTHING = "…"


def row_words(
    direction: Direction,
    names: Sequence[str],
    sources: Sequence[SourceLine],
    target: Target,
    *,
    lookup: bool,
    key: bool,
) -> Words:
    """What the row does: where its value comes from, and where it goes."""
    if direction == "out":
        return _export(names, sources, target)
    source = " + ".join(said_names(line.names) for line in sources) or (said_names(names) if names else "")
    field, type_name = target.label or target.field, target.alias or NOTHING
    if not field:
        return words("row_without_target", source=source) if source else words("row_empty")
    if not source:
        return words("row_without_source", field=field, type=type_name)
    if lookup and target.refers_to:
        return words("row_finds", source=source, found=target.refers_to, field=field, type=type_name)
    return words("row_feeds_key" if key else "row_feeds", source=source, field=field, type=type_name)


def _export(names: Sequence[str], sources: Sequence[SourceLine], target: Target) -> Words:
    name = names[0] if names else NOTHING
    if sources:
        parts = (_shown(line.target) for line in sources if line.target is not None)
        return words("row_shows_coupled", source=" + ".join(parts), name=name)
    if not target.field:
        return words("row_without_target", source=name) if names else words("row_empty")
    return words("row_shows", field=target.label or target.field, type=target.alias or NOTHING, name=name)


def _shown(target: Target) -> str:
    return f"{target.alias}.{target.field}" if target.alias else target.field or NOTHING


def source_words(names: Sequence[str], target: Target | None) -> Words:
    """One of several coupled values."""
    if target is not None:
        return words("source_field", field=target.label or target.field or NOTHING, type=target.alias or NOTHING)
    return words("source_named", name=said_names(names))


def lookup_words(match: str, target: Target) -> Words:
    """By which key the other record is found."""
    return words("lookup_by", key=match) if match else words("lookup_by_first", target=target.refers_to or NOTHING)
