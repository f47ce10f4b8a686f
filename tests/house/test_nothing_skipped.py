"""The plugin of the build: what is skipped there fails, and only the absence of the open data excuses."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests import nothing_skipped

SKIPPING = """
import pytest

def test_in_the_test():
    pytest.skip("no server")

@pytest.mark.skip(reason="later")
def test_by_a_mark():
    pass

@pytest.mark.skipif(True, reason="never")
def test_by_a_condition():
    pass

@pytest.fixture
def nothing():
    pytest.skip("none")

def test_in_a_fixture(nothing):
    pass

def test_that_runs():
    pass

@pytest.mark.shared_data
def test_of_the_open_data():
    pytest.skip("not here")
"""
WHOLE_FILE = "import pytest\n\npytest.importorskip('no_such_package')\n"
PLUGINS = ("-p", "no:django", "-p", "no:cacheprovider", "-p", "tests.nothing_skipped")


def checkout(folder: Path) -> Path:
    """A project of its own in `folder` with the plugin and these two files of tests."""
    tests = folder / "project" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(nothing_skipped.__file__, tests)
    (tests / "test_skipping.py").write_text(SKIPPING)
    (tests / "test_whole_file.py").write_text(WHOLE_FILE)
    (tests.parent / "pytest.ini").write_text("[pytest]\nmarkers = shared_data: open data\n")
    return tests.parent


def summary(project: Path) -> str:
    """The last line of pytest's answer."""
    asked = [sys.executable, "-m", "pytest", "-q", "--continue-on-collection-errors", *PLUGINS]
    done = subprocess.run(asked, cwd=project, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()[-1]


def test_a_skip_is_a_failure_before_and_in_a_test_and_of_a_whole_file(tmp_path: Path) -> None:
    (tmp_path / "shared" / "data").mkdir(parents=True)
    assert summary(checkout(tmp_path)).startswith("2 failed, 1 passed, 4 errors ")


def test_only_the_absence_of_the_open_data_excuses(tmp_path: Path) -> None:
    assert summary(checkout(tmp_path)).startswith("1 failed, 1 passed, 1 skipped, 4 errors ")
