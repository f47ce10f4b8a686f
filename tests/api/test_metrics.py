"""The figures for whoever watches the site: with the token only, and right."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ
from django_q.status import Stat
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from integration_admin.accounts.models import Brand
from integration_admin.health import WORKER_ALIVE
from sync_app.models import Notice, Run, RunStatus
from sync_app.runs.queue import enqueue
from sync_app.runs.work.watching import count_total
from sync_app.syncs.running import housekeeping, worker
from tests.api.conftest import LEA, Caller
from tests.lost_cache import lose_cache

pytestmark = pytest.mark.django_db
TOKEN = "a token for those who watch"


@pytest.fixture
def watched(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def figures(client: Client) -> dict[str, float]:
    """Sample with its labels -> value."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.headers["Content-Type"].startswith("text/plain")
    return {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer \xe9"])
def test_there_is_no_such_page_without_the_token(client: Client, watched: None, sent: str) -> None:
    headers = {"Authorization": sent} if sent else {}
    assert client.get("/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize("sent", ["Bearer", "Bearer ", "Bearer None", f"Bearer {TOKEN}"])
def test_there_is_no_such_page_where_no_token_is_set(client: Client, settings: Settings, sent: str) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": sent}).status_code == 404


def test_runs_are_counted_by_outcome_with_their_rows(client: Client, watched: None, we: Caller) -> None:
    we.send(LEA)
    we.send(LEA, {"Nom": "no key"})
    we.send(LEA, simulate=True)
    found = figures(client)
    assert found["ia_runs_total import succeeded false"] == 1
    assert found["ia_runs_total import with_failures false"] == 1
    assert found["ia_runs_total import succeeded true"] == 1
    assert found["ia_rows_total import with_failures false"] == 2
    assert found["ia_rows_failed_total import with_failures false"] == 1
    assert found["ia_run_seconds_total import succeeded false"] >= 0
    assert found["ia_open_runs queued"] == 0


def test_totals_outlive_the_runs(client: Client, watched: None, we: Caller) -> None:
    we.send(LEA)
    Run.objects.all().delete()
    assert figures(client)["ia_runs_total import succeeded false"] == 1


def test_what_waits_shows_with_the_age_of_the_oldest(client: Client, watched: None, we: Caller, now: datetime) -> None:
    we.send(LEA)
    moment = timezone.now() - timedelta(minutes=5)
    run = Run.objects.get()
    Run.objects.update(status=RunStatus.QUEUED, created_at=moment)
    enqueue(run=run.pk)
    found = figures(client)
    assert (found["ia_open_runs queued"], found["ia_queue_tasks"]) == (1, 1)
    assert 300 <= found["ia_oldest_open_run_seconds"] < 360


def test_the_silence_of_the_workers_shows(client: Client, watched: None) -> None:
    cache.delete(WORKER_ALIVE)
    assert figures(client)["ia_worker_silent_seconds"] == -1
    worker.answer("here")
    assert 0 <= figures(client)["ia_worker_silent_seconds"] < 60


def test_the_silence_of_the_housekeeping_is_told_apart_from_that_of_the_workers(client: Client, watched: None) -> None:
    worker.answer("here")
    assert figures(client)["ia_housekeeping_silent_seconds"] == -1
    housekeeping.keep_house()
    assert 0 <= figures(client)["ia_housekeeping_silent_seconds"] < 60


def test_what_only_the_cache_knows_is_left_out_while_it_is_away(
    client: Client, watched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_cache(monkeypatch)
    found = figures(client)
    assert "ia_queue_tasks" in found
    assert not [name for name in found if name.endswith("silent_seconds")]


@pytest.mark.parametrize("error", [OperationalError, ProgrammingError, InterfaceError])
def test_figures_that_cannot_be_told_are_to_be_asked_for_later(
    error: type[Exception], client: Client, watched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*, now: datetime) -> None:
        raise error("away")

    monkeypatch.setattr("sync_app.api.metrics.standing", fails)
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.headers["Retry-After"], answer.content) == (503, "5", b"")


def test_a_run_that_never_began_took_no_time(client: Client, watched: None, we: Caller) -> None:
    we.send(LEA)
    run = Run.objects.get()
    run.kind, run.started_at, run.finished_at, run.counts = "undo", None, None, {}
    count_total(run)
    found = figures(client)
    assert (found["ia_runs_total undo succeeded false"], found["ia_run_seconds_total undo succeeded false"]) == (1, 0)


def test_the_age_of_the_queue_is_that_of_what_no_worker_has_taken(client: Client, watched: None, we: Caller) -> None:
    assert figures(client)["ia_queue_oldest_seconds"] == 0
    now = timezone.now()
    for minutes in (-600, 2, 5):
        OrmQ.objects.create(key="x", payload="x", lock=now - timedelta(minutes=minutes))
    found = figures(client)
    assert found["ia_queue_tasks"] == 2, "one was taken, by whoever may have died of it"
    assert 300 <= found["ia_queue_oldest_seconds"] < 330


def test_tasks_that_lie_before_busy_workers_wait_too(
    client: Client, watched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    OrmQ.objects.create(key="x", payload="x", lock=timezone.now() - timedelta(minutes=2))
    monkeypatch.setattr(Stat, "get_all", lambda: [SimpleNamespace(task_q_size=2), SimpleNamespace(task_q_size=0)])
    assert figures(client)["ia_queue_tasks"] == 3


def test_messages_are_counted_by_what_became_of_them(client: Client, watched: None, acme: Brand) -> None:
    now = timezone.now()
    for key, ended in (("a", {"sent_at": now}), ("b", {"given_up_at": now}), ("c", {}), ("d", {})):
        Notice.objects.create(brand=acme, key=key, created_at=now, due_at=now, **ended)
    found = figures(client)
    assert [found[f"ia_messages {state}"] for state in ("given_up", "sent", "waiting")] == [1, 1, 2]
