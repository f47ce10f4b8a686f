"""What is installed is complete: nothing that the code reads is left behind in the source tree."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.sources import FLOORS, ROOT, files

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DATA: dict[str, list[str]] = PROJECT["tool"]["setuptools"]["package-data"]


def installed() -> set[Path]:
    folders = {package: ROOT.joinpath(*package.split(".")) for package in DATA}
    return {path for package, globs in DATA.items() for glob in globs for path in folders[package].glob(glob)}


@pytest.mark.parametrize("floor", FLOORS)
def test_every_file_beside_the_code_is_installed_with_it(floor: str) -> None:
    beside = {path for path in files(floor) if path.suffix not in {".py", ".pyc", ".po"}}
    assert sorted(beside - installed()) == []


@pytest.mark.parametrize(("package", "glob"), [(package, glob) for package, globs in DATA.items() for glob in globs])
def test_no_pattern_is_left_of_files_that_went(package: str, glob: str) -> None:
    assert list(ROOT.joinpath(*package.split(".")).glob(glob))


@pytest.mark.parametrize("floor", FLOORS)
def test_every_folder_with_code_is_a_package(floor: str) -> None:
    folders = {path.parent for path in files(floor) if path.suffix == ".py"}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_versions_are_fixed_so_that_two_machines_install_the_same() -> None:
    pins = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["test"]
    loose = [pin for pin in pins if "==" not in pin]
    assert [pin for pin in loose if not pin.startswith("tzdata")] == []
