"""Number: a text as a number, with the signs of its country; on export, a number as such a text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from templates_app.language.attributes import Attribute, Form
from templates_app.language.nodes import Element
from templates_app.language.numbers import MAX_EXPONENT, read_number, rounded
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of


class Number(Step):
    tag = "Number"
    sentence = "Reads a number; on export, writes one."
    attributes = (
        Attribute("Decimal", default=".", sentence="The sign before the decimals."),
        Attribute("Thousands", sentence="The sign between groups of three digits."),
        Attribute("Round", Form.NUMBER, sentence="How many decimals to keep; half is rounded away from zero."),
    )
    gives = "number"

    def build(self, element: Element, maps: Maps) -> Run:
        decimal, thousands = element.get("Decimal", "."), element.get("Thousands")
        digits = _digits(element)

        def run(value: Any, setting: StepSetting) -> Decimal:
            number = read_number(value, decimal=decimal, thousands=thousands)
            return number if digits is None else rounded(number, digits)

        return run

    def build_export(self, element: Element, maps: Maps) -> Run:
        decimal, thousands = element.get("Decimal", "."), element.get("Thousands")
        digits = _digits(element)
        as_text = element.has("Decimal") or element.has("Thousands")

        def run(value: Any, setting: StepSetting) -> Any:
            number = read_number(value)
            number = number if digits is None else rounded(number, digits)
            return _written(number, decimal, thousands, digits is not None) if as_text else number

        return run


def _digits(element: Element) -> int | None:
    """The `Round` of the element, within what a number can have."""
    return max(-MAX_EXPONENT, min(MAX_EXPONENT, int(element.get("Round")))) if element.has("Round") else None


def _written(number: Decimal, decimal: str, thousands: str, fixed: bool) -> str:
    whole, _, fraction = (format(number, "f") if fixed else text_of(number)).partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if thousands:
        whole = f"{int(whole):,}".replace(",", thousands)
    return sign + whole + (decimal + fraction if fraction else "")
