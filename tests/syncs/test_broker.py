"""The door of the queue: only what is listed gets in."""

from __future__ import annotations

import os
import pydoc
from typing import Any

import pytest
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from sync_app.syncs.running import worker
from sync_app.syncs.running.broker import ListedTasks, is_listed
from tests.lost_cache import lose_cache


def package(func: Any, *args: Any, **more: Any) -> str:
    return str(SignedPackage.dumps({"id": "1", "name": "n", "func": func, "args": args, "kwargs": {}, **more}))


@pytest.mark.parametrize("name", sorted(worker.LISTED))
def test_what_is_listed_exists(name: str) -> None:
    assert callable(pydoc.locate(name))


@pytest.mark.parametrize(("func", "args"), [(worker.EXECUTE, (1,)), (worker.TICK, ()), (worker.ANSWER, ("question",))])
def test_a_listed_task_gets_in(func: str, args: tuple[Any, ...]) -> None:
    assert is_listed(package(func, *args))


@pytest.mark.parametrize(
    ("func", "args"),
    [
        ("os.system", ("true",)),
        ("sync_app.syncs.running.housekeeping.forget_failures", ()),
        ("sync_app.syncs.running.worker.execute.__call__", (1,)),
        (os.getcwd, ()),
        (None, ()),
        (worker.EXECUTE, ("1",)),
        (worker.EXECUTE, (True,)),
        (worker.EXECUTE, (1, 2)),
        (worker.EXECUTE, ()),
        (worker.TICK, (1,)),
    ],
)
def test_everything_else_stays_out(func: Any, args: tuple[Any, ...]) -> None:
    assert not is_listed(package(func, *args))


@pytest.mark.parametrize(
    "more",
    [{"kwargs": {"run_id": 1}}, {"hook": "os.system"}, {"chain": [("os.system", ("true",))]}],
    ids=["kwargs", "hook", "chain"],
)
def test_a_listed_task_that_would_run_more_stays_out(more: dict[str, Any]) -> None:
    assert not is_listed(package(worker.TICK, **more))


@pytest.mark.parametrize("text", ["", "rubbish", "a:b:c"])
def test_what_was_not_signed_here_stays_out(text: str) -> None:
    assert not is_listed(text)


@pytest.mark.django_db
def test_what_stays_out_is_thrown_away_and_the_rest_is_handed_out() -> None:
    async_task("os.system", "true")
    async_task(worker.TICK)
    broker = ListedTasks()
    assert broker.dequeue() == []
    [(pk, _package)] = broker.dequeue() or []
    assert [row.pk for row in OrmQ.objects.all()] == [pk]
    broker.acknowledge(pk)
    assert not OrmQ.objects.exists()


@pytest.mark.django_db
def test_a_lost_cache_is_told_once_and_not_twice_a_second(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lose_cache(monkeypatch)
    for _ in range(3):
        ListedTasks().set_stat("q", "x", 3)
    assert len(caplog.records) == 1


@pytest.mark.django_db
def test_an_empty_queue_gives_nothing() -> None:
    assert ListedTasks().dequeue() is None
