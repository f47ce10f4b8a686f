"""What was written once is put back as it was, about the arguments of the call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from integration_admin.accounts.brands import create_brand
from integration_admin.accounts.models import AuditEntry, Brand, Group
from tests.conftest import BY
from tests.written_once import written_once

pytestmark = pytest.mark.django_db
#: The first two calls are for real.
CALLS = 4


def taken_away(*rows: Any) -> None:
    """As the end of a test does."""
    for row in rows:
        type(row).objects.filter(pk=row.pk).delete()


def test_the_rows_come_back_with_their_keys_and_the_use_case_is_not_asked_again(now: datetime) -> None:
    asked: list[str] = []

    @written_once
    def made(*, key: str) -> Brand:
        asked.append(key)
        return create_brand(key=key, name="Once", sandbox=False, at=now, by=BY)

    brands = []
    for _ in range(CALLS):
        brands.append(made(key="once"))
        rows = Brand.objects.values().get(), Group.objects.values().get(), AuditEntry.objects.values("after").get()
        assert brands[-1] == Brand.objects.get()
        taken_away(*AuditEntry.objects.all(), *Group.objects.all(), brands[-1])
    assert asked == ["once", "once"]
    assert brands[1].pk == brands[2].pk == brands[3].pk != brands[0].pk
    assert brands[2] is not brands[3]
    assert rows[0]["key"] == "once"
    assert rows[1]["brand_id"] == brands[3].pk
    assert made(key="another").key == "another"


def test_the_answer_is_about_the_row_that_was_given_and_changes_of_it_are_made_again(acme: Brand) -> None:
    @written_once
    def named(*, brand: Brand) -> Group:
        Brand.objects.filter(pk=brand.pk).update(name="Renamed")
        return Group.objects.create(brand=brand, name="Ours")

    for _ in range(CALLS):
        Brand.objects.filter(pk=acme.pk).update(name=acme.name)
        group = named(brand=acme)
        assert group.brand is acme
        assert Brand.objects.get(pk=acme.pk).name == "Renamed"
        taken_away(group)


def test_other_values_of_a_row_are_other_arguments(acme: Brand) -> None:
    @written_once
    def called_like(*, brand: Brand) -> str:
        return brand.name

    assert [called_like(brand=acme) for _ in range(CALLS)] == [acme.name] * CALLS
    acme.name = "Another"
    assert called_like(brand=acme) == "Another"


def test_what_is_written_next_to_it_has_a_key_of_its_own(now: datetime) -> None:
    @written_once
    def made(*, key: str) -> Brand:
        return Brand.objects.create(key=key, name=key, created_at=now)

    for _ in range(CALLS):
        first = Brand.objects.create(key="first", name="First", created_at=now)
        brands = [first, made(key="two"), made(key="three")]
        brands.append(Brand.objects.create(key="last", name="Last", created_at=now))
        assert len({brand.pk for brand in brands}) == len(brands) == Brand.objects.count()
        taken_away(*brands)


def test_a_use_case_that_removes_rows_is_none_to_be_written_once(acme: Brand) -> None:
    @written_once
    def emptied(*, name: str) -> None:
        taken_away(Group.objects.create(brand=acme, name=name), *Group.objects.filter(name="Old"))

    emptied(name="New")
    Group.objects.create(brand=acme, name="Old")
    with pytest.raises(AssertionError, match="removed"):
        emptied(name="New")
