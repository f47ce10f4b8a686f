"""A name that is written from right to left turns round nothing that stands beside it."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.house.sources import FLOORS, ROOT

#: The name of a brand with a separator behind it, where a number or a day may follow.
BARE: Final = re.compile(r"\{\{ ?[a-z_.]*brand(\.name)? ?\}\} ·")


@pytest.mark.parametrize("floor", FLOORS)
def test_the_name_of_a_brand_is_set_apart_from_what_follows_it(floor: str) -> None:
    pages = list((ROOT / floor).rglob("templates/**/*.html"))
    assert pages
    assert [page.name for page in pages if BARE.search(page.read_text())] == []
