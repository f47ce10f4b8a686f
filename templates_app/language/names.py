"""Names of a source: as a key, as a path, then both again by letters and digits only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from templates_app.catalog.loose import loose_form
from templates_app.catalog.problems import Refused
from templates_app.language.paths import Path, exact_member, parse_path, walk
from templates_app.language.values import MISSING, is_empty

_MAX_LAYOUTS: Final = 512


@dataclass(frozen=True, slots=True)
class Layout:
    """The keys of an object, by loose form; and which of them a plain name takes, once that was found out."""

    forms: Mapping[str, tuple[str, ...]]
    plain: dict[str, str | None]


@dataclass(slots=True)
class Scope:
    """Where names are looked up: an object or item, what it stands in (innermost first), its column group if any.

    `cells`: its texts are those of a table.
    """

    data: Any
    parents: tuple[Any, ...] = ()
    star: str = ""
    cells: bool = False


class Names:
    """Reads source names, and remembers which spelling was taken where it was not the template's."""

    def __init__(self) -> None:
        self._layouts: dict[tuple[str, ...], Layout] = {}
        self._latest: tuple[Any, Layout] = (None, _layout_of(()))
        self._taken: dict[str, str] = {}

    def read(self, name: str, scope: Scope) -> Any:
        """The value under a name; None where there is nothing, MISSING where no object has such a member.

        Raises `Refused` (`name_ambiguous`) when no key is spelled so and several are alike.
        """
        data = scope.data
        if scope.star and not name.startswith("../"):
            name = scope.star.replace("*", name)
        if isinstance(data, dict):
            value = data.get(name, MISSING)
            if value is not MISSING:
                return value
            layout = self._layout(data)
            if name in layout.plain:
                key = layout.plain[name]
                return MISSING if key is None else data[key]
        path = parse_path(name)
        if path is not None and path.climbs:
            return self._climbed(path, scope.parents)
        return self._searched(name, path, data)

    def first(self, names: tuple[str, ...], empties: Collection[str], scope: Scope) -> Any:
        """The first value that is not empty; None when all are, MISSING when no name is there at all."""
        found: Any = MISSING
        for name in names:
            value = self.read(name, scope)
            if value is not MISSING:
                if not is_empty(value, empties):
                    return value
                found = None
        return found

    def chosen(self, names: tuple[str, ...], empties: Collection[str], scope: Scope) -> str:
        """The name, as the source spells it, under which `first` found its value; else the first of them."""
        for name in names:
            value = self.read(name, scope)
            if value is not MISSING and not is_empty(value, empties):
                return self._spelled(name, scope)
        return self._spelled(names[0], scope) if names else ""

    def _spelled(self, name: str, scope: Scope) -> str:
        if scope.star and not name.startswith("../"):
            name = scope.star.replace("*", name)
        return self._taken.get(name, name)

    def key_for(self, name: str, data: dict[str, Any]) -> str | None:
        """The key of a flat object that a name takes; None when there is none, or no single one."""
        if name in data:
            return name
        keys = self._layout(data).forms.get(loose_form(name), ())
        return keys[0] if len(keys) == 1 else None

    def taken(self) -> dict[str, str]:
        """Name of the template -> spelling of the source, where they differ."""
        return dict(self._taken)

    def loose_member(self, data: dict[str, Any], name: str) -> Any:
        """The member of this name, or of the one name that has the same letters and digits."""
        value = data.get(name, MISSING)
        if value is not MISSING:
            return value
        key = self._loose_key(data, name)
        if key is None:
            return MISSING
        self._taken[name] = key
        return data[key]

    def _climbed(self, path: Path, parents: tuple[Any, ...]) -> Any:
        if path.climbs > len(parents):
            return MISSING
        around = Scope(parents[path.climbs - 1], parents[path.climbs :])
        return self.read(path.rest, around) if path.rest else around.data

    def _searched(self, name: str, path: Path | None, data: Any) -> Any:
        if isinstance(data, dict) and (path is None or path.is_plain):
            value = self.loose_member(data, name)
            self._layout(data).plain[name] = None if value is MISSING else self._taken[name]
            return value
        if path is None:
            return MISSING
        value = walk(path.parts, data, exact_member)
        if value is MISSING and isinstance(data, dict):
            value = self.loose_member(data, name)
        return walk(path.parts, data, self.loose_member) if value is MISSING else value

    def _loose_key(self, data: dict[str, Any], name: str) -> str | None:
        keys = self._layout(data).forms.get(loose_form(name), ())
        if len(keys) > 1:
            raise Refused("name_ambiguous", value=name, wanted=name, found=", ".join(keys[:5]))
        return keys[0] if keys else None

    def _layout(self, data: dict[str, Any]) -> Layout:
        """The layout of an object, worked out once for all objects with the same keys."""
        latest, layout = self._latest
        if latest is data:
            return layout
        keys = tuple(data)
        known = self._layouts.get(keys)
        if known is None:
            if len(self._layouts) >= _MAX_LAYOUTS:
                self._layouts.clear()
            known = self._layouts[keys] = _layout_of(keys)
        self._latest = (data, known)
        return known


def _layout_of(keys: tuple[str, ...]) -> Layout:
    forms: dict[str, tuple[str, ...]] = {}
    for key in keys:
        form = loose_form(key)
        forms[form] = (*forms.get(form, ()), key)
    forms.pop("", None)
    return Layout(forms=forms, plain={})
