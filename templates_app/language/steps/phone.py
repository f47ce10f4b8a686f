"""Phone: a number as it is dialled from anywhere; on export, as it is written in its country."""

from __future__ import annotations

from typing import Any, Final

import phonenumbers

from templates_app.catalog.problems import Refused
from templates_app.language.attributes import Attribute, Form
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of

#: Longer texts are refused unread: no telephone number needs them.
_MAX_LENGTH: Final = 100


class Phone(Step):
    tag = "Phone"
    sentence = "Writes a telephone number in its international form (+33612345678); on export, in its national form."
    attributes = (
        Attribute("Region", Form.NAME, required=True, sentence="The country of numbers without a prefix: FR, GB, US."),
    )

    def build(self, element: Element, maps: Maps) -> Run:
        region = element.get("Region").upper()

        def run(value: Any, setting: StepSetting) -> str:
            number = _number(text_of(value), region)
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

        return run

    def build_export(self, element: Element, maps: Maps) -> Run:
        region = element.get("Region").upper()
        country = phonenumbers.country_code_for_region(region)

        def run(value: Any, setting: StepSetting) -> str:
            number = _number(text_of(value), region)
            form = phonenumbers.PhoneNumberFormat
            chosen = form.NATIONAL if number.country_code == country else form.INTERNATIONAL
            return phonenumbers.format_number(number, chosen)

        return run


def _number(text: str, region: str) -> phonenumbers.PhoneNumber:
    """The number, when its length is possible in its country. Lists of valid ranges age; lengths hardly do."""
    if len(text) > _MAX_LENGTH:
        raise Refused("phone_unreadable", value=text, region=region)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise Refused("phone_unreadable", value=text, region=region) from None
    if not phonenumbers.is_possible_number(number):
        raise Refused("phone_unreadable", value=text, region=region)
    if number.extension:
        raise Refused("phone_has_extension", value=text)
    return number
