"""Conditions: `When` and `Unless` make one test each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from templates_app.language.checks.scope import Scope, error
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element

_TESTS: Final = ("Equals", "In", "Matches", "Present")
_BOUNDS: Final = ("AtLeast", "AtMost")


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


def conditions(scope: Scope) -> Iterator[Element]:
    """Every condition of the template: of the root and of the Types."""
    for holder in (scope.root, *(use.element for use in scope.types)):
        yield from holder.elements("When", "Unless")
