from __future__ import annotations

import pytest

from integration_admin.whole_numbers import HIGHEST_KEY, HIGHEST_VERSION, whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), (str(HIGHEST_KEY), HIGHEST_KEY)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", " ", "-1", "+1", "1.0", "1e3", "0x1", "1_0", "٣", "1\n", "9" * 19, "9" * 9000])
def test_everything_else_is_none(text: str) -> None:
    assert whole_number(text) is None


def test_the_highest_is_the_last_that_is_taken() -> None:
    assert whole_number(str(HIGHEST_VERSION), highest=HIGHEST_VERSION) == HIGHEST_VERSION
    assert whole_number("11", highest=10) is None
