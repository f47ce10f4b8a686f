"""The schema for download accepts what the reader accepts, and refuses what it refuses, as far as a schema can."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from templates_app.language.attributes import Attribute, Form
from templates_app.language.elements.rule import ElementRule
from templates_app.language.grammar import children_of, rules_of
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.schema import xsd
from templates_app.language.writer import write
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE

CASES = sorted((Path(__file__).parent / "cases").glob("*.xml"))
#: What a schema cannot say: these need the text of the value understood.
BEYOND_A_SCHEMA = {"pattern_invalid", "pattern_empty", "format_invalid", "member_empty", "text_not_allowed"}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(xsd().encode()))


def accepts(schema: etree.XMLSchema, source: str) -> bool:
    return bool(schema.validate(etree.fromstring(source.encode())))


@pytest.mark.parametrize("sample", [VENDOR_SAMPLE, FILM_SAMPLE], ids=["vendor", "film"])
def test_it_accepts_the_documented_samples(schema: etree.XMLSchema, sample: str) -> None:
    assert accepts(schema, sample)


@pytest.mark.parametrize(
    "source",
    [
        '<In Foo="1"/>',
        "<In><Typ/></In>",
        "<In><Type/></In>",
        '<In><Type Name="a" ShouldInsert="TRUE"/></In>',
        '<In><Type Name=""/></In>',
        '<In><Type Name="a" Repeated="Never"/></In>',
        '<In><Default Field="a" Value="b"/></In>',
        '<In><Property Name="a" Type="b" Field="c"><Split By="," Part="0"/></Property></In>',
        '<In><Property Name="a" Type="b" Field="c"><Cut Start="1.5"/></Property></In>',
        "<In>text</In>",
        '<Out><Link Type="a" Field="b" To="c"/></Out>',
        "<Template/>",
    ],
)
def test_it_refuses_what_the_grammar_refuses(schema: etree.XMLSchema, source: str) -> None:
    assert read(source).findings
    assert not accepts(schema, source)


def holding(rule: ElementRule, element: Element) -> Element:
    """A whole template around an element of this rule."""
    while rule.parents != ("",):
        parent = next(
            one for one in rules_of(rule.direction) if one.tag == rule.parents[0] and rule in children_of(one)
        )
        element = Element(parent.tag, {one.name: fit(one) for one in parent.attributes if one.required}, [element])
        rule = parent
    return element


def fit(attribute: Attribute) -> str:
    return attribute.choices[0] if attribute.choices else FIT.get(attribute.form, "1")


FIT = {Form.FLAG: "true", Form.LETTERS: "yyyy"}
#: Texts at the border of what each form accepts.
TRIED = {
    Form.FLAG: ("false", "TRUE", " true", "1", ""),
    Form.CHOICE: ("", "x", "clear"),
    Form.NAME: ("", " ", "x"),
    Form.MEMBERS: ("", "a,b", "a, b", "a,", ",a", " , ", "a,\u00a0", "\u00a0a"),
    Form.NUMBER: ("", "-1", "+1", "1.0", " 1", "\u0661", "9" * 9, "-" + "9" * 9, "9" * 10),
    Form.POSITION: ("", "0", "-0", "00", "10", "-10", "010", "1" * 9, "1" * 10, "1" + "0" * 9, "1" * 17),
    Form.LETTERS: ("", "y" * 4 + " " * 196, "y" * 4 + " " * 197),
}


def test_it_agrees_with_the_reader_on_every_attribute(schema: etree.XMLSchema) -> None:
    """Each attribute of each element: left out, and with every text that its form may stumble over."""
    differing = []
    for rule in (*rules_of("in"), *rules_of("out")):
        given = {one.name: fit(one) for one in rule.attributes}
        tried = [(one.name, text) for one in rule.attributes for text in (None, fit(one), *TRIED.get(one.form, ()))]
        for name, text in [("", None), ("Foo", "1"), *tried]:
            attributes = {**given, name: text}
            element = Element(rule.tag, {key: value for key, value in attributes.items() if value is not None})
            source = write(holding(rule, element)).replace(" />", "><!-- nothing -->\n</" + rule.tag + ">")
            if accepts(schema, source) == bool(read(source).findings):
                differing.append((rule.tag, name, text))
    assert differing == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_it_agrees_with_the_reader_on_every_case(schema: etree.XMLSchema, case: Path) -> None:
    source = case.read_text(encoding="utf-8")
    result = read(source)
    if result.root is None or any(finding.code.startswith("xml_") for finding in result.findings):
        return
    told = {finding.code for finding in result.findings} - BEYOND_A_SCHEMA
    if told or not result.findings:
        assert accepts(schema, source) == (not told)
