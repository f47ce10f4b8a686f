"""RollOver: an end before its start is meant for the next day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from templates_app.catalog.problems import Refused
from templates_app.language.attributes import Attribute, Form
from templates_app.language.moments import instant_of, moment_of
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting


class RollOver(Step):
    tag = "RollOver"
    sentence = "A date-time before another field of the same record becomes the next day (once)."
    attributes = (
        Attribute("Field", Form.NAME, required=True, sentence="The field it must not come before, mapped above."),
    )
    takes = "date"
    gives = "date"
    reads_row = True

    def build(self, element: Element, maps: Maps) -> Run:
        name = element.get("Field")

        def run(value: Any, setting: StepSetting) -> Any:
            moment = moment_of(value)
            earliest = setting.field(name)
            if earliest is None:
                return moment
            if instant_of(moment, setting.zone) >= instant_of(moment_of(earliest), setting.zone):
                return moment
            try:
                return moment + timedelta(days=1)
            except OverflowError:
                raise Refused("date_out_of_range", value=value) from None

        return run
