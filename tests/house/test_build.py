"""What must hold before a change is accepted is what the README tells, and nothing of it is left out."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from tests.house.sources import ROOT

BUILD = ROOT / ".ci" / "run"
INSTALL = "python3 -m pip --python .venv/bin/python install"
GATES = (
    "ruff check",
    "ruff format",
    "mypy .",
    "lint-imports",
    "makemigrations --check",
    "check --deploy",
    "quickstart --no-serve",
)


def test_it_can_be_run() -> None:
    assert os.access(BUILD, os.X_OK)
    done = subprocess.run(["/bin/bash", "-n", str(BUILD)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("gate", GATES)
def test_it_passes_every_gate(gate: str) -> None:
    assert gate in BUILD.read_text(encoding="utf-8")


def test_every_suite_fails_when_anything_is_skipped() -> None:
    suites = [line for line in BUILD.read_text(encoding="utf-8").splitlines() if "-m pytest" in line]
    assert len(suites) == 2
    assert all("-p tests.nothing_skipped" in suite for suite in suites)
    assert [("DATABASE_URL=" in suite, "REDIS_URL=" in suite) for suite in suites] == [(False, False), (True, True)]


def test_nothing_is_left_out_of_the_first_suite_and_only_looks_of_the_second() -> None:
    first, second = (line for line in BUILD.read_text(encoding="utf-8").splitlines() if "-m pytest" in line)
    assert not re.search(r"--ignore|--deselect| -k |PURE| -m '", first)
    assert re.findall(r" -m '(.+?)'", second) == ["not appearance"]


def test_it_installs_and_tests_with_the_commands_of_the_readme() -> None:
    readme, build = (path.read_text(encoding="utf-8") for path in (ROOT / "README.md", BUILD))
    assert "python3 -m venv --without-pip .venv" in readme
    assert "python3 -m venv --without-pip .venv" in build
    for extras in re.findall(rf"{re.escape(INSTALL)} -e '\.\[(.+?)\]' && .venv/bin/python -m pytest -q -n 3", readme):
        assert f"-e '.[{extras}]'" in build


def test_it_names_no_registry_and_no_path_of_a_machine() -> None:
    text = BUILD.read_text(encoding="utf-8")
    assert re.findall(r"https?://|--index-url|--extra-index|/(?:work|home|root)/", text) == []
