"""The house keeps its order: what lies where, how large things grow, and what is not written here."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import FLOORS, ROOT, files, modules, tree_of

TOP_LEVEL = {
    "README.md",
    "integration_admin",
    "manage.py",
    "pyproject.toml",
    "static",
    "sync_app",
    "templates_app",
    "tests",
}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
USUAL_FUNCTION = 9
SUPPRESSIONS_PER_LINE = 1 / 1000
SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no cover)")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|HACK)\b|#\s*XXX\b|raise NotImplementedError\b")
MACHINE_PATH = re.compile(r"(?:^|[\s\"'=(:])/(?:work|home/\w+|root|Users/\w+|mnt|srv)/")
NAMELESS = {"utils.py", "helpers.py", "misc.py", "common.py", "util.py", "helper.py"}
TEXT_FILES = {".py", ".html", ".js", ".css", ".xml", ".md", ".toml", ".svg", ""}


def kept() -> Iterator[Path]:
    """Every file under version control, or, without it, every file of the known folders."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        yield from (ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())
    else:
        yield from files(*FLOORS, "static", "tests")


def relative(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def lines_with(pattern: re.Pattern[str], paths: Iterator[Path] | tuple[Path, ...]) -> list[str]:
    return [
        relative(path, number)
        for path in paths
        if path.suffix in TEXT_FILES and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def functions() -> list[tuple[str, int]]:
    """Each function of the product, with its place and its length in lines."""
    return [
        (f"{relative(path, node.lineno)} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for path in modules(*FLOORS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_nothing_else_lies_at_the_top() -> None:
    tops = {path.relative_to(ROOT).parts[0] for path in kept()}
    assert {name for name in tops if not name.startswith(".")} <= TOP_LEVEL


def test_no_module_is_longer_than_can_be_read() -> None:
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(*FLOORS)}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_can_be_seen() -> None:
    assert [place for place, length in functions() if length > LONGEST_FUNCTION] == []


def test_most_functions_are_short() -> None:
    lengths = sorted(length for _, length in functions())
    assert lengths[len(lengths) // 2] <= USUAL_FUNCTION


def test_nothing_is_left_unfinished() -> None:
    assert lines_with(UNFINISHED, modules(*FLOORS, "tests")) == []


def test_no_path_of_a_machine_is_written_down() -> None:
    assert lines_with(MACHINE_PATH, kept()) == []


def test_checks_are_hardly_ever_silenced() -> None:
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in modules(*FLOORS, "tests"))
    silenced = lines_with(SUPPRESSION, modules(*FLOORS, "tests"))
    assert len(silenced) <= lines * SUPPRESSIONS_PER_LINE, silenced


def test_every_module_has_a_name_of_its_field() -> None:
    assert [relative(path) for path in modules(*FLOORS, "tests") if path.name in NAMELESS] == []


@pytest.mark.parametrize("floor", FLOORS)
def test_every_module_says_what_it_is_for(floor: str) -> None:
    silent = [path for path in modules(floor) if tree_of(path).body and not ast.get_docstring(tree_of(path))]
    assert [relative(path) for path in silent] == []


def test_every_file_of_tests_is_named_for_what_it_tests() -> None:
    strangers = [path for path in modules("tests") if path.name.startswith("test_") and not _has_tests(path)]
    assert [relative(path) for path in strangers] == []


def _has_tests(path: Path) -> bool:
    return any(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in ast.walk(tree_of(path)))


def test_no_test_is_hidden_by_another_of_the_same_name() -> None:
    hidden = []
    for path in modules("tests"):
        names = [node.name for node in tree_of(path).body if isinstance(node, ast.FunctionDef)]
        hidden += [f"{relative(path)} {name}" for name in set(names) if names.count(name) > 1]
    assert hidden == []
