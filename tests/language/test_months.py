from __future__ import annotations

from itertools import product

import pytest
from babel import Locale
from django.conf import settings

from templates_app.language.months import month_name, month_of

MONTHS = range(1, 13)


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_every_language_of_the_product_names_its_months(language: str) -> None:
    forms = Locale.parse(language).months
    for context, width, number in product(("format", "stand-alone"), ("wide", "abbreviated"), MONTHS):
        name = forms[context][width][number]
        assert {month_of(name), month_of(name.upper()), month_of(f"{name.removesuffix('.')}.")} == {number}


def test_what_is_written_is_read() -> None:
    assert [month_of(month_name(number, short=True)) for number in MONTHS] == [*MONTHS]
    assert [month_of(month_name(number, short=False)) for number in MONTHS] == [*MONTHS]


@pytest.mark.parametrize("name", ["", "ja", "jui", "Smarch", "0月", "13月", "月", "x月"])
def test_other_words_are_no_month(name: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        month_of(name)
