"""Conditions: `When` and `Unless` make one test each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from templates_app.language.checks.scope import Scope, error, warning
from templates_app.language.conditions import is_bound
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element

_TESTS: Final = ("Equals", "In", "Matches", "Present")
_BOUNDS: Final = ("AtLeast", "AtMost")
#: Numbers with groups or a decimal comma, and days in other orders than that of ISO.
_LOOKS_COMPARABLE: Final = re.compile(
    r"[+-]?[0-9]{1,3}(?:[ \u00a0\u202f'\u2019.,][0-9]{3})*[.,][0-9]*"
    r"|[+-]?[0-9]{1,3}(?:[ \u00a0\u202f'\u2019.,][0-9]{3})+"
    r"|[+-]?[0-9]+,[0-9]+"
    r"|(?:[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2})(?:[ T][0-9:.]+)?"
)


def conditions_of_one_test(scope: Scope) -> Iterator[Finding]:
    """`AtLeast` and `AtMost` together are one test: a range."""
    for condition in conditions(scope):
        tests = [name for name in _TESTS if condition.has(name)]
        bounds = [name for name in _BOUNDS if condition.has(name)]
        count = len(tests) + bool(bounds)
        if count == 0:
            yield error(condition, "condition_without_test", tag=condition.tag)
        elif count > 1:
            yield error(condition, "condition_of_several_tests", tag=condition.tag, tests=", ".join(tests + bounds))


def bounds_written_otherwise(scope: Scope) -> Iterator[Finding]:
    """What a person would take for a number or a date is compared letter by letter when it is not written as one."""
    for condition in conditions(scope):
        for name in _BOUNDS:
            bound = condition.get(name).strip()
            if _LOOKS_COMPARABLE.fullmatch(bound) and not is_bound(bound):
                yield warning(condition, "bound_is_text", attribute=name, tag=condition.tag, value=bound)


def conditions(scope: Scope) -> Iterator[Element]:
    """Every condition of the template: of the root and of the Types."""
    for holder in (scope.root, *(use.element for use in scope.types)):
        yield from holder.elements("When", "Unless")
