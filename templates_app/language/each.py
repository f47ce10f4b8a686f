"""`Each`: one record per item of a list, or per group of columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from templates_app.language.names import Names, Scope
from templates_app.language.paths import Part, holds, parse_path
from templates_app.language.values import MISSING, is_empty

#: Where an item stands: (depth of the list in its path, position counted from 1), outermost list first.
Index = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Each:
    """A list of items. `identity` is the same for Types over the same list; `groups` are patterns with a star."""

    identity: tuple[str, ...]
    name: str = ""
    parts: tuple[Part, ...] = ()
    groups: tuple[str, ...] = ()

    def items(self, scope: Scope, names: Names) -> Iterator[tuple[Index, Scope]]:
        """The items in order, each with its own scope. Nothing there, or an empty list: no items."""
        if self.groups:
            around = (scope.data, *scope.parents)
            return ((((0, i),), Scope(scope.data, around, star, scope.cells)) for i, star in enumerate(self.groups, 1))
        if isinstance(scope.data, dict) and self.name in scope.data:
            whole = Part(member=self.name)
            return _below((whole,), len(self.identity) - 1, scope, (), names)
        return _below(self.parts, 0, scope, (), names)


def compile_each(text: str) -> Each:
    """The `Each` of a Type. ValueError when it is neither a path nor a list of patterns with a star."""
    if "*" in text:
        groups = tuple(part.strip() for part in text.split(","))
        if any(group.count("*") != 1 for group in groups):
            raise ValueError(f"each pattern of Each needs one star: {text!r}")
        return Each(identity=(",".join(groups),), groups=groups)
    parts = list_parts(text)
    if not parts:
        raise ValueError(f"Each is not a path: {text!r}")
    return Each(identity=tuple(part.member for part in parts), name=text, parts=parts)


def list_parts(text: str) -> tuple[Part, ...]:
    """The parts of a path to a list, `./` before it aside; none when it is no path, or leads nowhere by a name."""
    path = parse_path(text)
    if path is None or path.climbs:
        return ()
    parts = path.parts[1:] if path.parts[:1] == (Part(""),) else path.parts
    return parts if all(part.member for part in parts) else ()


def item_label(index: Index) -> str:
    """`3`, or `3.2` for the second item of a list inside the third; a lone object in place of a list is `1`."""
    return ".".join(str(position) for _, position in index if position) or ("1" if index else "")


def _below(
    parts: tuple[Part, ...], depth: int, scope: Scope, index: Index, names: Names
) -> Iterator[tuple[Index, Scope]]:
    """The items that the remaining parts lead to. An object where a list could stand is entered as position 0."""
    if not parts:
        yield index, scope
        return
    found = names.loose_member(scope.data, parts[0].member) if isinstance(scope.data, dict) else MISSING
    around = (scope.data, *scope.parents)
    if not isinstance(found, list):
        candidates = [(0, found)]
    elif len(parts) > 1 and (position := parts[1].position) is not None:
        kept = [item for item in found if holds(parts[0].conditions, item, names.loose_member)]
        candidates = [(0, kept[position])] if -len(kept) <= position < len(kept) else []
        parts, depth = parts[1:], depth + 1
    else:
        candidates = list(enumerate(found, 1))
    for place, item in candidates:
        if item is not MISSING and not is_empty(item) and holds(parts[0].conditions, item, names.loose_member):
            yield from _below(parts[1:], depth + 1, Scope(item, around), (*index, (depth, place)), names)
