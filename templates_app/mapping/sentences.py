"""Why an edit of the mapping is refused, and what to do about it. Doors translate both and fill in the params."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import Problem, gettext_noop

SENTENCES: Final[dict[str, str]] = {
    # What is no change
    "change_member_invalid": gettext_noop('The change "{verb}" has a "{member}" that it cannot use.'),
    "change_member_missing": gettext_noop('The change "{verb}" needs "{member}".'),
    "change_member_unknown": gettext_noop('The change "{verb}" has no "{member}".'),
    "change_not_object": gettext_noop("A change is an object that says its verb."),
    "change_too_many": gettext_noop("More than {limit} changes at once are not possible."),
    "change_verb_unknown": gettext_noop('There is no change "{verb}".'),
    # What cannot be expressed
    "edit_attribute_name": gettext_noop('"{name}" cannot name an attribute.'),
    "edit_comma_in_name": gettext_noop('"{name}" has a comma, which separates the fields of a key.'),
    "edit_bar_in_name": gettext_noop('"{name}" has a | sign, which separates names.'),
    "edit_key_of_catalog": gettext_noop("{field} is the key because it is the first unique key that is mapped."),
    "edit_misplaced": gettext_noop("{tag} may not stand inside {parent}."),
    "edit_move_end": gettext_noop("It stands at the end already."),
    "edit_move_nowhere": gettext_noop("Nothing says where it should go."),
    "edit_name_needed": gettext_noop("It needs a name."),
    "edit_name_taken": gettext_noop('The name "{name}" is taken already.'),
    "edit_not_for": gettext_noop("{tag} has no {what}."),
    "edit_nothing_typed": gettext_noop("Nothing was typed."),
    "edit_one_name": gettext_noop("A target has one name only."),
    "edit_place_gone": gettext_noop("What should be changed is no longer there."),
    "edit_root_unknown": gettext_noop('The template begins with "{tag}", so nothing can be added to it.'),
    "edit_sources_left": gettext_noop("The row has {count} sources; only one can be taken over."),
    "edit_target_empty": gettext_noop('The line "{line}" names no source before its arrow.'),
    "edit_text_unfit": gettext_noop("The text holds an invisible control character, which a template cannot hold."),
    "edit_too_large": gettext_noop("The template would become too large."),
    "edit_would_lose": gettext_noop("The table cannot keep what stands in line {line}: a text, or an instruction."),
    "pair_quotes": gettext_noop("The quotes in line {line} do not fit together: {text}"),
    "pair_without_sign": gettext_noop('Line {line} has no "=": {text}'),
}

HINTS: Final[dict[str, str]] = {
    "change_verb_unknown": gettext_noop("Known are: {known}."),
    "edit_bar_in_name": gettext_noop("Only the first name may have one; put this name first."),
    "edit_key_of_catalog": gettext_noop("Choose the fields of the key at the Type instead."),
    "edit_name_taken": gettext_noop("Choose another name."),
    "edit_one_name": gettext_noop("Add a second row for the second name."),
    "edit_place_gone": gettext_noop("Somebody may have changed the template: load it again."),
    "edit_root_unknown": gettext_noop("Begin the template with In or Out in the XML view."),
    "edit_sources_left": gettext_noop("Remove the others first."),
    "edit_target_empty": gettext_noop("Write it as: Source name -> Type.Field"),
    "edit_text_unfit": gettext_noop("Type the text instead of pasting it."),
    "edit_too_large": gettext_noop("Split it into two templates, or use maps with fewer values."),
    "edit_would_lose": gettext_noop("Put it right in the XML view first."),
    "pair_quotes": gettext_noop('Write a text with quotes as "He said \\"yes\\"".'),
    "pair_without_sign": gettext_noop("Write each pair as: value = what it becomes"),
}


def hint_of(problem: Problem) -> str:
    """The hint to translate and fill in with the problem's params; "" when there is none."""
    return HINTS.get(problem.code, "")
