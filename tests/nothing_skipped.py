"""A plugin (`-p tests.nothing_skipped`) that lets no test be skipped unseen: a skip fails.

Only tests of the real open data may be skipped, and only where that data does not lie beside the project.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turns the skip of a test into its failure."""
    report = yield
    excused = item.get_closest_marker("shared_data") is not None and not SHARED_DATA.is_dir()
    if report.skipped and not hasattr(report, "wasxfail") and not excused:
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turns the skip of a whole file into its failure."""
    report = yield
    if report.skipped:
        _fail(report)
    return report


def _fail(report: Any) -> None:
    report.outcome = "failed"
    report.longrepr = f"skipped, but everything must run here: {report.longrepr}"
