"""The cache that processes of one machine share."""

from __future__ import annotations

import multiprocessing
import sqlite3
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from integration_admin.counting import Step
from integration_admin.disk_cache import DiskCache


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(str(tmp_path / "cache.sqlite3"), {})


@pytest.mark.parametrize("value", [0, 1.5, "text", "", None, True, ["a", 1], {"a": None}, "é日", 2**70])
def test_what_is_set_is_got(value: object, cache: DiskCache) -> None:
    cache.set("key", value)
    assert cache.get("key", "absent") == value
    assert "key" in cache


@pytest.mark.parametrize("value", [object(), b"bytes", {1, 2}])
def test_it_refuses_what_is_no_json(value: object, cache: DiskCache) -> None:
    with pytest.raises(TypeError):
        cache.set("key", value)


def test_absent_deleted_and_cleared_are_the_default(cache: DiskCache) -> None:
    cache.set_many({"one": 1, "two": 2, "three": 3})
    assert cache.delete("one")
    assert not cache.delete("one")
    assert cache.get_many(["one", "two", "three"]) == {"two": 2, "three": 3}
    cache.clear()
    assert cache.get("two", "absent") == "absent"


@pytest.mark.parametrize("timeout", [0, -1])
def test_what_ended_is_absent_and_may_be_added_again(timeout: int, cache: DiskCache) -> None:
    cache.set("key", 1, timeout)
    assert cache.get("key") is None
    assert "key" not in cache
    assert cache.add("key", 2)
    assert not cache.add("key", 3)
    assert cache.get("key") == 2


def test_without_timeout_it_stays(cache: DiskCache) -> None:
    cache.set("key", 1, None)
    assert not cache.add("key", 2)
    assert cache.incr("key") == 2


def test_touch_moves_the_end(cache: DiskCache) -> None:
    cache.set("key", 1, 100)
    assert cache.touch("key", -1)
    assert cache.get("key") is None
    assert not cache.touch("key", 100)


def test_counting_up_and_down(cache: DiskCache) -> None:
    cache.set("key", 5, 100)
    assert cache.incr("key", 2) == 7
    assert cache.decr("key") == 6
    assert cache.get("key") == 6


def test_counting_what_is_absent_is_refused(cache: DiskCache) -> None:
    with pytest.raises(ValueError, match="not found"):
        cache.incr("key")


def test_versions_are_kept_apart(cache: DiskCache) -> None:
    cache.set("key", 1, version=1)
    cache.set("key", 2, version=2)
    assert (cache.get("key", version=1), cache.get("key", version=2)) == (1, 2)


def _count(path: str) -> int:
    cache = DiskCache(path, {})
    return sum(cache.add("first", 1) or bool(cache.incr("count") * 0) for _ in range(250))


def test_processes_lose_no_count_and_only_one_is_first(tmp_path: Path) -> None:
    path = str(tmp_path / "cache.sqlite3")
    DiskCache(path, {}).set("count", 0)
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        firsts = list(pool.map(_count, [path] * 4))
    assert sum(firsts) == 1
    assert DiskCache(path, {}).get("count") == 999


def test_counters_are_increased_in_turn_up_to_the_first_that_passes_its_limit(cache: DiskCache) -> None:
    steps = [Step("a", 60, limit=2), Step("b", 60, limit=3), Step("c", 60)]
    assert [cache.count_in_turn(steps) for _ in range(4)] == [[1, 1, 1], [2, 2, 2], [3], [4]]
    assert cache.count_in_turn([Step("b", 60, limit=3)]) == [3]
    assert cache.get_many(["a", "b", "c"]) == {"a": 4, "b": 3, "c": 2}
    assert (cache.decr("c"), cache.count_in_turn([Step("c", 60)])) == (1, [2])


def test_a_counter_begins_anew_when_it_ended(cache: DiskCache) -> None:
    assert [cache.count_in_turn([Step("a", -1), Step("b", 60)]) for _ in range(2)] == [[1, 1], [1, 2]]


def test_what_cannot_be_counted_leaves_the_cache_as_it_was(cache: DiskCache, monkeypatch: pytest.MonkeyPatch) -> None:
    count = cache._count
    monkeypatch.setattr(cache, "_count", lambda connection, step: count(connection, step) // (step.name != "b"))
    with pytest.raises(ZeroDivisionError):
        cache.count_in_turn([Step("a", 60), Step("b", 60)])
    monkeypatch.undo()
    assert cache.get_many(["a", "b"]) == {}
    assert cache.count_in_turn([Step("a", 60), Step("b", 60)]) == [1, 1]


def _count_in_turn(path: str) -> list[list[int]]:
    cache = DiskCache(path, {})
    return [cache.count_in_turn([Step("key", 600, limit=150), Step("brand", 600)]) for _ in range(100)]


def test_processes_count_in_turn_as_one(tmp_path: Path) -> None:
    path = str(tmp_path / "cache.sqlite3")
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        counted = [values for child in pool.map(_count_in_turn, [path] * 4) for values in child]
    assert sorted(values[0] for values in counted) == list(range(1, 401))
    assert DiskCache(path, {}).get_many(["key", "brand"]) == {"key": 400, "brand": 150}


def test_threads_lose_no_count(cache: DiskCache) -> None:
    cache.set("count", 0)
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: cache.incr("count"), range(400))) == list(range(1, 401))


def test_it_waits_while_another_process_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite3"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(DiskCache(str(path), {}).set, "key", 1)
        with pytest.raises(TimeoutError):
            written.result(timeout=0.05)
        other.execute("COMMIT")
        assert written.result() is None
    other.close()
    assert DiskCache(str(path), {}).get("key") == 1


def test_a_folder_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        DiskCache(str(tmp_path / "absent" / "cache.sqlite3"), {}).set("key", 1)


def test_what_ended_is_swept_away(cache: DiskCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integration_admin.disk_cache.WRITES_BETWEEN_SWEEPS", 10)
    for number in range(30):
        cache.set(f"key{number}", 1, -1)
        cache.count_in_turn([Step(f"counter{number}", -1)])
    rows = cache._connection().execute("SELECT COUNT(*) FROM entry").fetchone()[0]
    assert rows <= 10
