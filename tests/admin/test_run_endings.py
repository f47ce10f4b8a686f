"""What the page of a run says when not everything that was asked has come in."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from integration_admin.accounts.access import Actor
from sync_app.models import RunStatus
from sync_app.runs.options import ImportOptions
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.work.perform import perform
from tests.admin.conftest import LEA, NAMELESS

pytestmark = pytest.mark.django_db


def test_all_or_nothing_that_failed_says_what_would_have_been_and_offers_no_undo(
    ann: Actor, ann_at_work: Client, now: datetime
) -> None:
    begun = start_import(
        actor=ann,
        template="clients",
        body=json.dumps([LEA, NAMELESS]).encode(),
        options=ImportOptions(on_error="atomic"),
        clock=lambda: now,
    )
    run = perform(run=begun.pk, holder="tests", clock=lambda: now)
    assert (run.status, run.counts["inserted"], run.only_planned) == (RunStatus.FAILED, 1, True)
    shown = ann_at_work.get(reverse("admin:sync_app_run_change", args=[run.pk])).content.decode()
    assert "To insert" in shown
    assert "Inserted" not in shown
    assert "The good rows are not in either." in shown
    assert "Undo: show what it would do" not in shown
    ann_at_work.post(reverse("admin:sync_app_run_undo", args=[run.pk]))
    after = ann_at_work.get(reverse("admin:sync_app_run_change", args=[run.pk])).content.decode()
    assert "&#x27;code&#x27;" not in after
    assert "This run changed nothing." in after


def test_a_stopped_run_says_what_is_left_and_counts_its_speed_by_what_it_did(
    ann: Actor, ann_at_work: Client, now: datetime
) -> None:
    rows = [NAMELESS, *({**LEA, "ID_DOSSIER": f"D-{n}"} for n in range(3000))]
    begun = start_import(
        actor=ann,
        template="clients",
        body=json.dumps(rows).encode(),
        options=ImportOptions(on_error="stop"),
        clock=lambda: now,
    )
    run = perform(run=begun.pk, holder="tests", clock=lambda: now)
    assert run.status == RunStatus.STOPPED
    left = run.counts["unprocessed"]
    assert left > 0
    shown = ann_at_work.get(reverse("admin:sync_app_run_change", args=[run.pk])).content.decode()
    assert f"{left:,} rows were not processed" in shown
    assert run.statistics["rowsPerSecond"] < 3000 / 0.001
