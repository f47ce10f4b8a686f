"""What to do about a finding, where there is something to say beyond its sentence."""

from __future__ import annotations

from string import Formatter
from typing import Final

from templates_app.catalog.problems import gettext_noop
from templates_app.language.findings import Finding

_DID_YOU_MEAN: Final = gettext_noop('Did you mean "{nearest}"?')

HINTS: Final[dict[str, str]] = {
    "add_without_amount": gettext_noop("Write a number as Amount, or the source name of one as Name."),
    "alias_twice": gettext_noop("Choose another As, and name it in the Properties."),
    "attribute_unknown": _DID_YOU_MEAN,
    "bound_is_text": gettext_noop("Write numbers like 1000.50 and dates like 2026-12-31."),
    "case_of_empty": gettext_noop("Put an IfEmpty where the empty value shall become another."),
    "choice_invalid": gettext_noop("Choose one of: {choices}."),
    "condition_of_several_tests": gettext_noop("Write one When for each test; all must hold."),
    "condition_without_test": gettext_noop("Add Equals, In, Matches, Present, AtLeast or AtMost."),
    "custom_field_unknown": gettext_noop("It can be created from here."),
    "delete_and_write": gettext_noop("Write the other rows with a Type of their own: another As, and an Unless."),
    "delete_without_key": gettext_noop('Name a key with Match, or mark its Properties with Key="true".'),
    "delete_without_when": gettext_noop("Say with a When which rows delete."),
    "doctype_forbidden": gettext_noop("Remove the line that begins with <!DOCTYPE."),
    "each_mixed": gettext_noop("Every group of columns is written with a star: *, *_2, *_3."),
    "element_misplaced": gettext_noop("It stands inside: {places}."),
    "element_unknown": _DID_YOU_MEAN,
    "field_retired": gettext_noop("Remove it from the template, or bring the field back in the catalog."),
    "field_unknown": _DID_YOU_MEAN,
    "key_not_declared": gettext_noop("The key can be declared from here."),
    "key_not_fed": gettext_noop("Add a Property for it, or choose another key."),
    "link_needs_list": gettext_noop("Link into a list field, or give both Types the same Each."),
    "link_to_later": gettext_noop("Move {to} above {type}."),
    "link_to_unknown": _DID_YOU_MEAN,
    "look_up_without_key": gettext_noop('Name a key with Match, or mark its Properties with Key="true".'),
    "lookup_key_not_declared": gettext_noop("Keys to choose from: {keys}."),
    "lookup_needs_match": gettext_noop("Keys to choose from: {keys}."),
    "lookup_not_last": gettext_noop("Move it below the steps, where people look for it."),
    "map_unknown": _DID_YOU_MEAN,
    "match_and_key": gettext_noop("Keep one of the two."),
    "name_not_in_sample": _DID_YOU_MEAN,
    "only_inserts": gettext_noop("Name a key with Match, so that importing again finds the records."),
    "pattern_invalid": gettext_noop("Look-around and back-references are not available."),
    "property_without_source": gettext_noop("Write the name that the source uses."),
    "reference_needs_lookup": gettext_noop("Add a Lookup below the Property, or use a Link."),
    "region_unknown": gettext_noop("Write the two letters of the country, such as FR."),
    "required_field_not_filled": gettext_noop("Add a Property or a Default for {field}, or do not insert."),
    "roll_over_field_not_mapped": gettext_noop("Move the Property that feeds {field} above this one."),
    "source_after_steps": gettext_noop("Move the Sources to the top of the Property."),
    "sources_without_join": gettext_noop("Add a Join below the Sources."),
    "through_missing": gettext_noop("Write the reference field that leads to it as Through."),
    "through_unknown": _DID_YOU_MEAN,
    "type_look_up_only": gettext_noop("Set ShouldInsert or ShouldUpdate if it should be written."),
    "type_not_declared": gettext_noop('Add a Type of this name, or write "{nearest}".'),
    "type_not_fed": gettext_noop("Add a Property that names it, or remove it."),
    "type_twice": gettext_noop("Give one of them another name with As."),
    "type_unknown": _DID_YOU_MEAN,
    "update_without_key": gettext_noop('Name a key with Match, or mark its Properties with Key="true".'),
    "xml_cdata": gettext_noop("Write the text in an attribute."),
    "xml_encoding": gettext_noop("Save it as UTF-8, and say so or say nothing."),
    "xml_not_utf8": gettext_noop("Save it as UTF-8."),
}


def hint_of(finding: Finding) -> str:
    """The hint to translate and fill in with the finding's params; "" when there is none.

    A hint that speaks of a param which the finding does not carry is left out: no `Did you mean` without a name.
    """
    hint = HINTS.get(finding.code, "")
    needed = {name for _, name, _, _ in Formatter().parse(hint) if name}
    return hint if needed <= finding.params.keys() else ""
