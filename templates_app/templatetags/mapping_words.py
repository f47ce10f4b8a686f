"""What the mapping view says, in the words of the reader."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from django import template
from django.utils.translation import gettext, gettext_lazy

from templates_app.catalog.problems import Problem
from templates_app.language.checks.fields import is_own_field_name
from templates_app.language.nodes import Element
from templates_app.library.problem_words import problem_said
from templates_app.library.wording import in_words
from templates_app.mapping.choices import Choices, FieldChoice, TypeChoice
from templates_app.mapping.edits.apply import mapping_of
from templates_app.mapping.edits.changes import Change
from templates_app.mapping.fixes.all_fixes import Fix
from templates_app.mapping.suggesting.accepting import step_element
from templates_app.mapping.suggesting.suggestions import ProposedStep, TypeGuess
from templates_app.mapping.table.lines import Cell, ConditionLine, Row, SourceLine, Target, TypeLine
from templates_app.mapping.table.step_words import step_words
from templates_app.mapping.tracing.trace_parts import Seen, Stage
from templates_app.mapping.words import Words
from templates_app.templatetags.mapping_names import CHOICES, NAMES

register = template.Library()

_TESTS: Final = (
    ("Present", gettext_lazy("is given")),
    ("Equals", gettext_lazy("is")),
    ("In", gettext_lazy("is one of (a|b)")),
    ("Matches", gettext_lazy("matches the pattern")),
    ("AtLeast", gettext_lazy("is at least")),
    ("AtMost", gettext_lazy("is at most")),
)


@register.filter
def said(words: Words | None) -> str:
    """The phrase in the active language, filled in. What fills it is foreign text: it is escaped where it is shown."""
    return gettext(words.phrase).format_map(words.params) if words is not None else ""


@register.filter
def translated(text: str) -> str:
    """A sentence of the grammar in the active language."""
    return gettext(text) if text else ""


@register.filter
def titled(known: TypeChoice | TypeGuess | TypeLine) -> str:
    """What a type is called: ours in the active language, a brand's own as it stands."""
    return in_words(known.title, own=known.custom)


@register.filter
def labelled(label: str, field: str) -> str:
    """What the field of this name is called: ours in the active language, a brand's own as it stands."""
    return in_words(label, own=is_own_field_name(field))


@register.filter
def piped(names: Sequence[str]) -> str:
    """Names as they are typed: tried in this order."""
    return " | ".join(names)


@register.filter
def named(attribute: str) -> str:
    """What a form calls an attribute."""
    return str(NAMES.get(attribute, attribute))


@register.filter
def choice_named(cell: Cell, choice: str) -> str:
    """What a form calls a choice of an attribute."""
    return str(CHOICES.get((cell.name, choice), choice))


@register.filter
def stray(cell: Cell) -> bool:
    """Whether the value written is none of the choices: it is shown all the same."""
    return bool(cell.value) and cell.value not in cell.choices


@register.filter
def but(cells: Sequence[Cell], names: str) -> list[Cell]:
    """The cells that have no control of their own elsewhere."""
    return [cell for cell in cells if cell.name not in names.split(",")]


@register.filter
def field_options(choices: Choices, entity: str) -> list[tuple[str, str]]:
    """The fields of an entity type, by name, with what to call them."""
    return [(field.name, _field_text(field)) for field in _fields(choices, entity)]


@register.filter
def field_names(choices: Choices, entity: str) -> list[str]:
    return [field.name for field in _fields(choices, entity)]


def _fields(choices: Choices, entity: str) -> list[FieldChoice]:
    known = next((known for known in choices.types if known.name == entity), None)
    return [field for field in known.fields if not field.retired] if known else []


def _field_text(field: FieldChoice) -> str:
    label = in_words(field.label, own=field.custom)
    return f"{label} ({field.name})" if label and label != field.name else field.name


@register.filter
def chosen_key(line: TypeLine) -> bool:
    """Whether what the Type says in Match is a key that the catalog declares."""
    return any(key.chosen for key in line.keys)


@register.filter
def target_text(target: Target | None) -> str:
    """A target as it is typed: `Customer.LastName`."""
    if target is None:
        return ""
    return f"{target.alias}.{target.field}" if target.alias and target.field else target.field


@register.filter
def row_name(row: Row) -> str:
    """What a row is called: its source names, else its field."""
    names = row.names or tuple(name for source in row.sources for name in source.names)
    return piped(names) or target_text(row.target)


@register.filter
def source_name(source: SourceLine) -> str:
    return piped(source.names) or target_text(source.target)


@register.filter
def tests(condition: ConditionLine) -> list[tuple[str, str]]:
    """The tests to choose from."""
    none = [] if condition.test else [("", "–")]
    return [*none, *((test, str(label)) for test, label in _TESTS)]


@register.filter
def upper_bound(condition: ConditionLine) -> str:
    return next((cell.value or "" for cell in condition.cells if cell.name == "AtMost"), "")


@register.filter
def stage_said(stage: Stage) -> str:
    """A step of a trace in words, as its chip says it. The cases of a map do not come with a trace."""
    if stage.tag == "Map" and not stage.arguments:
        return gettext("by its value map")
    return said(step_words(Element(stage.tag, dict(stage.arguments)), export=False))


@register.filter
def seen(value: Seen) -> str:
    """A value on its way, as a person reads it."""
    return " · ".join(value.texts)


@register.filter
def step_proposed(step: ProposedStep) -> str:
    """A suggested step, or the look-up of a reference, in words."""
    if step.tag == "Lookup":
        return gettext("found by {key}").format(key=dict(step.attributes).get("Match", ""))
    return said(step_words(step_element(step), export=False))


@register.filter
def suggestion_said(why: Problem) -> str:
    """A reason for a suggestion."""
    return problem_said(why)


@register.filter
def at_least(number: int, least: int) -> int:
    return max(number + 1, least)


@register.filter
def as_change(change: Change) -> str:
    """A change as the page sends it back."""
    return json.dumps(mapping_of(change), ensure_ascii=False)


@register.filter
def as_act(fix: Fix) -> str:
    """An act of the library as the page sends it back."""
    given: dict[str, Any] = {"act": fix.act, **fix.params}
    return json.dumps(given, ensure_ascii=False)
