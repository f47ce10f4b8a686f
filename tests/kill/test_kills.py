"""A bounded part of `python -m tests.kill`, each in a process and with a database of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.kill.private import ROOT, found_postgres, found_redis, migrate_into
from tests.once_a_run import once_a_run

Task = Callable[..., dict[str, Any]]
#: Servers of its own where they are installed: what is asked of exports is about transactions that overlap.
POSTGRES = ("--postgres",) if found_postgres() else ()
REDIS = ("--redis",) if found_redis() else ()


@pytest.fixture
def task(tmp_path_factory: pytest.TempPathFactory) -> Task:
    """Does one, over a copy of a database that was migrated once, and gives what it printed."""

    def done(*arguments: str) -> dict[str, Any]:
        postgres = "--postgres" in arguments
        name = "migrated-postgres" if postgres else "migrated-sqlite"
        migrated = once_a_run(tmp_path_factory, name, partial(migrate_into, postgres=postgres))
        return _printed(*arguments, "--migrated", str(migrated))

    return done


def _printed(*arguments: str) -> dict[str, Any]:
    argv = [sys.executable, "-m", "tests.kill", *arguments]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode in {0, 1}, done.stderr[-3000:]
    assert done.stdout.startswith("{"), done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == bool(found["problems"])
    return found


def test_whoever_is_killed_every_run_ends_once_and_whole(task: Task) -> None:
    found = task("kills", "--kills", "10", "--seconds", "10")
    assert found["problems"] == []
    assert found["kills"] > 0


def test_so_it_does_when_the_database_is_killed(task: Task) -> None:
    found = task("kills", "--kills", "3", "--seconds", "60", "--lanes", "1", *POSTGRES)
    assert found["problems"] == []
    assert ("postgres" in found["byVictim"]) is bool(POSTGRES)


@pytest.mark.parametrize("mutant", ["journal-outside", "acknowledge-first", "watermark-first"])
def test_a_planted_mistake_is_found(mutant: str, task: Task) -> None:
    found = task("kills", "--mutant", mutant)
    assert found["kills"] > 0
    assert found["problems"]


def test_an_export_misses_nothing_and_repeats_nothing_while_eight_write(task: Task) -> None:
    found = task("exports", "--seconds", "6", *POSTGRES)
    assert found["problems"] == []
    assert found["changes"] > 0


def test_an_export_by_time_of_change_is_found_to_miss_some(task: Task) -> None:
    found = task("exports", "--seconds", "4", "--mutant", "by-time")
    assert any("missed" in problem for problem in found["problems"])


def test_two_machines_begin_each_due_time_once(task: Task) -> None:
    found = task("clusters", "--kills", "4", *POSTGRES, *REDIS)
    assert found["problems"] == []
    assert (found["database"], found["redis"]) == ("PostgreSQL" if POSTGRES else "SQLite", bool(REDIS))
    assert found["runs"] == found["dueTimes"] == 12
