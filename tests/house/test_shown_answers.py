"""What holds answers against the README notices what it should, and only that."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house.shown_answers import laid_out, pruned, pruned_lines, read_shown

ANSWER = {"run": 7, "counts": {"rows": 3, "failed": 1}, "items": [1, 2, 3], "cursor": "WzEs", "queryCount": 14}


@pytest.mark.parametrize(
    "shown",
    [
        '{"run": 7, …}',
        '{"counts": {"rows": 3, …}, …}',
        '{"items": [1, …], …}',
        '{"items": [1, 2, 3], …}',
        '{"cursor": "Wz…", …}',
        '{"queryCount": 99, …}',
        '{"run": 7, "counts": {"rows": 3, "failed": 1}, "items": […], "cursor": "…", "queryCount": 0}',
    ],
)
def test_what_is_left_out_or_never_the_same_does_not_count(shown: str) -> None:
    value = read_shown(shown)
    assert pruned(value, ANSWER) == value


@pytest.mark.parametrize(
    "shown",
    [
        '{"run": 8, …}',
        '{"run": "7", …}',
        '{"run": 7}',
        '{"run": 7, "gone": 1, …}',
        '{"counts": {"rows": 4, …}, …}',
        '{"items": [2, …], …}',
        '{"items": [1, 2, 3, …], …}',
        '{"items": [1, 2], …}',
        '{"cursor": "Xz…", …}',
        '{"queryCount": "14", …}',
    ],
)
def test_everything_else_counts(shown: str) -> None:
    value = read_shown(shown)
    assert pruned(value, ANSWER) != value


LINES = "Run 1: done\n\nA  1\nB  2\nC  3\n\n14 queries in 00:00:00.0017968\n"


@pytest.mark.parametrize(
    "shown",
    [
        LINES,
        "Run 1: done\n…\n14 queries in 00:00:00.1111111\n",
        "Run 1: done\n\nA  1\n…\nC  3\n\n99 queries in 00:00:00.0000000\n",
        "Run 1: done\n…\nB  2\n…\n1 queries in 00:00:00.0000000\n",
        "Run …\n\nA  1\nB  2\nC  3\n\n14 queries in 00:00:00.0000000\n",
    ],
)
def test_lines_may_be_left_out(shown: str) -> None:
    assert pruned_lines(shown, LINES) == shown


@pytest.mark.parametrize(
    "shown",
    [
        LINES.replace("A  1", "A  2"),
        LINES.replace("B  2\n", ""),
        "Run 1: done\n…\nB  3\n…\n1 queries in 00:00:00.0000000\n",
        "Run 2: done\n…\n14 queries in 00:00:00.1111111\n",
        "Run 1: done\n…\n14 queries in 0.1\n",
        "?\n",
    ],
)
def test_lines_that_are_shown_must_come(shown: str) -> None:
    assert pruned_lines(shown, LINES) != shown


@pytest.mark.parametrize(
    "value", [{}, [], None, "…", {"a": "…"}, {"long": ["x" * 40] * 5, "more": {"b": [1, 2]}}, {"…": "…"}, ["a", "…"]]
)
def test_what_is_laid_out_reads_back_as_it_was(value: Any) -> None:
    assert read_shown(laid_out(value)) == value
