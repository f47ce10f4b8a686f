"""The manual of the language: Markdown tables of every element, attribute and step, generated from the grammar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from templates_app.language.attributes import Attribute, Form
from templates_app.language.elements.rule import Direction, ElementRule
from templates_app.language.grammar import rules_of

_FORMS = {
    Form.TEXT: "text",
    Form.NAME: "name",
    Form.FLAG: "`true` or `false`",
    Form.ALTERNATIVES: "texts, separated by `|`",
    Form.MEMBERS: "names, separated by `,`",
    Form.NUMBER: "whole number",
    Form.POSITION: "position: from 1, from the end with `-`",
    Form.PATTERN: "pattern",
    Form.LETTERS: "date letters, alternatives separated by `|`",
}


def manual() -> str:
    """Three sections: import elements, export elements, steps. Ends with a line end."""
    parts = (
        _section("Import: `<In>`", (rule for rule in rules_of("in") if not rule.step)),
        _section("Export: `<Out>`", (rule for rule in rules_of("out") if not rule.step)),
        _section("Steps", (rule for rule in rules_of("in") if rule.step)),
    )
    return "\n".join(parts)


def _section(title: str, rules: Iterable[ElementRule]) -> str:
    head = f"### {title}\n\n| element | attribute | form | meaning |\n|---|---|---|---|\n"
    return head + "".join(line for rule in rules for line in _rows(rule))


def _rows(rule: ElementRule) -> Iterator[str]:
    yield _row(f"`{_place(rule)}`", "", "", rule.sentence)
    for attribute in rule.attributes:
        yield _row("", f"`{attribute.name}`", _form(attribute), _meaning(attribute))


def _place(rule: ElementRule) -> str:
    """`Type/Default`; a child of a root, and a step, by its own name alone."""
    parents = "" if rule.step or rule.parents[0] in ("", _root(rule.direction)) else f"{rule.parents[0]}/"
    return f"{parents}{rule.tag}"


def _root(direction: Direction) -> str:
    return next(rule.tag for rule in rules_of(direction) if "" in rule.parents)


def _form(attribute: Attribute) -> str:
    if attribute.form is Form.CHOICE:
        return ", ".join(f"`{choice}`" for choice in attribute.choices)
    return _FORMS[attribute.form]


def _meaning(attribute: Attribute) -> str:
    notes = ["Required."] if attribute.required else []
    if attribute.default:
        notes.append(f"Default: `{attribute.default}`.")
    return " ".join([attribute.sentence, *notes]).strip()


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
