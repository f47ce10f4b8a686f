"""A shared cache that goes away: what can goes on without it, what cannot is refused, and both are told once."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from integration_admin.accounts.counters import counted, first_within, note_moment, noted_moment
from integration_admin.accounts.models import User
from integration_admin.cache_door import CacheAway, asking, keep, recall, recall_many
from integration_admin.error_pages import Unavailable
from integration_admin.health import worker_works
from integration_admin.one_press import FIELD, one_press
from tests.lost_cache import lose_cache


def test_it_is_told_once_that_the_cache_is_away_and_once_that_it_is_back(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with monkeypatch.context() as away:
        lose_cache(away)
        for _ in range(3):
            keep("a", 1, seconds=60)
            assert (recall("a"), recall_many(["a"]), counted(["a"])) == (None, {}, {})
        note_moment("seen", at=1.0, seconds=60)
        assert not worker_works()
        with pytest.raises(CacheAway):
            noted_moment("seen")
    monkeypatch.setattr("integration_admin.cache_door._Known.away", True)
    keep("a", 1, seconds=60)
    assert (recall("a"), recall_many(["a", "b"])) == (1, {"a": 1})
    told = [record.getMessage() for record in caplog.records]
    assert told == ["the shared cache does not answer: what can goes on without it", "the shared cache answers again"]


@pytest.mark.django_db
@pytest.mark.parametrize("in_database", [True, False])
def test_one_is_first_and_a_clock_that_was_set_back_keeps_nobody_waiting(
    in_database: bool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.COUNT_IN_DATABASE = in_database
    start = int(time.time())
    moments = {start: True, start + 29: False, start + 31: True, start + 32: False, start - 3600: True}
    moments |= {start - 3590: False}
    for moment, first in moments.items():
        monkeypatch.setattr(time, "time", lambda moment=moment: float(moment))
        if moment == start + 31:
            cache.delete("work")
        assert first_within("work", seconds=30) is first, moment - start


def test_without_the_cache_everybody_is_first(monkeypatch: pytest.MonkeyPatch) -> None:
    lose_cache(monkeypatch)
    assert [first_within("work", seconds=30) for _ in range(2)] == [True, True]


def test_nobody_signs_in_while_nobody_counts_the_guesses(root: User, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_cache(monkeypatch)
    client = Client()
    answer = client.post("/admin/login/", {"username": root.email, "password": "correct horse root"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Nothing was changed" in answer.content.decode()
    assert client.get("/admin/login/").status_code == 200


def test_a_form_that_may_have_been_sent_before_is_refused_before_anything_is_done(
    root: User, monkeypatch: pytest.MonkeyPatch, rf: RequestFactory
) -> None:
    lose_cache(monkeypatch)
    request = rf.post("/", {FIELD: "x"})
    request.user = root
    done = []
    with pytest.raises(CacheAway), one_press(request):
        done.append(1)
    assert not done


def test_other_faults_have_their_own_page(rf: RequestFactory) -> None:
    unavailable = Unavailable(lambda request: HttpResponse())
    assert unavailable.process_exception(rf.get("/"), ValueError()) is None


def test_what_is_asked_inside_names_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integration_admin.cache_door._Known.away", False)
    with pytest.raises(CacheAway) as away, asking():
        raise OSError("refused")
    assert isinstance(away.value.__cause__, OSError)
