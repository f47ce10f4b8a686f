"""The elements of `<In>`: everything an import template may hold beside the steps."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop
from templates_app.language.attributes import Attribute, Form
from templates_app.language.elements.rule import ElementRule
from templates_app.language.elements.shared import TESTS, map_rules, or_names

_EMPTY_HERE: Final = Attribute(
    "Empty", Form.ALTERNATIVES, sentence=gettext_noop("Texts that mean nothing here, instead of those of the template.")
)
_ON_MISSING: Final = Attribute(
    "OnMissing",
    Form.CHOICE,
    choices=("Error", "Null"),
    default="Error",
    sentence=gettext_noop("When no record is found: the row fails, or the field becomes empty."),
)
_ON_UPDATE: Final = Attribute(
    "OnUpdate",
    Form.CHOICE,
    choices=("Replace", "Fill", "Leave", "Lowest", "Highest"),
    default="Replace",
    sentence=gettext_noop("What happens to a value that the record already has."),
)
_CONDITION: Final = (
    Attribute("Name", Form.NAME, required=True, sentence=gettext_noop("The source name that is tested.")),
    or_names(gettext_noop("Other names, tried in order while those before are missing or empty.")),
    *TESTS,
)
_TYPE: Final = (
    Attribute("Name", Form.NAME, required=True, sentence=gettext_noop("The entity type that receives the records.")),
    Attribute("As", Form.NAME, sentence=gettext_noop("Another name, when one row feeds two records of one type.")),
    Attribute("ShouldInsert", Form.FLAG, default="false", sentence=gettext_noop("Write records that do not exist.")),
    Attribute("ShouldUpdate", Form.FLAG, default="false", sentence=gettext_noop("Write records that exist.")),
    Attribute(
        "ShouldDelete", Form.FLAG, default="false", sentence=gettext_noop("Delete the record found; needs a When.")
    ),
    Attribute("Match", Form.MEMBERS, sentence=gettext_noop("The declared key that finds the record, by field names.")),
    Attribute(
        "Repeated",
        Form.CHOICE,
        choices=("Update", "First", "Error"),
        default="Update",
        sentence=gettext_noop("What a later row with the same key does in one run."),
    ),
    Attribute(
        "Each",
        Form.MEMBERS,
        sentence=gettext_noop("One record per item of this list, or per group of columns such as *, *_2."),
    ),
)
_DEFAULT: Final = (
    Attribute("Field", Form.NAME, required=True, sentence=gettext_noop("The field that gets the value.")),
    Attribute("Value", Form.TEXT, required=True, sentence=gettext_noop("The value.")),
    Attribute(
        "OnUpdate",
        Form.CHOICE,
        choices=("Leave", "Fill", "Replace"),
        default="Leave",
        sentence=gettext_noop("What it does to a record that exists already."),
    ),
)
_PROPERTY: Final = (
    Attribute("Name", Form.NAME, sentence=gettext_noop("The source name; left out when Source children are coupled.")),
    or_names(gettext_noop("Other source names, tried in order while those before are missing or empty.")),
    Attribute("Type", Form.NAME, required=True, sentence=gettext_noop("The Type (its As, if it has one) that is fed.")),
    Attribute("Field", Form.NAME, required=True, sentence=gettext_noop("The field that is fed.")),
    Attribute("Key", Form.FLAG, default="false", sentence=gettext_noop("Part of the key that finds the record.")),
    Attribute("Required", Form.FLAG, default="false", sentence=gettext_noop("A missing or empty value fails the row.")),
    _EMPTY_HERE,
    Attribute(
        "OnEmpty",
        Form.CHOICE,
        choices=("Clear", "Keep"),
        default="Clear",
        sentence=gettext_noop("What an empty value does to a field that has a value."),
    ),
    _ON_UPDATE,
)
_LINK: Final = (
    Attribute("Type", Form.NAME, required=True, sentence=gettext_noop("The Type whose field is set.")),
    Attribute("Field", Form.NAME, required=True, sentence=gettext_noop("The reference field.")),
    Attribute("To", Form.NAME, required=True, sentence=gettext_noop("The Type, declared before, that it points to.")),
    _ON_MISSING,
    _ON_UPDATE,
)

IMPORT_ELEMENTS: Final[tuple[ElementRule, ...]] = (
    ElementRule(
        "In",
        "in",
        ("",),
        gettext_noop("An import: how the rows of a source become records."),
        (
            Attribute("Rows", Form.TEXT, sentence=gettext_noop("Path to the rows, or the sheet of a workbook.")),
            Attribute("Columns", Form.MEMBERS, sentence=gettext_noop("Column names, when there is no header line.")),
            Attribute("Empty", Form.ALTERNATIVES, sentence=gettext_noop("Texts that mean nothing in this source.")),
        ),
        children=("When", "Unless", "Type", "Property", "Link", "Map"),
    ),
    ElementRule("When", "in", ("In", "Type"), gettext_noop("Only where the test holds."), _CONDITION),
    ElementRule("Unless", "in", ("In", "Type"), gettext_noop("Not where the test holds."), _CONDITION),
    ElementRule(
        "Type",
        "in",
        ("In",),
        gettext_noop("An entity type that the rows feed, or are looked up in."),
        _TYPE,
        children=("When", "Unless", "Default"),
    ),
    ElementRule("Default", "in", ("Type",), gettext_noop("A value for a field that the row leaves empty."), _DEFAULT),
    ElementRule(
        "Property",
        "in",
        ("In",),
        gettext_noop("A source name that feeds a field."),
        _PROPERTY,
        children=("Source", "Lookup"),
        wide=True,
    ),
    ElementRule(
        "Source",
        "in",
        ("Property",),
        gettext_noop("One of several values that a Join couples."),
        (
            Attribute("Name", Form.NAME, required=True, sentence=gettext_noop("The source name.")),
            or_names(gettext_noop("Other source names, tried in order while those before are missing or empty.")),
            _EMPTY_HERE,
        ),
        wide=True,
    ),
    ElementRule(
        "Lookup",
        "in",
        ("Property",),
        gettext_noop("The value identifies the record that a reference field points to."),
        (
            Attribute(
                "Match",
                Form.MEMBERS,
                sentence=gettext_noop("Key of the other type; default: its first unique."),
            ),
            _ON_MISSING,
        ),
    ),
    ElementRule("Link", "in", ("In",), gettext_noop("A reference to the record of another Type of the row."), _LINK),
    *map_rules("in", "In"),
)
