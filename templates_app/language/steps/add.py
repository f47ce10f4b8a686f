"""Add: years to minutes added to a date; the number is fixed, or stands under another source name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from templates_app.catalog.problems import Refused
from templates_app.language.attributes import Attribute, Form
from templates_app.language.moments import UNITS, WHOLE_UNITS, moment_of, moved
from templates_app.language.nodes import Element
from templates_app.language.numbers import read_number
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import is_empty

#: More of any unit leaves the calendar anyway, and bounded amounts cost bounded time.
_MAX_AMOUNT: Final = 10_000_000_000


class Add(Step):
    tag = "Add"
    sentence = (
        "Adds years, months, weeks, days, hours or minutes to a date; 31 January plus a month is the end of February."
    )
    attributes = (
        Attribute("Unit", Form.CHOICE, required=True, choices=UNITS, sentence="What is counted."),
        Attribute("Amount", Form.NUMBER, sentence="How many; back in time with a minus."),
        Attribute("Name", Form.NAME, sentence="The source name under which the number stands, in place of Amount."),
        Attribute("Or", Form.ALTERNATIVES, sentence="Other source names, tried while those before are empty."),
    )
    takes = "date"
    gives = "date"
    reads_row = True

    def build(self, element: Element, maps: Maps) -> Run:
        unit = element.get("Unit")
        if element.has("Amount"):
            return _by_amount(unit, Decimal(element.get("Amount")))
        return _by_name(unit, element.get("Name"), element.alternatives("Or"))


def _by_amount(unit: str, amount: Decimal) -> Run:
    def run(value: Any, setting: StepSetting) -> Any:
        return moved(moment_of(value), unit=unit, amount=amount, zone=setting.zone)

    return run


def _by_name(unit: str, name: str, others: tuple[str, ...]) -> Run:
    def run(value: Any, setting: StepSetting) -> Any:
        given = setting.source(name, others)
        if is_empty(given):
            return None
        amount = read_number(given)
        if abs(amount) > _MAX_AMOUNT or (unit in WHOLE_UNITS and amount != amount.to_integral_value()):
            raise Refused("amount_not_whole", value=given, unit=unit, source=name)
        return moved(moment_of(value), unit=unit, amount=amount, zone=setting.zone)

    return run
