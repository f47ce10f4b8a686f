"""Hypothesis strategies: trees as the editor may build them, well-formed but not always valid."""

from __future__ import annotations

from hypothesis import strategies as st

from templates_app.language.nodes import Comment, Element

_SIGNS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
_XML_TEXT = st.text(_SIGNS | st.sampled_from("\t\n\r<>&\"'|,"), max_size=12)
_TAGS = st.sampled_from(["In", "Out", "Type", "Property", "Map", "Case", "Date", "Wrong"])
_ATTRIBUTES = st.dictionaries(st.sampled_from(["Name", "Type", "Field", "Or", "Value", "Zzz"]), _XML_TEXT, max_size=4)
_COMMENTS = st.builds(Comment, _XML_TEXT.map(lambda text: text.replace("\r", "").replace("-", "")))


def _parents(children: st.SearchStrategy[Element | Comment]) -> st.SearchStrategy[Element | Comment]:
    return st.builds(Element, _TAGS, _ATTRIBUTES, st.lists(children, max_size=4))


_NODES: st.SearchStrategy[Element | Comment] = st.recursive(
    st.builds(Element, _TAGS, _ATTRIBUTES) | _COMMENTS, _parents, max_leaves=12
)
TREES = st.builds(Element, _TAGS, _ATTRIBUTES, st.lists(_NODES, max_size=5))


def shape(node: Element | Comment) -> object:
    """Everything of a tree but its places."""
    if isinstance(node, Comment):
        return node.text
    return node.tag, list(node.attributes.items()), [shape(child) for child in node.children]


def depth(node: Element | Comment) -> int:
    return 1 + max(map(depth, node.children), default=0) if isinstance(node, Element) else 0
