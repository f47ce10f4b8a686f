"""Counting calls, and whose they are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from ipaddress import ip_network

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from integration_admin.accounts.addresses import client_address
from integration_admin.accounts.counters import counted, forget_counters
from integration_admin.accounts.logins import create_appkey
from integration_admin.accounts.models import Brand, Counter
from integration_admin.accounts.quotas import address_quota, counter_of, hour_of, key_quotas
from tests.conftest import BY, Key


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
    settings, acme: Brand, appkey: Key, foreign_appkey: Key, now: datetime
) -> None:
    settings.APPKEY_QUOTA_PER_HOUR, settings.BRAND_QUOTA_PER_HOUR = 2, 3
    second = Key(*create_appkey(brand=acme, label="Second", at=now, by=BY))
    called = [key_quotas(appkey=key.row, now=now) for key in (appkey, second, appkey, second, foreign_appkey)]
    assert [[(one.name, one.remaining, one.exceeded) for one in quotas] for quotas in called] == [
        [("appkey", 1, False), ("brand", 2, False)],
        [("appkey", 1, False), ("brand", 1, False)],
        [("appkey", 0, False), ("brand", 0, False)],
        [("appkey", 0, False), ("brand", 0, True)],
        [("appkey", 1, False), ("brand", 2, False)],
    ]


@pytest.mark.parametrize("in_database", [True, False])
def test_a_key_that_calls_too_often_uses_up_nothing_of_its_brand(
    in_database: bool, settings, appkey: Key, now: datetime
) -> None:
    settings.COUNT_IN_DATABASE, settings.APPKEY_QUOTA_PER_HOUR = in_database, 2
    called = [key_quotas(appkey=appkey.row, now=now) for _ in range(5)]
    assert [len(quotas) for quotas in called] == [2, 2, 1, 1, 1]
    assert [quotas[0].exceeded for quotas in called] == [False, False, True, True, True]
    assert counted([counter_of("brand", appkey.row.brand_id, hour_of(now))]).popitem()[1] == 2


def test_a_key_has_two_thousand_calls_an_hour_unless_set(appkey: Key, now: datetime) -> None:
    assert [quota.limit for quota in key_quotas(appkey=appkey.row, now=now)] == [2_000, 10_000]


def test_parallel_calls_never_pass_the_limit_together(settings, now: datetime) -> None:
    settings.ADDRESS_QUOTA_PER_MINUTE = 50
    with ThreadPoolExecutor(16) as pool:
        answers = pool.map(lambda _: address_quota(address="192.0.2.1", now=now).exceeded, range(200))
    assert sum(not exceeded for exceeded in answers) == 50


def test_a_key_and_a_brand_may_have_numbers_of_their_own(appkey: Key, acme: Brand, now: datetime) -> None:
    appkey.row.calls_per_hour, appkey.row.brand.calls_per_hour = 2, 1
    first, second = (key_quotas(appkey=appkey.row, now=now) for _ in range(2))
    assert [(quota.limit, quota.exceeded) for quota in first] == [(2, False), (1, False)]
    assert [(quota.limit, quota.exceeded) for quota in second] == [(2, False), (1, True)]


@pytest.mark.parametrize("number", [0, -1, 10**9])
def test_a_number_that_is_none_is_refused(number: int, appkey: Key, acme: Brand) -> None:
    for row in (appkey.row, acme):
        row.calls_per_hour = number
        with pytest.raises(ValidationError):
            row.full_clean()


@pytest.mark.django_db(transaction=True)
def test_rows_of_the_database_count_for_all_threads_alike(settings, now: datetime) -> None:
    settings.COUNT_IN_DATABASE = True
    settings.ADDRESS_QUOTA_PER_MINUTE = 20

    def call(_number: int) -> bool:
        try:
            return address_quota(address="192.0.2.1", now=now).exceeded
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(call, range(40)))
    assert (answers.count(False), Counter.objects.get().value) == (20, 40)


def test_what_the_database_counted_is_read_and_forgotten_again(settings, db: None, appkey: Key, now: datetime) -> None:
    settings.COUNT_IN_DATABASE = True
    key_quotas(appkey=appkey.row, now=now)
    name = counter_of("appkey", appkey.row.pk, hour_of(now))
    assert counted([name, "absent"]) == {name: 1}
    assert forget_counters(now=timezone.now()) == 0
    assert forget_counters(now=timezone.now() + timedelta(hours=3)) == 2
    assert counted([name]) == {}


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
        ("10.0.0.1", "6.6.6.6, 1.2.3.4:5678", 1, "1.2.3.4"),
        ("10.0.0.1", "1.2.3.4:5678, 10.0.0.2:80", 2, "1.2.3.4"),
        ("10.0.0.1", "[2001:db8:1:2::9]:80", 1, "2001:db8:1:2::/64"),
        ("10.0.0.1", "[2001:db8:1:2::9]", 1, "2001:db8:1:2::/64"),
        ("10.0.0.1", "[fe80::1%eth0]:80", 1, "fe80::/64"),
        ("10.0.0.1", "[::ffff:1.2.3.4]:80", 1, "1.2.3.4"),
        ("10.0.0.1", "::1:80", 1, "::/64"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4:", 1, "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4:999999", 1, "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6, [1.2.3", 1, "10.0.0.1"),
        ("10.0.0.1", "for=1.2.3.4;proto=https", 1, "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6, _hidden", 1, "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6, unix:", 1, "10.0.0.1"),
        ("10.0.0.1", "\x00, \u0661.2.3.4", 1, "10.0.0.1"),
        ("10.0.0.1", " , ,, 1.2.3.4 ,", 1, "1.2.3.4"),
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
    assert client_address(meta=headers(socket, forwarded), trusted_proxies=proxies) == address


@pytest.mark.parametrize(
    ("socket", "forwarded", "address"),
    [
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.1.2.3, 192.168.0.9", "1.2.3.4"),
        ("10.0.0.1", "10.0.0.7", "10.0.0.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4:8080", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, [2001:db8:1:2::9]:443, 10.0.0.7:8080", "2001:db8:1:2::/64"),
        ("10.0.0.1", "6.6.6.6, for=1.2.3.4, 10.0.0.7", "10.0.0.7"),
        ("8.8.8.8", "1.2.3.4", "8.8.8.8"),
        ("192.168.0.10", "1.2.3.4", "192.168.0.10"),
        ("fd00::5", "2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("", "1.2.3.4", "unknown"),
    ],
)
def test_only_what_lies_in_our_networks_is_believed(socket: str, forwarded: str, address: str) -> None:
    ours = [ip_network(name) for name in ("10.0.0.0/8", "192.168.0.9", "fd00::/8")]
    told = client_address(meta=headers(socket, forwarded), trusted_proxies=0, trusted_networks=ours)
    assert told == address


@pytest.mark.parametrize("socket", ["", "/run/site.sock", "unix:", "@"])
@pytest.mark.parametrize(("network", "address"), [("127.0.0.0/8", "1.2.3.4"), ("10.0.0.0/8", "unknown")])
def test_who_calls_through_a_socket_file_is_on_this_machine(socket: str, network: str, address: str) -> None:
    meta = headers(socket, "6.6.6.6, 1.2.3.4")
    assert client_address(meta=meta, trusted_proxies=0, trusted_networks=[ip_network(network)]) == address


def test_a_proxy_on_a_socket_file_is_counted_before_the_networks() -> None:
    meta = headers("", "6.6.6.6, 1.2.3.4, 10.0.0.1")
    assert client_address(meta=meta, trusted_proxies=1, trusted_networks=[ip_network("10.0.0.0/8")]) == "1.2.3.4"


def headers(socket: str, forwarded: str) -> dict[str, str]:
    return {
        "REMOTE_ADDR": socket,
        "HTTP_X_FORWARDED_FOR": forwarded,
        "HTTP_X_REAL_IP": "6.6.6.6",
        "HTTP_FORWARDED": "x",
    }
