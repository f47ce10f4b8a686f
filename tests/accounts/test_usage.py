"""How much keys are called: by the days of the brand's zone, on the pages of keys and brands, and not for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from integration_admin.accounts import logins
from integration_admin.accounts.models import AppKey, AuditEntry, Brand, KeyUse, User
from integration_admin.accounts.quotas import key_quotas
from integration_admin.accounts.usage import DayOfUse, flush_usage, forget_usage, use_of_appkey, use_of_brand
from tests.conftest import BY, Key, Login


def page(model: type[AppKey | Brand], row: AppKey | Brand) -> str:
    return reverse(f"admin:accounts_{model._meta.model_name}_change", args=[row.pk])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def used(key: Key, hour: datetime, calls: int, refused: int = 0) -> None:
    KeyUse.objects.create(appkey=key.row, hour=hour, calls=calls, refused=refused)


def days(shown: list[DayOfUse]) -> dict[date, tuple[int, int]]:
    """Those on which was called."""
    return {one.day: (one.answered, one.refused) for one in shown if one.calls}


def test_an_hour_belongs_to_the_day_it_has_in_the_brands_zone(appkey: Key, now: datetime) -> None:
    for hour, calls in ((22, 1), (23, 10), (0, 100)):
        used(appkey, datetime(2026, 11, 20 if hour else 21, hour, tzinfo=UTC), calls)
    shown = use_of_appkey(appkey.row, now=now)
    assert len(shown) == 30
    assert (shown[0].day, shown[-1].day) == (date(2026, 10, 23), date(2026, 11, 21))
    assert days(shown) == {date(2026, 11, 20): (1, 0), date(2026, 11, 21): (110, 0)}


def test_what_is_older_or_still_to_come_is_not_shown(appkey: Key, now: datetime) -> None:
    used(appkey, now - timedelta(days=30), 1)
    used(appkey, now + timedelta(hours=1), 1)
    assert days(use_of_appkey(appkey.row, now=now)) == {}


def test_a_brand_shows_all_its_keys_and_nobody_elses(
    appkey: Key, foreign_appkey: Key, acme: Brand, other: Brand, now: datetime
) -> None:
    second = Key(*logins.create_appkey(brand=acme, label="Second", at=now, by=BY))
    logins.revoke_appkey(appkey=second.row, at=now, by=BY)
    for key, calls, refused in ((appkey, 5, 1), (second, 7, 0), (foreign_appkey, 100, 50)):
        used(key, now, calls, refused)
    assert days(use_of_brand(acme, now=now)) == {now.date(): (11, 1)}
    assert days(use_of_brand(other, now=now)) == {now.date(): (50, 50)}


def test_it_is_kept_somewhat_longer_than_a_year(appkey: Key, now: datetime) -> None:
    for number in (1, 399, 401):
        used(appkey, now - timedelta(days=number), 1)
    assert forget_usage(now=now) == 1
    assert KeyUse.objects.count() == 2


def test_it_is_written_down_in_a_few_queries_however_many_keys_there_are(acme: Brand, now: datetime) -> None:
    for number in range(20):
        row, _ = logins.create_appkey(brand=acme, label=f"Key {number}", at=now, by=BY)
        key_quotas(appkey=row, now=now)
    with CaptureQueriesContext(connection) as queries:
        assert flush_usage(now=now) == 20
    assert len(queries) <= 8
    with CaptureQueriesContext(connection) as queries:
        assert flush_usage(now=now) == 0
    assert not any(query["sql"].startswith("INSERT") for query in queries)


def test_a_counter_that_was_lost_takes_nothing_back(appkey: Key, now: datetime) -> None:
    used(appkey, now, 9, 2)
    key_quotas(appkey=appkey.row, now=now)
    assert flush_usage(now=now) == 0
    assert days(use_of_appkey(appkey.row, now=now)) == {now.date(): (7, 2)}


@pytest.mark.parametrize("model", [AppKey, Brand])
def test_the_page_shows_a_chart_and_its_numbers(
    model: type[AppKey | Brand], appkey: Key, acme: Brand, owner: Login
) -> None:
    used(appkey, timezone.now(), 1234, 34)
    row = appkey.row if model is AppKey else acme
    shown = signed_in(owner.user).get(page(model, row)).content.decode()
    assert 'data-type="bar"' in shown
    assert "<td>1,200</td><td>34</td>" in "".join(shown.split("\n")).replace(" ", "")
    assert ("2,000 times an hour" if model is AppKey else "10,000 times an hour") in shown


def test_a_key_gets_a_number_of_its_own_and_the_history_tells(appkey: Key, owner: Login) -> None:
    given = {"label": "Tests", "partner": "", "scopes": ["import"]}
    address = page(AppKey, appkey.row)
    assert signed_in(owner.user).post(address, given | {"calls_per_hour": "0"}).status_code == 200
    assert signed_in(owner.user).post(address, given | {"calls_per_hour": "500"}).status_code == 302
    appkey.row.refresh_from_db()
    assert appkey.row.calls_per_hour == 500
    [(before, after)] = AuditEntry.objects.filter(action="change_appkey").values_list("before", "after")
    assert ((before or {})["calls_per_hour"], (after or {})["calls_per_hour"]) == (None, 500)


def test_the_number_of_a_brand_is_the_superusers(acme: Brand, owner: Login, root: User) -> None:
    given = {"name": "Acme", "time_zone": "Europe/Paris", "language": "en", "api_version": "4.7", "active": "on"}
    for user, calls in ((owner.user, None), (root, 70)):
        assert signed_in(user).post(page(Brand, acme), given | {"calls_per_hour": "70"}).status_code == 302
        acme.refresh_from_db()
        assert acme.calls_per_hour == calls


def test_a_time_zone_that_is_none_is_said_beside_the_use_in_the_zone_there_is(acme: Brand, owner: Login) -> None:
    given = {"name": "Acme", "time_zone": "Mars/Olympus", "language": "en", "api_version": "4.7"}
    answer = signed_in(owner.user).post(page(Brand, acme), given)
    assert answer.status_code == 200
    assert "This is not a time zone" in answer.content.decode()
    acme.refresh_from_db()
    assert acme.time_zone == "Europe/Paris"


def test_a_number_of_calls_that_is_none_is_not_told_of(appkey: Key, owner: Login) -> None:
    given = {"label": "Tests", "scopes": ["import"], "calls_per_hour": "-7"}
    answer = signed_in(owner.user).post(page(AppKey, appkey.row), given)
    assert answer.status_code == 200
    assert "may call -7 times" not in answer.content.decode()
