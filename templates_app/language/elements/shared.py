"""What imports and exports have in common: conditions, named maps, and attributes met in several elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from templates_app.catalog.problems import gettext_noop
from templates_app.language.attributes import Attribute, Form
from templates_app.language.elements.rule import Direction, ElementRule

TESTS: Final = (
    Attribute("Equals", Form.TEXT, sentence=gettext_noop("The value is this text; letter case does not count.")),
    Attribute("In", Form.ALTERNATIVES, sentence=gettext_noop("The value is one of these texts, separated by |.")),
    Attribute("Matches", Form.PATTERN, sentence=gettext_noop("The pattern is found in the value.")),
    Attribute("Present", Form.FLAG, sentence=gettext_noop("true: the value is not empty; false: it is.")),
    Attribute("AtLeast", Form.TEXT, sentence=gettext_noop("The value is this number, date or text, or more.")),
    Attribute("AtMost", Form.TEXT, sentence=gettext_noop("The value is this number, date or text, or less.")),
)

CASE_ATTRIBUTES: Final = (
    Attribute("From", Form.TEXT, required=True, sentence=gettext_noop("The value as it comes.")),
    Attribute("To", Form.TEXT, required=True, sentence=gettext_noop("The value it becomes.")),
)

OTHERWISE_ATTRIBUTES: Final = (
    Attribute("To", Form.TEXT, sentence=gettext_noop("What a value without a Case becomes.")),
    Attribute("Keep", Form.FLAG, default="false", sentence=gettext_noop("true: such a value stays as it is.")),
)


def or_names(sentence: str) -> Attribute:
    """The `Or` of an element that reads a source name."""
    return Attribute("Or", Form.ALTERNATIVES, sentence=sentence)


def map_rules(direction: Direction, root: str) -> Iterator[ElementRule]:
    """The named map below the root, and the cases of every map, named or inside a step."""
    yield ElementRule(
        "Map",
        direction,
        (root,),
        gettext_noop("A named table of values, for the step Map Use."),
        (Attribute("Name", Form.NAME, required=True, sentence=gettext_noop("The name steps call it by.")),),
        children=("Case", "Otherwise"),
    )
    yield ElementRule("Case", direction, ("Map",), gettext_noop("One value and what it becomes."), CASE_ATTRIBUTES)
    yield ElementRule(
        "Otherwise",
        direction,
        ("Map",),
        gettext_noop("What becomes of every other value; without it, they fail."),
        OTHERWISE_ATTRIBUTES,
    )
