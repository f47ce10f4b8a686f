"""The schema for download accepts what the reader accepts, and refuses what it refuses, as far as a schema can."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from templates_app.language.reader import read
from templates_app.language.schema import xsd
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_it_agrees_with_the_reader_on_every_case(schema: etree.XMLSchema, case: Path) -> None:
    source = case.read_text(encoding="utf-8")
    result = read(source)
    if result.root is None or any(finding.code.startswith("xml_") for finding in result.findings):
        return
    told = {finding.code for finding in result.findings} - BEYOND_A_SCHEMA
    if told or not result.findings:
        assert accepts(schema, source) == (not told)
