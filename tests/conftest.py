"""The cast of every test: an owner, a teammate, a stranger of another brand; a clock; and no way out to a network."""

from __future__ import annotations

import gc
import ipaddress
import socket
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from integration_admin.accounts.brands import create_brand
from integration_admin.accounts.logins import create_api_user, create_appkey
from integration_admin.accounts.models import AppKey, Brand, Group, Membership, User
from tests.lingering import NAMED_BY, end_all_left, session_name
from tests.nothing_skipped import SHARED_DATA
from tests.written_once import written_once

BY = "the tests"

# As where a page was shown: the screens are there, whichever test comes first.
admin.autodiscover()

# A busy machine is no failure: an example may take as long as it takes. The examples are the same each time, wherever
# the tests run: a change is refused for what it does, and not for what chance found today.
settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@dataclass(frozen=True)
class Login:
    """A member of a brand and the site user behind it, both with the same password in clear."""

    membership: Membership
    user: User
    password: str = field(repr=False)


@dataclass(frozen=True)
class Key:
    """An application key and its value in clear."""

    row: AppKey
    clear: str = field(repr=False)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Tests stay as long as the process does: nobody looks among them for what may go, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Before the database of the tests is dropped, everybody has left it."""
    yield
    with django_db_blocker.unblock():
        end_all_left()


@pytest.fixture(autouse=True)
def _named_sessions(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database session tells in which test it began."""
    monkeypatch.setenv(NAMED_BY, session_name(request.node.nodeid))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuses every connection that would leave this machine."""
    connect = socket.socket.connect

    def connect_to_loopback(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            pytest.fail(f"a test tried to reach {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_to_loopback)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Counters and stamps of one test never reach the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _plain_language() -> Iterator[None]:
    """The language that a page was shown in ends with its test: the site's own ends with the next request only."""
    yield
    translation.deactivate()


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen."""
    return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
@written_once
def acme(db: None, now: datetime) -> Brand:
    """The brand most tests happen in."""
    return create_brand(key="acme", name="Acme", sandbox=False, at=now, by=BY, time_zone="Europe/Paris")


@pytest.fixture
@written_once
def other(db: None, now: datetime) -> Brand:
    """A brand that has nothing to do with acme."""
    return create_brand(key="other", name="Other", sandbox=False, at=now, by=BY)


@pytest.fixture
def owner(acme: Brand, now: datetime) -> Login:
    """May do everything in acme."""
    return login(brand=acme, username="owner", now=now)


@pytest.fixture
@written_once
def readers(acme: Brand) -> Group:
    """A group of acme that may export and sees customers, and nothing else."""
    group = Group.objects.create(brand=acme, name="Readers", may_export=True)
    group.accesses.create(entity_type="Customer", access="Read")
    return group


@pytest.fixture
def teammate(acme: Brand, readers: Group, now: datetime) -> Login:
    """Is in acme too, and may only look at customers."""
    return login(brand=acme, username="teammate", now=now, group=readers)


@pytest.fixture
def stranger(other: Brand, now: datetime) -> Login:
    """May do everything in the other brand, and should have no access to acme's things."""
    return login(brand=other, username="stranger", now=now)


@pytest.fixture
@written_once
def root(db: None) -> User:
    """The superuser of the site."""
    return User.objects.create_superuser("root@house.example", "correct horse root")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real open data beside the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real open data is not here")
    return SHARED_DATA


@pytest.fixture
@written_once
def appkey(acme: Brand, now: datetime) -> Key:
    """A key of acme for everything."""
    return Key(*create_appkey(brand=acme, label="Tests", at=now, by=BY))


@pytest.fixture
@written_once
def foreign_appkey(other: Brand, now: datetime) -> Key:
    """A key of the other brand for everything."""
    return Key(*create_appkey(brand=other, label="Tests", at=now, by=BY))


@written_once
def login(*, brand: Brand, username: str, now: datetime, group: Group | None = None) -> Login:
    """A member of the brand whose site user is staff; without `group`, an administrator of the brand."""
    password = f"correct horse {username}"
    user = User.objects.create_user(f"{username}@{brand.key}.example", password, is_staff=True)
    member, clear = create_api_user(
        brand=brand, username=username, password=password, group=group, user=user, at=now, by=BY
    )
    return Login(membership=member, user=user, password=clear)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
