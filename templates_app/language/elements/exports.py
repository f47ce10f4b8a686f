"""The elements of `<Out>`: everything an export template may hold beside the steps."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.kinds.base import WRITINGS
from templates_app.catalog.problems import gettext_noop
from templates_app.language.attributes import Attribute, Form
from templates_app.language.elements.rule import ElementRule
from templates_app.language.elements.shared import TESTS, map_rules

_CONDITION: Final = (
    Attribute("Field", Form.NAME, required=True, sentence=gettext_noop("The field that is tested.")),
    *TESTS,
)
_TYPE: Final = (
    Attribute("Name", Form.NAME, required=True, sentence=gettext_noop("The entity type that is read.")),
    Attribute("As", Form.NAME, sentence=gettext_noop("Another name, when one type is shown twice.")),
    Attribute("Through", Form.NAME, sentence=gettext_noop("The reference that leads to it: Field or Alias.Field.")),
    Attribute("Each", Form.NAME, sentence=gettext_noop("Records pointing to the item become a list of this name.")),
)
_ORDER: Final = (
    Attribute("Field", Form.NAME, required=True, sentence=gettext_noop("The field to sort by.")),
    Attribute(
        "Direction",
        Form.CHOICE,
        choices=("Ascending", "Descending"),
        default="Ascending",
        sentence=gettext_noop("Smallest or largest first."),
    ),
)
_PROPERTY: Final = (
    Attribute("Name", Form.NAME, required=True, sentence=gettext_noop("The target name; a/b nests in JSON.")),
    Attribute("Type", Form.NAME, sentence=gettext_noop("The Type of the field; left out with Source children.")),
    Attribute("Field", Form.NAME, sentence=gettext_noop("The field that is shown; left out with Source children.")),
    Attribute(
        "Writing",
        Form.CHOICE,
        choices=WRITINGS,
        default="Normal",
        sentence=gettext_noop("How the value is written; KeyLabel gives key and label of a reference."),
    ),
)

EXPORT_ELEMENTS: Final[tuple[ElementRule, ...]] = (
    ElementRule(
        "Out",
        "out",
        ("",),
        gettext_noop("An export: how records become the items of an answer or a file."),
        (
            Attribute("Rows", Form.NAME, sentence=gettext_noop("The member, or sheet, the items stand under.")),
            Attribute(
                "IncludeDeleted", Form.FLAG, default="false", sentence=gettext_noop("Also send records deleted since.")
            ),
        ),
        children=("Type", "Property", "Constant", "Map"),
    ),
    ElementRule(
        "Type",
        "out",
        ("Out",),
        gettext_noop("An entity type that is read; the first gives one item per record."),
        _TYPE,
        children=("When", "Unless", "Order"),
    ),
    ElementRule("When", "out", ("Type",), gettext_noop("Only records for which the test holds."), _CONDITION),
    ElementRule("Unless", "out", ("Type",), gettext_noop("No records for which the test holds."), _CONDITION),
    ElementRule("Order", "out", ("Type",), gettext_noop("The order of the records."), _ORDER),
    ElementRule(
        "Property",
        "out",
        ("Out",),
        gettext_noop("A field that is shown under a target name."),
        _PROPERTY,
        children=("Source",),
        wide=True,
    ),
    ElementRule(
        "Source",
        "out",
        ("Property",),
        gettext_noop("One of several fields that a Join couples."),
        (
            Attribute("Type", Form.NAME, required=True, sentence=gettext_noop("The Type whose field is taken.")),
            Attribute("Field", Form.NAME, required=True, sentence=gettext_noop("The field that is taken.")),
        ),
        wide=True,
    ),
    ElementRule(
        "Constant",
        "out",
        ("Out",),
        gettext_noop("A fixed value in every item."),
        (
            Attribute("Name", Form.NAME, required=True, sentence=gettext_noop("The target name.")),
            Attribute("Value", Form.TEXT, required=True, sentence=gettext_noop("The value.")),
        ),
    ),
    *map_rules("out", "Out"),
)
