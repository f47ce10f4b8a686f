"""Whatever is changed of whatever template: it can be read back, shown, and only what was named is changed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from templates_app.language.checks import check
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.writer import write
from templates_app.mapping.comparing.compare import compare
from templates_app.mapping.edits.apply import Edited, edit
from templates_app.mapping.edits.change_reading import change_from
from templates_app.mapping.fixes.all_fixes import fixes_of
from templates_app.mapping.places import element_at, walk
from templates_app.mapping.refusals import EditRefused
from templates_app.mapping.sentences import SENTENCES
from templates_app.mapping.table.whole import table_of
from tests.language.sample_catalog import SAMPLE_CATALOG
from tests.language.trees import TREES, shape
from tests.mapping.changing import ANY_TREES, TEMPLATES, changes_of, comments
from tests.mapping.materials import Material


def tried(root: Element, change: dict[str, Any], material: Material) -> Edited | None:
    """None for a refusal, which must have its sentence."""
    refusal = None
    try:
        return edit(root, change_from(change), catalog=material.catalog)
    except EditRefused as refused:
        refusal = refused.problem
    assert SENTENCES[refusal.code].format_map(refusal.params)
    return None


def outlines(root: Element) -> Counter[str]:
    """Every element with its attributes, without what is in it."""
    return Counter(f"{element.tag} {sorted(element.attributes.items())}" for _, element in walk(root))


@given(material=TEMPLATES, data=st.data())
def test_a_changed_template_is_read_back_as_it_is(material: Material, data: st.DataObject) -> None:
    root = material.root
    for _ in range(3):
        done = tried(root, data.draw(changes_of(root)), material)
        if done is None:
            continue
        root = done.root
        again = read(done.xml).root
        assert again is not None
        assert shape(again) == shape(root)
        assert write(again) == done.xml
        assert element_at(root, done.path) is not None
        table_of(root, material.catalog)


@given(material=TEMPLATES, data=st.data())
def test_what_a_change_does_not_name_stays(material: Material, data: st.DataObject) -> None:
    """A change of attributes touches one element; of what it removes or adds, the rest stays; comments stay always."""
    root = material.root
    before = shape(root)
    change = data.draw(changes_of(root))
    done = tried(root, change, material)
    assert shape(root) == before
    if done is None:
        return
    if change["verb"] not in ("remove", "duplicate"):
        assert comments(done.root) == comments(root)
    old, new = outlines(root), outlines(done.root)
    if change["verb"] in ("set", "names", "target", "test", "match"):
        assert sum((old - new).values()) <= 1 + (len(root.elements("Property")) if change["verb"] == "match" else 0)
    elif change["verb"] == "move":
        assert old == new
    elif change["verb"] == "duplicate":
        assert not old - new
    elif change["verb"] == "remove":
        assert not new - old
    elif change["verb"] in ("add", "add_rows"):
        assert not old - new


@given(material=TEMPLATES, data=st.data())
def test_moving_there_and_back_changes_nothing(material: Material, data: st.DataObject) -> None:
    root = material.root
    rows = [path for path, element in walk(root) if path and "." not in path and element.tag == "Property"]
    if len(rows) < 2:
        return
    place = data.draw(st.integers(0, len(rows) - 2))
    there = edit(root, change_from({"verb": "move", "path": rows[place], "by": 1}))
    back = edit(there.root, change_from({"verb": "move", "path": there.path, "by": -1}))
    assert [shape(e) for e in back.root.elements("Property")] == [shape(e) for e in root.elements("Property")]


@given(material=TEMPLATES, data=st.data())
def test_a_change_is_told_by_the_comparison_or_means_nothing(material: Material, data: st.DataObject) -> None:
    root = material.root
    done = tried(root, data.draw(changes_of(root)), material)
    if done is not None and shape(done.root) == shape(root):
        assert compare(root, done.root, material.catalog) == ()


@given(root=TREES | ANY_TREES)
def test_the_fixes_of_any_tree_can_be_made(root: Element) -> None:
    again = read(write(root)).root
    if again is None:
        return
    material = Material("any", write(root), SAMPLE_CATALOG)
    findings = [*read(material.xml).findings, *check(again, material.catalog)]
    for fixes in fixes_of(findings, again, material.catalog):
        for fix in fixes:
            if fix.change is not None:
                assert edit(again, fix.change, catalog=material.catalog).xml != material.xml
