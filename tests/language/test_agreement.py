"""Checker and compiler agree: what has no error compiles."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_app.catalog.kinds.base import Setting
from templates_app.language.compiler import compile_export, compile_import
from templates_app.language.findings import has_errors
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.writer import write
from tests.language.golden import findings_of
from tests.language.sample_catalog import SAMPLE_CATALOG


def _is_template(text: str) -> bool:
    root = read(text).root
    return root is not None and root.tag in ("In", "Out")


CASES = sorted((Path(__file__).parent / "cases").glob("*.xml"))
KNOWN = [text for text in (case.read_text(encoding="utf-8") for case in CASES) if _is_template(text)]
SETTING = Setting(ZoneInfo("Europe/Paris"))
#: What a mutated attribute becomes: names that fit somewhere, forms that fit elsewhere, and plain nonsense.
NAMES = ["Label", "Customer", "Do", "_ID", "Email", "*, *_2", "lots/people"]
VALUES = [*NAMES, "", " ", "true", "1", "-1", "a|b", "x,y", "$1"]


def compiled(root: Element) -> object:
    compile_root = compile_import if root.tag == "In" else compile_export
    return compile_root(root, SAMPLE_CATALOG, setting=SETTING)


def elements(root: Element) -> list[Element]:
    return [root, *(inner for child in root.elements() for inner in elements(child))]


def mutated(root: Element, data: st.DataObject) -> Element:
    """The template with some attributes changed, taken away or given, and some elements dropped or moved."""
    for _ in range(data.draw(st.integers(1, 4))):
        element = data.draw(st.sampled_from(elements(root)))
        deed = data.draw(st.sampled_from(["change", "take", "drop", "move"]))
        if deed in ("change", "take") and element.attributes:
            name = data.draw(st.sampled_from(sorted(element.attributes)))
            element.attributes.pop(name)
            if deed == "change":
                element.attributes[name] = data.draw(st.sampled_from(VALUES))
        elif element.children and deed in ("drop", "move"):
            child = element.children.pop(data.draw(st.integers(0, len(element.children) - 1)))
            if deed == "move":
                element.children.insert(data.draw(st.integers(0, len(element.children))), child)
    return root


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_without_errors_compiles(case: Path) -> None:
    source = case.read_text(encoding="utf-8")
    root = read(source).root
    if root is not None and not has_errors(findings_of(source)):
        assert compiled(root)


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_a_mutated_template_without_errors_compiles(data: st.DataObject) -> None:
    root = read(data.draw(st.sampled_from(KNOWN))).root
    assert root is not None
    source = write(mutated(root, data))
    again = read(source).root

    if again is not None and not has_errors(findings_of(source)):
        assert compiled(again)
