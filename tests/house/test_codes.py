"""Every code that anything refuses with has one sentence, the same wherever it is told; and every sentence is used."""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from sync_app.runs.sentences import SENTENCES as OF_RUNS
from tests.house.sources import FLOORS, ROOT, called, modules, texts_in, tree_of

CODE = re.compile(r"[a-z]+(?:_[a-z0-9]+)*")


def tables() -> list[Path]:
    return [path for path in modules(*FLOORS) if path.name.endswith("sentences.py")]


def sentences_of(path: Path) -> dict[str, str]:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return dict(importlib.import_module(name).SENTENCES)


@cache
def all_sentences() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in tables():
        for code, sentence in sentences_of(path).items():
            found[code].add(sentence)
    return found


@cache
def refusing_classes() -> set[str]:
    """The exceptions and values of this project whose first parameter, or its only one without name, is a code."""
    found = {"Problem"}
    for path in modules(*FLOORS):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef) and _takes_a_code(node):
                found.add(node.name)
    return found | _heirs(found)


def _takes_a_code(node: ast.ClassDef) -> bool:
    makers = (item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__")
    return any([arg.arg for arg in maker.args.args[1:2]] == ["code"] for maker in makers)


def _heirs(known: set[str]) -> set[str]:
    """Classes below the known ones that make their code the same way."""
    found: set[str] = set()
    for path in modules(*FLOORS):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef) and {getattr(base, "id", "") for base in node.bases} & known:
                own = any(isinstance(item, ast.FunctionDef) and item.name == "__init__" for item in node.body)
                found |= set() if own else {node.name}
    return found


@cache
def raised() -> dict[str, str]:
    """Each code that is written out where something refuses, and the place."""
    refusing = refusing_classes()
    found: dict[str, str] = {}
    for path in modules(*FLOORS):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and called(node) in refusing:
                given = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "code")]
                codes = (at.value for at in given if isinstance(at, ast.Constant) and isinstance(at.value, str))
                found |= {code: f"{path.relative_to(ROOT)}:{node.lineno}" for code in codes}
    return found


def test_the_search_finds_what_it_is_for() -> None:
    assert {"RunRefused", "RunConflict", "SourceRefused", "CatalogRefused", "LibraryRefused"} <= refusing_classes()
    assert len(raised()) > 100


def test_every_code_has_a_sentence() -> None:
    assert {code: place for code, place in raised().items() if code not in all_sentences()} == {}


def test_a_code_says_the_same_wherever_it_is_told() -> None:
    assert {code: sorted(said) for code, said in all_sentences().items() if len(said) > 1} == {}


def test_every_sentence_belongs_to_a_code_that_occurs() -> None:
    elsewhere = {text for path in modules(*FLOORS) if path not in tables() for text in texts_in(tree_of(path))}
    words = {word for text in elsewhere for word in CODE.findall(text)} | elsewhere
    assert sorted(set(all_sentences()) - words) == []


def test_a_report_knows_the_sentences_of_every_floor_below_it() -> None:
    below = [path for path in tables() if not {"api", "syncs"} & set(path.parts) and path.parent.name != "runs"]
    missing = {code for path in below for code in sentences_of(path)} - set(OF_RUNS)
    assert sorted(missing) == []


@pytest.mark.parametrize("code", sorted(all_sentences()))
def test_a_code_is_a_plain_name(code: str) -> None:
    assert CODE.fullmatch(code), code
