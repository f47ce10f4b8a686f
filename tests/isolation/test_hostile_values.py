"""Whatever is sent by a form of the pages is answered: never with an error of ours, and never as markup."""

from __future__ import annotations

from typing import Final

import pytest

from tests.isolation.asking import ask, door
from tests.isolation.forms import Form
from tests.isolation.house import House

pytestmark = pytest.mark.django_db
MARKUP: Final = "<script>alert('gotcha')</script>"
#: What a field may be sent with.
VALUES: Final[dict[str, str]] = {
    "nothing": "",
    "nul": "1\0b",
    "long": "x" * 70_000,
    "number": "9" * 5_000,
    "beyond": "9223372036854775808",
    "negative": "-1",
    "digits": "\N{ARABIC-INDIC DIGIT THREE}\N{SUPERSCRIPT TWO}",
    "deep": "[" * 100_000,
    "surrogate": '["\\ud800", {"verb": "\\ud800", "act": "\\u0000"}]',
    "markup": MARKUP,
    "moment": "9999-12-31T23:59:59+14:00",
    "words": "a " * 5_000,
}


def test_every_form_takes_any_value_in_every_field(forms: list[Form], ours: House) -> None:
    client, values = door(ours.owner.user), list(VALUES.values())
    for turn, form in enumerate(forms):
        # Each field another value, and the same field of the next form another one again.
        sent = {field: [values[(place * 5 + turn) % len(values)]] for place, field in enumerate(form.sent())}
        button = next(iter(form.buttons), None)
        answer = ask(client, form.method, form.action, sent | ({button[0]: [button[1]]} if button else {}))
        assert answer.status < 500, f"{form.method} {form.action} {sent}"
        assert not answer.is_page or MARKUP not in answer.shown, f"{form.method} {form.action}"


def test_every_button_leads_to_a_page(forms: list[Form], ours: House) -> None:
    client = door(ours.owner.user)
    assert len(forms) > 50
    for form in forms:
        for button in form.buttons:
            answer = ask(client, form.method, form.action, form.sent(button))
            assert answer.is_page or answer.status == 302, f"{answer.status} {form.method} {form.action}"
            assert not answer.is_page or "</html>" in answer.shown, f"{form.method} {form.action}"
