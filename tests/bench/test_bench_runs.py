"""The benchmark program works, with few rows; what it measures is no matter of a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench import payload
from tests.bench.__main__ import main
from tests.bench.operations import ALONE, OPERATIONS, SUBJECTS
from tests.bench.results import list_verdicts, memory_verdicts, table_of
from tests.bench.tables import lines_of, memory_lines
from tests.once_a_run import once_a_run

ROOT = Path(__file__).resolve().parents[2]
REPORT = "report.json"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The program's own JSON for 200 rows, on the database that the environment names."""
    folder = once_a_run(tmp_path_factory, "bench-report", _write_report)
    found: dict[str, Any] = json.loads((folder / REPORT).read_bytes())
    return found


def _write_report(folder: Path) -> None:
    command = [sys.executable, "-m", "tests.bench", "--rows", "200", "--rounds", "1", "--memory-rows", "200", "--json"]
    command += ["--list-rows", "40", "--report-rows", "40"]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (folder / REPORT).write_text(done.stdout)


def test_it_measures_every_operation_by_every_subject(report: dict[str, Any]) -> None:
    figures = report["tables"][0]["figures"]

    assert list(figures) == list(OPERATIONS)
    for operation, by_subject in figures.items():
        missing = set(SUBJECTS) - by_subject.keys()
        assert missing == ({"ie_fast", "ie_diff", "ie_default"} if operation in ALONE else set())


def test_every_figure_is_of_the_rows_that_were_asked_for(report: dict[str, Any]) -> None:
    for by_subject in report["tables"][0]["figures"].values():
        for figures in by_subject.values():
            assert figures["rows"] == 200
            assert figures["queries"] > 0
            assert figures["wall"] > 0


def test_it_answers_every_goal(report: dict[str, Any]) -> None:
    goals = [verdict["goal"] for verdict in report["tables"][0]["verdicts"]]

    assert any("fresh: within 2.5 times the time of floor" in goal for goal in goals)
    assert len(goals) == len(set(goals)) >= 6


def test_it_tells_the_memory_of_an_import_and_of_an_export(report: dict[str, Any]) -> None:
    for kind in ("import", "export"):
        (found,) = report["memory"][kind]
        assert found["rows"] == 200
        assert 0 < found["beforeMB"] <= found["peakMB"]


def test_it_opens_filters_and_pages_a_report_beside_the_empty_view(report: dict[str, Any]) -> None:
    [found] = report["reports"]
    assert (found["rows"], len(found["pages"])) == (40, 8)
    assert all(page["times"] > 0 for page in found["pages"].values())


def test_it_asks_for_pages_in_every_order_beside_the_empty_view(report: dict[str, Any]) -> None:
    [found] = report["lists"]
    assert found["rows"] == 40
    assert len(found["pages"]) == 7
    assert set(found["indexed"]) < set(found["pages"])
    assert all(page["ms"] > 0 < page["empty"] for page in found["pages"].values())


def test_it_profiles_one_operation(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)

    assert main(["--rows", "100", "--profile", "export"]) == 0

    assert "exporter.py" in capsys.readouterr().out


# The payload


def test_the_payload_is_the_same_at_every_call() -> None:
    assert payload.body(count=50) == payload.body(count=50)


@pytest.mark.parametrize(("every", "changed"), [(0, 0), (1, 200), (100, 2), (3, 67)])
def test_changed_rows_have_another_telephone_and_town_and_nothing_else(every: int, changed: int) -> None:
    before, after = payload.rows(count=200), payload.rows(count=200, changed_every=every)

    different = [
        {name for name in old if old[name] != new[name]} for old, new in zip(before, after, strict=True) if old != new
    ]

    assert len(different) == changed
    assert all(names == {"Téléphone mobile", "Ville"} for names in different)


def test_all_rows_change_after_some_did() -> None:
    some, every = payload.rows(count=200, changed_every=100), payload.rows(count=200, changed_every=1)

    assert all(old != new for old, new in zip(some, every, strict=True))


# Results


