"""How much of the disk a brand takes is about right, and asked for with few questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from integration_admin.accounts.models import Brand
from integration_admin.disk_cache import DiskCache
from sync_app.models import JournalEntry, Record, RunPayload
from sync_app.runs.upkeep import disk_use as measuring
from sync_app.runs.upkeep.disk_use import disk_use
from tests.conftest import Login
from tests.runs.conftest import House


def rows(count: int, first: int = 0) -> list[dict[str, str]]:
    return [{"code": f"C{number}", "name": f"Name {number}"} for number in range(first, first + count)]


def test_a_new_brand_takes_nothing(acme: Brand) -> None:
    assert disk_use(brand=acme).total == 0


def test_it_is_kept_by_the_cache_of_a_site_without_redis(
    acme: Brand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration_admin.cache_door.cache", DiskCache(str(tmp_path / "cache.sqlite3"), {}))
    first = disk_use(brand=acme)
    assert disk_use(brand=acme) == first


def test_it_is_about_right(house: House) -> None:
    house.send(*rows(300))
    house.send(*rows(20), {"code": "", "name": "Nobody"})
    found = disk_use(brand=house.brand)
    texts = sum(len(str(record.data)) for record in Record.objects.all())
    assert texts < found.records < texts * 5
    written = sum(len(entry.after or "") + len(entry.before or "") for entry in JournalEntry.objects.all())
    assert written < found.journal < written * 5
    files = sum(len(bytes(part.content)) for part in RunPayload.objects.all())
    assert files < found.payloads < files + 2_000


def test_it_grows_with_its_rows_though_only_some_are_measured(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "SAMPLE", 10)
    house.send(*rows(100))
    before = disk_use(brand=house.brand)
    cache.clear()
    house.send(*rows(300, first=100))
    after = disk_use(brand=house.brand)
    assert 3.5 < after.records / before.records < 4.5
    assert 3.5 < after.journal / before.journal < 4.5


def test_runs_of_before_are_taken_for_what_newer_ones_are(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for turn in range(4):
        house.send(*rows(50, first=50 * turn))
    whole = disk_use(brand=house.brand)
    cache.clear()
    monkeypatch.setattr(measuring, "RUNS_COUNTED", 2)
    half = disk_use(brand=house.brand)
    assert 0.9 < half.journal / whole.journal < 1.1
    assert 0.9 < half.payloads / whole.payloads < 1.1


def test_another_brand_counts_for_itself(house: House, other: Brand) -> None:
    house.send(*rows(10))
    assert disk_use(brand=other).total == 0


def test_it_is_asked_for_once_in_a_while_and_with_few_questions(
    house: House, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    for turn in range(3):
        house.send(*rows(5, first=5 * turn))
    with django_assert_max_num_queries(10):
        disk_use(brand=house.brand)
    with django_assert_num_queries(0):
        disk_use(brand=house.brand)


def test_it_stands_on_the_page_of_the_brand(house: House, owner: Login, client: Client) -> None:
    house.send(*rows(300))
    client.force_login(owner.user)
    page = client.get(reverse("admin:accounts_brand_change", args=[house.brand.pk])).content.decode()
    assert "of the disk" in page
    assert "Journals of runs" in page
