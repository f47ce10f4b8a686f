"""The figures of a run under way, as its page asks for them each second."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from integration_admin.accounts.access import Actor
from sync_app.models import Run, RunLease, RunStatus
from sync_app.runs.options import ImportOptions
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.work.perform import perform
from tests.admin.conftest import LEA, MAX, signed_in
from tests.conftest import Login

Queue = Callable[..., Run]


@pytest.fixture
def queued(ann: Actor) -> Queue:
    """A run of acme that nobody has begun."""

    def start(**changed: Any) -> Run:
        run = start_import(
            actor=ann,
            template="clients",
            body=json.dumps([LEA, MAX]).encode(),
            options=ImportOptions(simulate=True),
            clock=timezone.now,
        )
        Run.objects.filter(pk=run.pk).update(**changed)
        return run

    return start


def ask(client: Client, run: Run, state: str = "") -> str:
    answer = client.get(reverse("admin:sync_app_run_progress", args=[run.pk]), {"state": state})
    assert answer.status_code == 200
    assert "HX-Refresh" not in answer.headers
    return answer.content.decode()


def at_work(run: Run, done: int) -> None:
    now = timezone.now()
    Run.objects.filter(pk=run.pk).update(status=RunStatus.PLANNING, started_at=now - timedelta(seconds=2))
    tally = {"rows": 4000, "ok": done, "operations": {"Customer": {"Insert": done}}}
    RunLease.objects.filter(run=run).update(progress={"tally": tally}, expires_at=now + timedelta(minutes=1))


def test_a_run_at_work_shows_rows_speed_and_counts(
    queued: Queue, ann_at_work: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, moment = queued(), timezone.now()
    # The page is asked for at the moment itself, however long that takes.
    monkeypatch.setattr(timezone, "now", lambda: moment)
    at_work(run, 2000)
    shown = ask(ann_at_work, run)
    for part in ('max="4000" value="2000"', "2,000 of 4,000 rows", "rows a second, 2 s left", "to insert"):
        assert part in shown


def test_the_state_is_told_when_it_changes_and_not_again(queued: Queue, ann_at_work: Client) -> None:
    run = queued()
    assert "Waiting for a worker" in ask(ann_at_work, run, "")
    assert "hx-swap-oob" not in ask(ann_at_work, run, "waiting")
    at_work(run, 1)
    told = ask(ann_at_work, run, "waiting")
    assert "Working out what would change" in told
    assert re.search(r'id="ia-run-status".*Planning', told, re.DOTALL)


def test_a_run_that_nobody_takes_says_how_to_start_a_worker(queued: Queue, ann_at_work: Client) -> None:
    shown = ask(ann_at_work, queued(created_at=timezone.now() - timedelta(seconds=16)))
    assert "No worker seems to run on this site." in shown
    assert "manage.py run_worker" in shown


def test_a_run_behind_another_leads_to_it(queued: Queue, ann_at_work: Client) -> None:
    first, second = queued(simulate=False), queued(simulate=False)
    at_work(first, 1)
    assert reverse("admin:sync_app_run_change", args=[first.pk]) in ask(ann_at_work, second)


def test_once_it_has_ended_the_whole_page_is_loaded(queued: Queue, ann_at_work: Client) -> None:
    run = perform(run=queued().pk, holder="tests", clock=timezone.now)
    answer = ann_at_work.get(reverse("admin:sync_app_run_progress", args=[run.pk]))
    assert (answer.headers["HX-Refresh"], answer.content) == ("true", b"")


def test_asking_writes_nothing(queued: Queue, ann_at_work: Client) -> None:
    run = queued()
    ask(ann_at_work, run)
    with CaptureQueriesContext(connection) as queries:
        ask(ann_at_work, run)
    assert len(queries) <= 10
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_a_stranger_finds_no_run_and_a_teammate_may_look(
    queued: Queue, eve_at_work: Client, ben_at_work: Client
) -> None:
    run = queued()
    assert eve_at_work.get(reverse("admin:sync_app_run_progress", args=[run.pk])).status_code == 404
    assert "0 of 2 rows" in ask(ben_at_work, run)


def test_whoever_was_signed_out_is_led_to_the_whole_page(queued: Queue) -> None:
    answer = Client().get(reverse("admin:sync_app_run_progress", args=[queued().pk]))
    assert (answer.headers["HX-Refresh"], answer.content) == ("true", b"")


@pytest.mark.parametrize(
    ("cancelled", "who", "offered"), [(False, "owner", True), (True, "owner", False), (False, "teammate", False)]
)
def test_the_page_of_a_run_follows_it_and_offers_to_stop_it_to_who_may(
    queued: Queue, owner: Login, teammate: Login, cancelled: bool, who: str, offered: bool
) -> None:
    run = queued()
    RunLease.objects.filter(run=run).update(cancel=cancelled)
    client = signed_in({"owner": owner, "teammate": teammate}[who].user)
    shown = client.get(reverse("admin:sync_app_run_change", args=[run.pk])).content.decode()
    assert f'hx-get="{reverse("admin:sync_app_run_progress", args=[run.pk])}"' in shown
    assert ("Stop this run" in shown) is offered
    assert ("Nothing has been written." in shown) is offered
    assert ("Stopping after the rows in hand" in shown) is cancelled


def test_the_page_of_an_ended_run_asks_for_nothing_more(queued: Queue, ann_at_work: Client) -> None:
    run = perform(run=queued().pk, holder="tests", clock=timezone.now)
    shown = ann_at_work.get(reverse("admin:sync_app_run_change", args=[run.pk])).content.decode()
    assert "ia-progress" not in shown.replace("progress.css", "")
    assert "http-equiv" not in shown


@pytest.mark.parametrize(("rows", "said"), [(0, "0 rows: "), (1, "1 row: "), (2, "2 rows: ")])
def test_rows_are_one_or_many(rows: int, said: str) -> None:
    counts = {"rows": rows, "rowsOk": rows, "rowsFailed": 0, "unprocessed": 0}
    assert f">{said}{rows} fine, 0 failed" in render_to_string("sync_app/run_figures.html", {"run": {"counts": counts}})
    going = render_to_string("sync_app/progress_figures.html", {"progress": {"done": 0, "total": rows}})
    assert (f">0 of {said[:-2]}<" in going) is bool(rows)
