"""While a command performs a run: a first Ctrl-C ends it between two writes, and the bar is for people."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from sync_app.models import Record, Run, RunStatus
from sync_app.runs.work import job
from tests.commands.conftest import command

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten rows a chunk, so that there is something between the first row and the last."""
    monkeypatch.setattr("sync_app.runs.work.job.MIN_CHUNK_ROWS", 10)
    monkeypatch.setattr("sync_app.runs.work.job.MAX_CHUNK_ROWS", 10)
    monkeypatch.setattr("sync_app.runs.work.job.Job.breathe", lambda self, **measured: None)
    monkeypatch.setattr(
        "sync_app.runs.work.perform.Job", lambda *args, **more: job.Job(*args, **{**more, "chunk_rows": 10})
    )


@pytest.mark.usefixtures("small_chunks")
def test_a_first_interrupt_ends_the_run_after_the_rows_in_hand(
    dossiers: str, csv_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = job.Job.tell

    def interrupted(self: job.Job) -> None:
        if self.after < 20:
            os.kill(os.getpid(), signal.SIGINT)
        tell(self)

    monkeypatch.setattr(job.Job, "tell", interrupted)
    rows = "".join(f"A-{number};Name;;\n" for number in range(100))
    before = signal.getsignal(signal.SIGINT)
    answer = command("import_file", "acme", dossiers, csv_file(rows), as_json=True)
    assert answer.code == 1
    assert Run.objects.get().status == RunStatus.CANCELLED
    assert answer.json["counts"]["unprocessed"] > 0
    assert 0 < Record.objects.count() < 100
    assert answer.json["counts"]["inserted"] == Record.objects.count()
    assert signal.getsignal(signal.SIGINT) is before


def test_no_bar_is_drawn_where_nobody_watches(
    dossiers: str, csv_file: Callable[..., Path], capfd: pytest.CaptureFixture[str]
) -> None:
    command("import_file", "acme", dossiers, csv_file("A-1;Martel;;\n"))
    assert capfd.readouterr() == ("", "")
