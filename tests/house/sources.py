"""The files of this project as its house tests read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("integration_admin", "templates_app", "sync_app")


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Every file below these folders of the project, sorted, without what Python and tools leave behind."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
    return tuple(sorted(path for path in found if not {"__pycache__", ".git"} & set(path.parts)))


@cache
def modules(*folders: str) -> tuple[Path, ...]:
    """Every Python file below these folders, migrations left out."""
    return tuple(path for path in files(*folders) if path.suffix == ".py" and "migrations" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def texts_in(tree: ast.AST) -> Iterator[str]:
    """Every text that stands in the code, docstrings and parts of f-strings included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def called(call: ast.Call) -> str:
    """The last name of what is called: `raise_for` of `problems.raise_for(…)`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