def sample(wall: float, *, rows: int = 100, a_chunk: float | None = None) -> dict[str, Any]:
    return {"rows": rows, "wall": wall, "cpu": wall / 2, "queries": 7, "queries_a_chunk": a_chunk}


def test_ratios_are_taken_within_a_round_so_that_a_busy_machine_slows_both_sides() -> None:
    rounds = [
        {"fresh": {"product": sample(2.0), "floor": sample(1.0)}},
        {"fresh": {"product": sample(20.0), "floor": sample(10.0)}},
        {"fresh": {"product": sample(2.2), "floor": sample(1.1)}},
    ]

    table = table_of(rounds, rows=100)

    assert table.figures["fresh"]["floor"].times_wall == 0.5
    assert [verdict.reached for verdict in table.verdicts] == [True]


def test_fewer_rows_count_by_the_row() -> None:
    rounds = [{"fresh": {"product": sample(1.0, rows=1000), "ie_default": sample(1.0, rows=100)}}]

    assert table_of(rounds, rows=1000).figures["fresh"]["ie_default"].times_wall == 10


@pytest.mark.parametrize(("wall", "reached"), [(11.9, False), (12.0, True), (40.0, True)])
def test_a_goal_of_speed_is_reached_from_its_limit_on(wall: float, reached: bool) -> None:
    rounds = [{"fresh": {"product": sample(1.0), "ie_diff": sample(wall)}}]

    assert [verdict.reached for verdict in table_of(rounds, rows=100).verdicts] == [reached]


def test_a_goal_of_speed_says_how_fast_the_bare_statements_are() -> None:
    rounds = [{"fresh": {"product": sample(2.0), "floor": sample(1.6), "ie_diff": sample(12.8)}}]

    measured = {verdict.goal: verdict.measured for verdict in table_of(rounds, rows=100).verdicts}

    assert list(measured.values()) == [
        "1.25 (processor time 1.25)",
        "6.40 (processor time 6.40; the floor itself 8.00)",
    ]


@pytest.mark.parametrize(("a_chunk", "reached"), [(12.0, True), (12.5, False)])
def test_queries_a_chunk_are_judged_at_the_operation_that_asks_most(a_chunk: float, reached: bool) -> None:
    rounds = [{"undo": {"product": sample(1.0, a_chunk=9.0)}, "apply": {"product": sample(1.0, a_chunk=a_chunk)}}]

    (verdict,) = table_of(rounds, rows=100).verdicts

    assert (verdict.reached, verdict.measured) == (reached, f"{a_chunk:g} at apply")


def test_memory_is_judged_by_the_largest_import_and_the_growth_of_the_export() -> None:
    memory = {
        "import": [{"rows": 10, "beforeMB": 80, "peakMB": 100}, {"rows": 100, "beforeMB": 90, "peakMB": 301}],
        "export": [{"rows": 10, "beforeMB": 80, "peakMB": 100}, {"rows": 100, "beforeMB": 80, "peakMB": 132}],
    }

    assert [verdict.reached for verdict in memory_verdicts(memory)] == [False, True]
    assert any("301 MB at most" in line for line in memory_lines(memory))


@pytest.mark.parametrize(
    ("name", "times", "milliseconds", "reached"),
    [("key", 3.0, 9.0, True), ("key", 3.1, 9.0, False), ("city", 99.0, 1000.0, True), ("city", 1.0, 1001.0, False)],
)
def test_pages_are_judged_by_the_empty_view_or_by_a_second(
    name: str, times: float, milliseconds: float, reached: bool
) -> None:
    page = {"times": times, "ms": milliseconds, "empty": 3.0}
    [verdict] = list_verdicts([{"rows": 100_000, "pages": {name: page}, "indexed": ["key"]}])
    assert verdict.reached == reached
    assert "a page of 100,000 records" in verdict.goal


def test_the_table_says_how_many_rows_a_slow_peer_was_given() -> None:
    rounds = [{"fresh": {"product": sample(1.0, rows=10_000), "ie_default": sample(1.0, rows=1_000)}}]

    text = "\n".join(lines_of(table_of(rounds, rows=10_000), database="SQLite"))

    assert "ie_default (1,000 rows)" in text
    assert "10,000 rows, SQLite" in text
