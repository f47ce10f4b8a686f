"""Hypothesis strategies: templates that mean something, and changes of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from templates_app.language.elements.rule import Direction
from templates_app.language.grammar import rules_of
from templates_app.language.nodes import Comment, Element
from templates_app.mapping.edits.change_reading import VERBS
from templates_app.mapping.places import walk
from templates_app.mapping.table.condition_lines import TESTS
from tests.mapping.materials import MATERIALS

_DIRECTIONS: tuple[Direction, ...] = ("in", "out")
_WORDS = st.sampled_from(
    ["Customer", "Project", "Director", "Email", "Label", "_NEW", "x", "a|b", "", " ", "é<&\"'", "true"]
)
_ATTRIBUTES = st.sampled_from(["Name", "Or", "Type", "Field", "As", "Match", "Key", "Use", "To", "Value", "Zzz"])
_TAGS = st.sampled_from(sorted({rule.tag for direction in _DIRECTIONS for rule in rules_of(direction)}))
#: Trees of all tags of the language, each anywhere, with attributes that mean something here and there.
_ANY_ATTRIBUTES = st.dictionaries(
    st.sampled_from(sorted({a.name for d in _DIRECTIONS for rule in rules_of(d) for a in rule.attributes})),
    _WORDS
    | st.sampled_from(["Do", "Start", "Manager", "Resource.Manager", "*, *_2", "1", "-1", "dd/MM/yyyy", "Years"]),
    max_size=5,
)
_BELOW: st.SearchStrategy[Element] = st.recursive(
    st.builds(Element, _TAGS, _ANY_ATTRIBUTES),
    lambda inside: st.builds(Element, _TAGS, _ANY_ATTRIBUTES, st.lists(inside, max_size=4)),
    max_leaves=16,
)
ANY_TREES = st.builds(Element, st.sampled_from(["In", "Out"]), _ANY_ATTRIBUTES, st.lists(_BELOW, max_size=6))
TEMPLATES = st.sampled_from([material for material in MATERIALS if material.root.tag in ("In", "Out")])


def node_data() -> st.SearchStrategy[dict[str, Any]]:
    flat = st.fixed_dictionaries({"tag": _TAGS, "attributes": st.dictionaries(_ATTRIBUTES, _WORDS, max_size=3)})
    return flat | st.fixed_dictionaries({"tag": _TAGS, "children": st.lists(flat, max_size=2)})


def changes_of(root: Element) -> st.SearchStrategy[dict[str, Any]]:
    """Changes whose addresses are mostly those of the tree."""
    paths = st.sampled_from([path for path, _ in walk(root)]) | st.sampled_from(["99", "0.99", "x"])
    members: dict[str, st.SearchStrategy[Any]] = {
        "add_rows": st.fixed_dictionaries(
            {"text": st.sampled_from(["a -> b", "Nom", "a\nb -> Customer.Email", "x|y->"])}
        ),
        "add": st.fixed_dictionaries(
            {"parent": paths, "node": node_data()}, optional={"before": paths, "after": paths}
        ),
        "set": st.fixed_dictionaries({"path": paths, "attributes": st.dictionaries(_ATTRIBUTES, _WORDS | st.none())}),
        "names": st.fixed_dictionaries({"path": paths, "names": st.lists(_WORDS, max_size=3)}),
        "target": st.fixed_dictionaries({"path": paths, "target": _WORDS}),
        "key": st.fixed_dictionaries({"path": paths, "on": st.booleans()}),
        "match": st.fixed_dictionaries({"path": paths, "fields": st.lists(_WORDS, max_size=2)}),
        "test": st.fixed_dictionaries({"path": paths, "test": st.sampled_from(TESTS), "value": _WORDS}),
        "pairs": st.fixed_dictionaries({"path": paths, "text": st.sampled_from(["", "a = b", 'a = c\nb = ""'])}),
        "rename": st.fixed_dictionaries({"path": paths, "name": _WORDS}),
        "entity": st.fixed_dictionaries({"path": paths, "name": _WORDS}),
        "couple": st.fixed_dictionaries({"path": paths, "name": _WORDS}),
        "uncouple": st.fixed_dictionaries({"path": paths}),
        "move": st.fixed_dictionaries(
            {"path": paths}, optional={"by": st.integers(-3, 3), "before": paths, "after": paths}
        ),
        "remove": st.fixed_dictionaries({"path": paths, "uses": st.booleans()}),
        "duplicate": st.fixed_dictionaries({"path": paths}),
        "retag": st.fixed_dictionaries({"path": paths, "tag": _TAGS}),
    }
    assert set(members) == set(VERBS) - {"many"}
    return st.one_of(*(st.tuples(st.just(verb), values) for verb, values in members.items())).map(_as_data)


def _as_data(change: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"verb": change[0], **change[1]}


def comments(root: Element) -> list[str]:
    """All comments of a tree, sorted: none may be lost."""
    found = [child for _, element in walk(root) for child in element.children if isinstance(child, Comment)]
    return sorted(comment.text for comment in found)
