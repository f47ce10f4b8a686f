"""`When` and `Unless` of an import: conditions on source names."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from templates_app.catalog.problems import Problem, Refused, shown
from templates_app.language.conditions import Test, compile_test
from templates_app.language.inputs import Named, compile_named
from templates_app.language.names import Names, Scope
from templates_app.language.nodes import Element
from templates_app.language.values import MISSING, text_of


@dataclass(frozen=True, slots=True)
class RowCondition:
    """One `When` (`wanted`) or `Unless`."""

    named: Named
    test: Test
    wanted: bool

    def holds(self, scope: Scope, names: Names) -> bool:
        """Raises `Refused`, with the source name, where the value cannot be compared."""
        value = self.named.read(scope, names)
        try:
            return self.test(None if value is MISSING else value) is self.wanted
        except Refused as refused:
            refused.problem = refused.problem.at(name=names.chosen(self.named.names, self.named.empties, scope))
            raise

    def reason(self, scope: Scope, names: Names) -> Problem:
        """Why a row is left out: the condition that fails, and the value it met."""
        value = self.named.read(scope, names)
        name = names.chosen(self.named.names, self.named.empties, scope)
        try:
            text = "" if value is MISSING else text_of(value)
        except Refused:
            text = "…"
        code = "left_out_by_when" if self.wanted else "left_out_by_unless"
        return Problem(code=code, params={"source": name}, name=name, value=shown(text))


def compile_conditions(element: Element, empties: frozenset[str], zone: ZoneInfo) -> tuple[RowCondition, ...]:
    """The conditions that are children of `In` or of a Type."""
    return tuple(
        RowCondition(
            named=compile_named(child, empties), test=compile_test(child, zone=zone), wanted=child.tag == "When"
        )
        for child in element.elements("When", "Unless")
    )


def failing(conditions: tuple[RowCondition, ...], scope: Scope, names: Names) -> RowCondition | None:
    """The first condition that does not hold.

    Raises `Refused` where all others hold and one cannot be judged: its name is ambiguous, or its value no number.
    """
    unjudged: Refused | None = None
    for condition in conditions:
        try:
            if not condition.holds(scope, names):
                return condition
        except Refused as refused:
            unjudged = unjudged or refused
    if unjudged is not None:
        raise unjudged
    return None
