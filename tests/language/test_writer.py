"""What is written is read back the same: tags, attributes, order and comments."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given

from templates_app.language.nodes import Comment, Element
from templates_app.language.reader import read
from templates_app.language.tree_builder import MAX_DEPTH
from templates_app.language.writer import write
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.trees import TREES, depth, shape

CASES = sorted((Path(__file__).parent / "cases").glob("*.xml"))


def read_again(root: Element) -> Element:
    again = read(write(root)).root
    assert again is not None
    return again


@given(root=TREES)
def test_reading_what_was_written_gives_the_same_tree(root: Element) -> None:
    assume(depth(root) <= MAX_DEPTH)

    assert shape(read_again(root)) == shape(root)


@given(root=TREES)
def test_writing_twice_changes_nothing(root: Element) -> None:
    assume(depth(root) <= MAX_DEPTH)

    assert write(read_again(root)) == write(root)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_template_that_was_read_is_written_with_the_same_findings(case: Path) -> None:
    root = read(case.read_text(encoding="utf-8")).root
    if root is None:
        return
    again = read(write(root))

    assert again.root is not None
    assert shape(again.root) == shape(root)


def test_the_vendors_sample_is_written_as_it_stands() -> None:
    root = read(VENDOR_SAMPLE).root
    assert root is not None
    assert write(root) == VENDOR_SAMPLE


def test_the_film_sample_is_written_as_it_stands_blank_lines_too() -> None:
    root = read(FILM_SAMPLE).root
    assert root is not None
    assert "\n\n" in FILM_SAMPLE
    assert write(root) == FILM_SAMPLE


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<In>\n\n\n\n  <Type/>\n</In>", "<In>\n\n  <Type/>\n</In>\n"),
        ("<In>\r\n\r\n<!-- a -->\r\n<Type/></In>", "<In>\n\n  <!-- a -->\n  <Type/>\n</In>\n"),
        ("<In><Type/>\n<Map>\n</Map>\n\n</In>", "<In>\n  <Type/>\n  <Map/>\n</In>\n"),
        ("<In><Map>\n</Map>\n<Type/></In>", "<In>\n  <Map/>\n  <Type/>\n</In>\n"),
        ("\n\n<!-- a -->\n\n<In/>\n\n<!-- b -->", "<In>\n  <!-- a -->\n  <!-- b -->\n</In>\n"),
    ],
)
def test_one_blank_line_is_kept_where_there_were_some(text: str, written: str) -> None:
    root = read(text).root
    assert root is not None
    assert write(root) == written
    assert write(read_again(root)) == written


def test_comments_keep_their_places() -> None:
    root = Element("In", {}, [Comment(" first "), Element("Type", {"Name": "Customer"}), Comment(" last ")])

    assert write(root) == '<In>\n  <!-- first -->\n  <Type Name="Customer" />\n  <!-- last -->\n</In>\n'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('a"b', "a&quot;b"),
        ("a&b<c>d", "a&amp;b&lt;c&gt;d"),
        ("a\nb\tc\rd", "a&#10;b&#9;c&#13;d"),
        ("l'été", "l'été"),
        ("&amp;", "&amp;amp;"),
    ],
)
def test_attributes_are_escaped(value: str, written: str) -> None:
    root = Element("In", {"Rows": value})

    assert write(root) == f'<In Rows="{written}" />\n'
    assert read_again(root).get("Rows") == value


@pytest.mark.parametrize("text", ["a--b", "---", "a-", "-", "-->"])
def test_a_comment_cannot_break_out(text: str) -> None:
    again = read_again(Element("In", {}, [Comment(text)]))

    (comment,) = again.children
    assert isinstance(comment, Comment)
    assert comment.text.replace(" ", "") == text


@pytest.mark.parametrize("text", ["\0", "\x08", "\ud800", "\uffff"])
def test_what_xml_cannot_hold_is_not_written(text: str) -> None:
    with pytest.raises(ValueError, match="control characters"):
        write(Element("In", {"Rows": text}))
    with pytest.raises(ValueError, match="control characters"):
        write(Element("In", {}, [Comment(text)]))
