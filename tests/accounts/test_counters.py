"""Counters and moments that all processes share, and what is said when they are away."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from django.core.cache import cache, caches
from django.utils import timezone
from pytest_django import Settings

from integration_admin.accounts.counters import (
    CountersAway,
    count_in_cache,
    count_up,
    forget_counters,
    note_moment,
    noted_moment,
)
from integration_admin.accounts.models import Counter
from integration_admin.accounts.quotas import address_quota

NOON: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _let_through(calls: int) -> int:
    return sum(not address_quota(address="192.0.2.1", now=NOON).exceeded for _ in range(calls))


def test_processes_never_pass_the_limit_together(settings: Settings) -> None:
    settings.ADDRESS_QUOTA_PER_MINUTE = 150
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("fork")) as pool:
        assert sum(pool.map(_let_through, [100] * 4)) == 150


@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError("disk I/O error"), ConnectionError("refused"), RuntimeError("whatever")]
)
def test_a_cache_that_is_away_is_said_by_one_name(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> int:
        raise error

    monkeypatch.setattr(type(caches["default"]), "count_in_turn", refuse)
    with pytest.raises(CountersAway):
        count_in_cache("a", seconds=60)


@pytest.mark.django_db
@pytest.mark.parametrize("in_database", [True, False])
def test_a_moment_that_is_noted_is_found_until_it_is_forgotten(in_database: bool, settings: Settings) -> None:
    settings.COUNT_IN_DATABASE = in_database
    assert noted_moment("seen") is None
    at = time.time() - 5
    for moment in (at - 60, at):
        note_moment("seen", at=moment, seconds=600)
    assert noted_moment("seen") == pytest.approx(at, abs=1)
    note_moment("seen", at=at - 3600, seconds=-1 if not in_database else 600)
    assert noted_moment("seen") is None


@pytest.mark.django_db
def test_moments_are_rows_where_machines_share_the_database_alone(settings: Settings) -> None:
    settings.COUNT_IN_DATABASE = True
    note_moment("seen", at=time.time(), seconds=600)
    cache.clear()
    assert noted_moment("seen") is not None
    assert count_up("calls", seconds=60) == 1
    assert forget_counters(now=timezone.now() + timedelta(seconds=120)) == 1
    assert Counter.objects.get().name == "seen"
