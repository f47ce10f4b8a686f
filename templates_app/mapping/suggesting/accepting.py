"""Accepted suggestions as more lines of a template; one that has none yet becomes a template by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from templates_app.language.matching import alias_of
from templates_app.language.nodes import Element
from templates_app.mapping.edits.document import Document, copied
from templates_app.mapping.suggesting.suggestions import ProposedStep, Suggestion


def added(
    root: Element,
    accepted: Sequence[Suggestion],
    *,
    answers: Mapping[str, str] | None = None,
    columns: tuple[str, ...] = (),
    empty: tuple[str, ...] = (),
) -> Element:
    """A new tree with the accepted mappings behind those that are there. Nothing that stood there changes.

    A Type that is not there yet is added: it inserts, and updates when one of the suggestions is its key. `empty` are
    texts that mean nothing in the source, `columns` what the columns of one without header were called: a template
    that maps nothing yet says so.
    """
    tree = copied(root)
    if columns and not tree.elements("Property") and not tree.has("Columns"):
        tree.attributes["Columns"] = ",".join(columns)
    if empty and not tree.elements("Property") and not tree.has("Empty"):
        tree.attributes["Empty"] = "|".join(empty)
    chosen = [(one, steps) for one in accepted if (steps := _steps(one, answers or {})) is not None]
    aliases: dict[str, str] = {}
    for element in tree.elements("Type"):
        aliases.setdefault(element.get("Name"), alias_of(element))
    document = Document(tree, None)
    for name in dict.fromkeys(one.type for one, _ in chosen):
        if name not in aliases:
            document.insert(tree, _new_type(name, [one for one, _ in chosen]))
    for one, steps in chosen:
        document.insert(tree, _property(one, aliases.get(one.type, one.type), steps))
    return tree


def _new_type(name: str, accepted: Iterable[Suggestion]) -> Element:
    key = next((one.field for one in accepted if one.type == name and one.key), "")
    attributes = {"Name": name, "ShouldInsert": "true"}
    return Element("Type", attributes | ({"ShouldUpdate": "true", "Match": key} if key else {}))


def _property(one: Suggestion, alias: str, steps: Sequence[ProposedStep]) -> Element:
    attributes = {"Name": one.name, "Type": alias, "Field": one.field}
    return Element("Property", attributes, [step_element(step) for step in steps])


def step_element(step: ProposedStep) -> Element:
    """The step as the template would have it."""
    cases = [Element("Case", {"From": source, "To": target}) for source, target in step.cases]
    return Element(step.tag, dict(step.attributes), [*cases])


def _steps(one: Suggestion, answers: Mapping[str, str]) -> tuple[ProposedStep, ...] | None:
    """The steps between column and field; None when a person has not yet said which."""
    if one.question is None:
        return one.steps
    answer = answers.get(one.name)
    return next((reading.steps for reading in one.question.readings if reading.format == answer), None)
