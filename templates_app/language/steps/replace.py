"""Replace: what a pattern or a text finds becomes something else."""

from __future__ import annotations

import re
from typing import Any, Final

from templates_app.catalog.problems import Refused
from templates_app.language.attributes import Attribute, Form
from templates_app.language.nodes import Element
from templates_app.language.patterns import Pattern, compile_pattern
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import MAX_TEXT, limited, text_of

#: `$1`, `$12`, `${1}`, `${name}`, and `$$` for a dollar sign.
_GROUP: Final = re.compile(r"\$(?:(\$)|([0-9]{1,2})|\{([0-9]{1,2}|[A-Za-z_][A-Za-z0-9_]*)\})")


class Replace(Step):
    tag = "Replace"
    sentence = "Replaces every part that a pattern finds. $1 stands for the first group of the pattern."
    attributes = (
        Attribute("Pattern", Form.PATTERN, required=True, sentence="What to look for."),
        Attribute("With", sentence="What to put in its place; nothing when left out."),
        Attribute("Regex", Form.FLAG, default="true", sentence="false takes the pattern as plain text."),
    )

    def build(self, element: Element, maps: Maps) -> Run:
        if not element.flag("Regex", default=True):
            return _literal(element.get("Pattern"), element.get("With"))
        pattern = compile_pattern(element.get("Pattern"))
        return _by_pattern(pattern, _template(element.get("With"), pattern))


def _literal(old: str, new: str) -> Run:
    def run(value: Any, setting: StepSetting) -> str:
        text = text_of(value)
        if not old:
            return text
        if len(text) + text.count(old) * (len(new) - len(old)) > MAX_TEXT:
            raise Refused("step_output_too_long", value=text, limit=MAX_TEXT)
        return text.replace(old, new)

    return run


def _by_pattern(pattern: Pattern, template: tuple[str | int, ...]) -> Run:
    def run(value: Any, setting: StepSetting) -> str:
        text = text_of(value)
        parts: list[str] = []
        position = length = 0
        for match in pattern.finditer(text):
            filled = "".join(part if isinstance(part, str) else match.group(part) or "" for part in template)
            parts += (text[position : match.start()], filled)
            length += len(filled)
            if length > MAX_TEXT:
                raise Refused("step_output_too_long", value=text, limit=MAX_TEXT)
            position = match.end()
        return limited("".join(parts) + text[position:])

    return run


def _template(text: str, pattern: Pattern) -> tuple[str | int, ...]:
    """Literal texts and group numbers in turn; a group that the pattern does not have stays as it is written."""
    parts: list[str | int] = []
    position = 0
    for match in _GROUP.finditer(text):
        parts.append(text[position : match.start()])
        parts.append("$" if match[1] else _group(match[2] or match[3], match[0], pattern))
        position = match.end()
    parts.append(text[position:])
    return tuple(part for part in parts if part != "")


def _group(name: str, written: str, pattern: Pattern) -> str | int:
    number = int(name) if name.isdigit() else pattern.groupindex.get(name, -1)
    return number if 0 <= number <= pattern.groups else written
