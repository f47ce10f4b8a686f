"""Arguments of steps that the grammar alone cannot judge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers

from templates_app.language.checks.scope import Scope, error, warning
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element
from templates_app.language.numbers import signs_alike
from templates_app.language.patterns import compile_pattern

_DATES: Final = ("Date", "DateTime", "Time")
#: What a moment may be compared with: dates, and texts that write one.
_COMPARED: Final = ("Date", "DateTime", "Text", "Memo")
#: `$1`, `${1}`; `$$` is a dollar sign.
_GROUP: Final = re.compile(r"\$\$|\$([0-9]{1,2})|\$\{([0-9]{1,2})\}", re.ASCII)


def additions(scope: Scope) -> Iterator[Finding]:
    """`Add` takes a fixed amount or a source name, never both, never neither."""
    for step in _steps(scope, "Add"):
        fixed, named = step.has("Amount"), step.has("Name") or step.has("Or")
        if fixed and named:
            yield error(step, "add_amount_and_name")
        elif not fixed and not step.has("Name"):
            yield error(step, "add_without_amount")


def roll_overs(scope: Scope) -> Iterator[Finding]:
    """`RollOver` looks at a field of the same record that an earlier Property feeds."""
    for use in scope.types:
        above: set[str] = set()
        for element in scope.properties(use):
            for step in _steps_of(element, "RollOver"):
                if step.get("Field") and step.get("Field") not in above:
                    yield error(step, "roll_over_field_not_mapped", field=step.get("Field"), type=use.alias)
                field, earliest = use.field(element.get("Field")), use.field(step.get("Field"))
                if field is not None and field.kind.name not in _DATES:
                    yield error(step, "roll_over_needs_date", field=field.name)
                elif earliest is not None and earliest.kind.name not in _COMPARED:
                    yield error(step, "roll_over_needs_date", field=earliest.name)
            above.add(element.get("Field"))


def replacements(scope: Scope) -> Iterator[Finding]:
    """A `$1` that is no group of its pattern stays as it is written, which nobody means."""
    for step in _steps(scope, "Replace"):
        groups = _groups(step)
        for match in _GROUP.finditer(step.get("With")):
            number = match[1] or match[2]
            if groups is not None and number and int(number) > groups:
                yield warning(step, "group_unknown", group=f"${number}", groups=groups)


def number_signs(scope: Scope) -> Iterator[Finding]:
    """`Thousands="."` needs another sign for the decimals: else 1.234 would be read as little more than 1."""
    for step in _steps(scope, "Number"):
        if signs_alike(step.get("Decimal", "."), step.get("Thousands")):
            yield error(step, "number_signs_alike", sign=step.get("Thousands"))


def phone_regions(scope: Scope) -> Iterator[Finding]:
    for step in _steps(scope, "Phone"):
        region = step.get("Region")
        if region and region.upper() not in phonenumbers.SUPPORTED_REGIONS:
            yield error(step, "region_unknown", region=region)


def import_only_steps(scope: Scope) -> Iterator[Finding]:
    """An export has neither source names nor fields mapped above."""
    for step in _steps(scope, "RollOver", "Add"):
        if step.tag == "RollOver":
            yield error(step, "step_only_in_imports", step="RollOver")
        elif step.has("Name") or step.has("Or"):
            yield error(step, "step_only_in_imports", step="Add Name")


def _groups(step: Element) -> int | None:
    """How many groups the pattern has; None when it is a literal text, or does not compile, which the reader says."""
    if step.get("Regex") == "false":
        return None
    try:
        return compile_pattern(step.get("Pattern")).groups
    except ValueError:
        return None


def _steps(scope: Scope, *tags: str) -> Iterator[Element]:
    """Every step of these tags."""
    for element in scope.root.elements("Property"):
        yield from _steps_of(element, *tags)


def _steps_of(element: Element, *tags: str) -> Iterator[Element]:
    """The steps of these tags in a Property itself or in its Sources."""
    for holder in (element, *element.elements("Source")):
        yield from holder.elements(*tags)
