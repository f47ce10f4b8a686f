"""The tree of a template: elements and comments as written, each with the place where it begins."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Comment:
    """A comment, kept so that writing back loses nothing. `spaced`: a blank line stands before it."""

    text: str
    line: int = 0
    column: int = 0
    spaced: bool = False


@dataclass(slots=True)
class Element:
    """One element. `attributes` are as written and in order; what they mean is the grammar's business.

    `line` and `column` count from 1 and are where `<` stands, not where the start tag ends. `spaced`: a blank line
    stands before it, with which people part what belongs together.
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | Comment] = field(default_factory=list)
    line: int = 0
    column: int = 0
    spaced: bool = False

    def elements(self, *tags: str) -> list[Element]:
        """The child elements, of these tags only when some are given, in order."""
        return [child for child in self.children if isinstance(child, Element) and (not tags or child.tag in tags)]

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def has(self, name: str) -> bool:
        return name in self.attributes

    def flag(self, name: str, *, default: bool = False) -> bool:
        return self.attributes[name] == "true" if name in self.attributes else default

    def alternatives(self, name: str) -> tuple[str, ...]:
        """The members of a `|` list; an absent attribute has none, an empty one has one empty text."""
        return tuple(self.attributes[name].split("|")) if name in self.attributes else ()

    def members(self, name: str) -> tuple[str, ...]:
        """The members of a `,` list, outer blanks gone."""
        return tuple(part.strip() for part in self.attributes[name].split(",")) if name in self.attributes else ()
