"""Counting calls, and whose they are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from integration_admin.accounts.addresses import client_address
from integration_admin.accounts.models import Brand
from integration_admin.accounts.quotas import address_quota, appkey_quota, brand_quota
from tests.conftest import Key


def test_the_call_after_the_limit_is_one_too_many(settings, now: datetime) -> None:
    settings.ADDRESS_QUOTA_PER_MINUTE = 3
    quotas = [address_quota(address="192.0.2.1", now=now) for _ in range(5)]
    assert [quota.remaining for quota in quotas] == [2, 1, 0, 0, 0]
    assert [quota.exceeded for quota in quotas] == [False, False, False, True, True]
    assert {quota.limit for quota in quotas} == {3}


def test_the_next_window_begins_anew_when_reset_says(settings, now: datetime) -> None:
    settings.ADDRESS_QUOTA_PER_MINUTE = 1
    moment = now + timedelta(seconds=20)
    address_quota(address="192.0.2.1", now=moment)
    refused = address_quota(address="192.0.2.1", now=moment)
    assert (refused.exceeded, refused.reset) == (True, 40)
    assert not address_quota(address="192.0.2.1", now=moment + timedelta(seconds=refused.reset)).exceeded


def test_one_address_does_not_use_up_anothers_calls(settings, now: datetime) -> None:
    settings.ADDRESS_QUOTA_PER_MINUTE = 1
    address_quota(address="192.0.2.1", now=now)
    assert not address_quota(address="192.0.2.2", now=now).exceeded


def test_keys_and_brands_have_counters_of_their_own(
    settings, acme: Brand, other: Brand, appkey: Key, now: datetime
) -> None:
    settings.APPKEY_QUOTA_PER_HOUR = settings.BRAND_QUOTA_PER_HOUR = 1
    assert not appkey_quota(appkey=appkey.row, now=now).exceeded
    assert not brand_quota(brand=acme, now=now).exceeded
    assert not brand_quota(brand=other, now=now).exceeded
    assert appkey_quota(appkey=appkey.row, now=now).exceeded
    assert brand_quota(brand=acme, now=now).exceeded


def test_a_key_has_two_thousand_calls_an_hour_unless_set(appkey: Key, now: datetime) -> None:
    assert appkey_quota(appkey=appkey.row, now=now).limit == 2_000


def test_parallel_calls_never_pass_the_limit_together(settings, now: datetime) -> None:
    settings.ADDRESS_QUOTA_PER_MINUTE = 50
    with ThreadPoolExecutor(16) as pool:
        answers = pool.map(lambda _: address_quota(address="192.0.2.1", now=now).exceeded, range(200))
    assert sum(not exceeded for exceeded in answers) == 50


@pytest.mark.parametrize(
    ("socket", "forwarded", "proxies", "address"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "1.2.3.4", 0, "192.0.2.1"),
        ("10.0.0.1", "1.2.3.4", 1, "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", 2, "1.2.3.4"),
        ("10.0.0.1", "1.2.3.4", 2, "10.0.0.1"),
        ("10.0.0.1", "unknown", 1, "10.0.0.1"),
        ("10.0.0.1", ",".join(["6.6.6.6"] * 50), 1, "6.6.6.6"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", 0, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "", 0, "fe80::/64"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("", "", 0, "unknown"),
        ("/run/site.sock", "1.2.3.4", 1, "1.2.3.4"),
    ],
)
def test_a_call_counts_for_the_address_our_own_proxies_saw(
    socket: str, forwarded: str, proxies: int, address: str
) -> None:
    meta = {
        "REMOTE_ADDR": socket,
        "HTTP_X_FORWARDED_FOR": forwarded,
        "HTTP_X_REAL_IP": "6.6.6.6",
        "HTTP_FORWARDED": "x",
    }
    assert client_address(meta=meta, trusted_proxies=proxies) == address
