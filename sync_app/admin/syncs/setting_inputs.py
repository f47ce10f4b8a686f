"""The form of a connector as inputs of a page, and what came back of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from sync_app.syncs.connectors.base import Sort
from sync_app.syncs.keeping.forms import FormField
from sync_app.syncs.turns.sentences import message
from templates_app.catalog.problems import Problem

FORGET: Final = "forget-"
#: The sort of an input that the browser knows.
TYPES: Final[Mapping[Sort, str]] = {Sort.SECRET: "password", Sort.ADDRESS: "url"}


@dataclass(frozen=True, slots=True)
class SettingInput:
    """One setting. `name` is that of the input; `when` the input, `values` its values as JSON, with which it counts;
    `condition` says the same in words. Of a secret no value is shown.
    """

    field: FormField
    name: str
    value: str
    type: str
    problem: str
    when: str = ""
    values: str = "[]"
    condition: str = ""
    forget: str = ""

    @property
    def id(self) -> str:
        return f"ia-{self.name}"

    @property
    def checked(self) -> bool:
        return self.value == "on"


def setting_inputs(
    form: Sequence[FormField], *, prefix: str, asked: QueryDict | None, problems: Mapping[str, Problem]
) -> list[SettingInput]:
    """The inputs with what is kept, or with what was just entered. `problems`: name of the setting -> what is wrong."""
    known = {field.name: field for field in form}
    return [_input(field, known, prefix, asked, problems.get(field.name)) for field in form]


def settings_entered(form: Sequence[FormField], *, prefix: str, asked: QueryDict) -> dict[str, Any]:
    """What was entered, as `read_form` takes it."""
    return {field.name: _entered(field, asked, f"{prefix}{field.name}") for field in form}


def forgotten(form: Sequence[FormField], *, prefix: str, asked: QueryDict) -> set[str]:
    """The secrets that are to be forgotten."""
    return {field.name for field in form if f"{FORGET}{prefix}{field.name}" in asked}


def pairs_of(text: str) -> dict[str, str] | list[str]:
    """`Name: value` line by line; a list, which no form takes, where a line is none or a name comes twice."""
    lines = [line for line in text.splitlines() if line.strip()]
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or name.strip() in found:
            return lines
        found[name.strip()] = value.strip()
    return found


def pairs_text(pairs: Any) -> str:
    return "\n".join(f"{name}: {value}" for name, value in pairs.items()) if isinstance(pairs, Mapping) else ""


def _input(
    field: FormField,
    known: Mapping[str, FormField],
    prefix: str,
    asked: QueryDict | None,
    problem: Problem | None,
) -> SettingInput:
    name = f"{prefix}{field.name}"
    given = SettingInput(
        field=field,
        name=name,
        value=_kept(field) if asked is None else _again(field, asked, name),
        type=TYPES.get(field.sort, "text"),
        problem=message(problem) if problem is not None else "",
        forget=f"{FORGET}{name}" if field.kept and not field.required else "",
    )
    return given if field.when is None else _conditional(given, known, prefix, field.when)


def _conditional(
    given: SettingInput, known: Mapping[str, FormField], prefix: str, when: tuple[str, frozenset[str]]
) -> SettingInput:
    name, values = when
    control = known.get(name)
    words = [text for value, text in control.choices if value in values] if control is not None else []
    condition = {"setting": control.label if control is not None else name, "values": ", ".join(words)}
    return SettingInput(
        field=given.field,
        name=given.name,
        value=given.value,
        type=given.type,
        problem=given.problem,
        when=f"{prefix}{name}",
        values=json.dumps(sorted(values)),
        condition=_("Only with %(setting)s: %(values)s") % condition,
        forget=given.forget,
    )


def _kept(field: FormField) -> str:
    if field.sort == Sort.SECRET or field.value is None:
        return ""
    if field.sort == Sort.SWITCH:
        return "on" if field.value else ""
    return pairs_text(field.value) if field.sort == Sort.PAIRS else str(field.value)


def _again(field: FormField, asked: QueryDict, name: str) -> str:
    """What was entered is shown again, except a secret: that never leaves the site."""
    if field.sort == Sort.SECRET:
        return ""
    if name not in asked and field.sort != Sort.SWITCH:
        return _kept(field)
    return asked.get(name, "")


def _entered(field: FormField, asked: QueryDict, name: str) -> Any:
    text = asked.get(name, "")
    if field.sort == Sort.SWITCH:
        return name in asked
    return pairs_of(text) if field.sort == Sort.PAIRS else text
