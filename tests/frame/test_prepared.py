"""A query that is compiled once answers what the same query answers anew."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.authentication import KEY_OF_DIGEST, TOKEN_OF_DIGEST
from integration_admin.accounts.models import AccessToken, AppKey, Brand
from integration_admin.accounts.tokens import issue
from integration_admin.prepared import Prepared
from tests.conftest import Key, Login

pytestmark = pytest.mark.django_db

BRANDS = Prepared[Brand](lambda key, name: Brand.objects.filter(key=key, name=name).order_by("-pk"), "a key", "a name")


def test_a_row_is_what_it_would_be_by_any_other_way(appkey: Key) -> None:
    known = AppKey.objects.select_related("brand").get(pk=appkey.row.pk)
    with CaptureQueriesContext(connection) as queries:
        found = KEY_OF_DIGEST.first(known.digest)
        assert found is not None
        assert {field.attname: getattr(found, field.attname) for field in AppKey._meta.concrete_fields} == {
            field.attname: getattr(known, field.attname) for field in AppKey._meta.concrete_fields
        }
        assert (found.brand.key, found.brand.created_at) == (known.brand.key, known.brand.created_at)
    assert len(queries) == 1
    assert not found._state.adding


def test_what_a_row_refers_to_comes_with_it_and_nothing_where_there_is_none(
    owner: Login, appkey: Key, now: datetime
) -> None:
    issue(membership=owner.membership, appkey=appkey.row, now=now)
    digest = AccessToken.objects.get().digest
    with CaptureQueriesContext(connection) as queries:
        found = TOKEN_OF_DIGEST.first(digest)
        assert found is not None
        assert found.membership.brand.zone.key == "Europe/Paris"
        assert found.membership.group is not None
        assert found.account_token is None
        assert found.appkey == appkey.row
    assert len(queries) == 1


def test_each_call_asks_for_its_own_values_and_sees_what_is_there_now(acme: Brand, other: Brand) -> None:
    assert [BRANDS.first(brand.key, brand.name) for brand in (acme, other)] == [acme, other]
    assert BRANDS.first("acme", "Other") is None
    Brand.objects.filter(pk=acme.pk).update(name="Acme & Sons")
    assert BRANDS.first("acme", "Acme") is None
    assert list(BRANDS.rows("acme", "Acme & Sons")) == [acme]
    assert BRANDS.first("a key", "a name") is None


@pytest.mark.parametrize("value", ["' OR 1=1 --", "%s", "a key' OR key <> '", "\u2028", "a" * 5000])
def test_a_value_is_never_part_of_the_statement(value: str, acme: Brand) -> None:
    assert list(BRANDS.rows(value, value)) == []


def test_a_value_that_is_missing_or_too_much_is_refused(acme: Brand) -> None:
    for values in ((), ("acme",), ("acme", "Acme", "x")):
        with pytest.raises(ValueError, match="zip"):
            list(BRANDS.rows(*values))


@pytest.mark.django_db(transaction=True)
def test_threads_share_nothing(acme: Brand, other: Brand) -> None:
    def ask(number: int) -> str:
        try:
            brand = (acme, other)[number % 2]
            found = BRANDS.first(brand.key, brand.name)
            return found.key if found else ""
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(40))) == ["acme", "other"] * 20
