"""Acme and the other brand, furnished alike, with every address of acme's and every form its owner finds there.

They are furnished once for all tests of this folder: each test takes back what it wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest
from django.core.cache import cache
from pytest_django import DjangoDbBlocker

from integration_admin.accounts.brands import create_brand
from sync_app.syncs.http.waiting import Timing
from tests.conftest import BY, login
from tests.isolation.addresses import Place, every_place
from tests.isolation.asking import ask, door, taken_back
from tests.isolation.forms import Form, forms_of
from tests.isolation.house import House, furnish
from tests.syncs.connectors.conftest import Seconds

NOW: Final = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
#: What ends the visit, or is about the person alone.
LEFT_OUT: Final = frozenset({"logout", "login", "set_language", "jsi18n"})


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connections lead nowhere: they are tried again without waiting."""
    clock = Seconds()
    timing = Timing(clock=lambda: clock.now, sleep=clock.sleep)
    monkeypatch.setattr("sync_app.syncs.http.client.Timing", lambda: timing)


@pytest.fixture(scope="package")
def houses(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[House, House]]:
    with django_db_blocker.unblock(), taken_back():
        yield _house("acme", "quokka", "owner"), _house("other", "wombat", "stranger")
    cache.clear()


@pytest.fixture
def ours(db: None, houses: tuple[House, House]) -> House:
    return houses[0]


@pytest.fixture
def theirs(db: None, houses: tuple[House, House]) -> House:
    return houses[1]


@pytest.fixture(scope="package")
def places(houses: tuple[House, House], django_db_blocker: DjangoDbBlocker) -> list[Place]:
    with django_db_blocker.unblock():
        return [place for place in every_place(houses[0].brand) if place.name not in LEFT_OUT]


@pytest.fixture(scope="package")
def doors(places: list[Place]) -> list[Place]:
    """Each address with the keys of one row."""
    return list({(place.name, place.address.partition("?")[2]): place for place in places}.values())


@pytest.fixture(scope="package")
def forms(
    houses: tuple[House, House], places: list[Place], doors: list[Place], django_db_blocker: DjangoDbBlocker
) -> list[Form]:
    """Every form on the pages of the owner, each sort once: of reports every one, of other pages one row's."""
    reports = [place for place in places if place.name == "sync_app_run_change"]
    found: dict[tuple[str, str, frozenset[str]], Form] = {}
    with django_db_blocker.unblock(), taken_back():
        client = door(houses[0].owner.user)
        for place in dict.fromkeys([*doors, *reports]):
            answer = ask(client, "get", place.address)
            if answer.is_page:
                for form in forms_of(place.address, answer.shown):
                    if "/logout/" not in form.action:
                        found.setdefault((form.action, form.method, frozenset(form.sent())), form)
    return list(found.values())


def _house(key: str, word: str, owner: str) -> House:
    brand = create_brand(key=key, name=key, sandbox=False, at=NOW, by=BY)
    return furnish(brand=brand, word=word, owner=login(brand=brand, username=owner, now=NOW), now=NOW)
