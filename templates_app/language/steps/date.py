"""Date: a text read by the vendor's date letters; on export, a date written with them."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from templates_app.catalog.problems import Refused
from templates_app.language.attributes import Attribute, Form
from templates_app.language.letters import DateFormat, date_formats
from templates_app.language.moments import moment_of
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import is_empty, text_of


class Date(Step):
    tag = "Date"
    sentence = "Reads a date written in a given way (dd/MM/yyyy HH:mm); on export, writes it that way."
    attributes = (
        Attribute(
            "Format",
            Form.LETTERS,
            required=True,
            sentence="yyyy yy MMMM MMM MM M dd d HH H hh h mm m ss s f tt zzz K; "
            "alternatives with |; Excel is a day number.",
        ),
    )
    gives = "date"

    def build(self, element: Element, maps: Maps) -> Run:
        formats = date_formats(element.get("Format"))
        written = element.get("Format")

        def run(value: Any, setting: StepSetting) -> Any:
            if isinstance(value, date | time):
                return value
            return _read(text_of(value), formats, written)

        return run

    def build_export(self, element: Element, maps: Maps) -> Run:
        chosen = date_formats(element.get("Format"))[0]

        def run(value: Any, setting: StepSetting) -> Any:
            if is_empty(value):
                return None
            return chosen.write(value if isinstance(value, time) else moment_of(value))

        return run


def _read(text: str, formats: tuple[DateFormat, ...], written: str) -> Any:
    text = text.strip()
    for candidate in formats:
        moment = candidate.read(text)
        if moment is not None:
            return moment
    raise Refused("date_unreadable", value=text, format=written)
