"""What hangs inside C is ended by the kernel, its attempt counts, and the third ends the run with the reason."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from sync_app.models import Record, Run, RunLease, RunStatus
from sync_app.runs.work import perform as performing
from sync_app.runs.work.time_limit import limited, show_progress
from sync_app.syncs.running import worker
from tests.runs.conftest import House


def hang(*args: Any) -> Any:
    """Sleeps in C without letting go of the interpreter: no thread and no handler of Python runs meanwhile."""
    ctypes.PyDLL(None).sleep(60)


def hang_until_now(*args: Any) -> Any:
    """The same when the time that it has is almost up, however long it took to come this far."""
    assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    hang()


def in_child(work: Callable[[], object]) -> int:
    """How a process of its own ended that did this: its code, or the signal that ended it, negative."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_what_hangs_in_c_is_ended() -> None:
    def work() -> None:
        with limited(seconds=0.05):
            hang()

    assert in_child(work) == -signal.SIGALRM


def test_what_shows_progress_may_take_as_long_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    armed: list[float] = []
    monkeypatch.setattr(signal, "setitimer", lambda which, seconds: armed.append(seconds))
    with limited(seconds=7):
        show_progress()
        show_progress()
    show_progress()
    assert armed == [7, 7, 7, 0]


def test_no_alarm_is_left_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(KeyError), limited(seconds=60):
        raise KeyError
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == before


def test_a_thread_of_the_site_has_none() -> None:
    def work() -> None:
        with limited(seconds=60):
            found.append(signal.getitimer(signal.ITIMER_REAL)[0])

    found: list[float] = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [0.0]


def test_each_committed_chunk_is_progress(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int] = []
    monkeypatch.setattr("sync_app.runs.work.lease.show_progress", lambda: shown.append(1))
    house.send(*({"code": f"C{number}", "name": "Anna"} for number in range(3)))
    assert shown


def test_a_run_that_hangs_three_times_is_given_up_with_the_reason(
    transactional_db: None, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = house.start({"code": "C1", "name": "Anna"})
    with monkeypatch.context() as hanging:
        hanging.setattr(performing, "_WORK", {"import": hang_until_now})
        for attempt in (1, 2, 3):
            assert in_child(lambda: worker.execute(run.pk)) == -signal.SIGALRM
            assert RunLease.objects.get(run=run).attempts == attempt
            assert Run.objects.get(pk=run.pk).status == RunStatus.RUNNING
            RunLease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    worker.execute(run.pk)
    ended = Run.objects.get(pk=run.pk)
    assert ended.status == RunStatus.INTERRUPTED
    assert ended.error == {"code": "attempts_exhausted", "params": {"attempts": 3}}
    assert not Record.objects.exists()
