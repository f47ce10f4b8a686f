"""The grammar as an XML Schema, for editors outside this site. Generated, so it never differs from the reader."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from templates_app.language.attribute_forms import FORMAT_LENGTH
from templates_app.language.attributes import Attribute, Form
from templates_app.language.elements.rule import ElementRule
from templates_app.language.grammar import ROOTS, children_of, rules_of

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\n'
_SIMPLE_TYPES: Final = (
    '<xs:simpleType name="whole-number"><xs:restriction base="xs:string">'
    '<xs:pattern value="-?[0-9]{1,9}"/></xs:restriction></xs:simpleType>',
    # What no element may stand in may hold white space, which no empty content model of a schema allows.
    '<xs:simpleType name="nothing"><xs:restriction base="xs:token">'
    '<xs:length value="0"/></xs:restriction></xs:simpleType>',
)
#: A name between commas: anything with a sign in it that is no blank.
_MEMBER: Final = "[^,]*[^,\\s\\p{Z}&#133;][^,]*"
_BASES: Final = {Form.NUMBER: "whole-number", Form.POSITION: "whole-number"}
_FACETS: Final = {
    Form.NAME: '<xs:minLength value="1"/>',
    Form.FLAG: '<xs:enumeration value="true"/><xs:enumeration value="false"/>',
    Form.MEMBERS: f'<xs:pattern value="{_MEMBER}(,{_MEMBER})*"/>',
    Form.POSITION: '<xs:pattern value="-?0*[1-9][0-9]*"/>',
    Form.LETTERS: f'<xs:minLength value="1"/><xs:maxLength value="{FORMAT_LENGTH}"/>',
}


def xsd() -> str:
    """One schema for both roots. It checks form and place; what needs the catalog only the checker knows."""
    roots = [f'<xs:element name="{tag}" type="{direction}-{tag}"/>' for tag, direction in ROOTS.items()]
    types = [line for direction in ROOTS.values() for rule in rules_of(direction) for line in _type(rule)]
    return _HEAD + "".join(f"  {line}\n" for line in (*roots, *_SIMPLE_TYPES, *types)) + "</xs:schema>\n"


def _type(rule: ElementRule) -> Iterator[str]:
    yield f'<xs:complexType name="{_type_name(rule)}">'
    yield f"  <xs:annotation><xs:documentation>{escape(rule.sentence)}</xs:documentation></xs:annotation>"
    children = children_of(rule)
    attributes = [f"  {_attribute(attribute)}" for attribute in rule.attributes]
    if children:
        yield '  <xs:choice minOccurs="0" maxOccurs="unbounded">'
        yield from (f'    <xs:element name="{child.tag}" type="{_type_name(child)}"/>' for child in children)
        yield "  </xs:choice>"
        yield from attributes
    else:
        yield '  <xs:simpleContent><xs:extension base="nothing">'
        yield from (f"  {attribute}" for attribute in attributes)
        yield "  </xs:extension></xs:simpleContent>"
    yield "</xs:complexType>"


def _type_name(rule: ElementRule) -> str:
    """One name for each rule: `in-Property`; with the first parent where a tag has several rules of one direction."""
    alone = sum(other.tag == rule.tag for other in rules_of(rule.direction)) == 1
    return f"{rule.direction}-{rule.tag}" if alone else f"{rule.direction}-{rule.parents[0]}-{rule.tag}"


def _attribute(attribute: Attribute) -> str:
    use = ' use="required"' if attribute.required else ""
    base, facets = _BASES.get(attribute.form, "xs:string"), _facets(attribute)
    if not facets:
        return f'<xs:attribute name="{attribute.name}" type="{base}"{use}/>'
    restriction = f'<xs:restriction base="{base}">{facets}</xs:restriction>'
    return f'<xs:attribute name="{attribute.name}"{use}><xs:simpleType>{restriction}</xs:simpleType></xs:attribute>'


def _facets(attribute: Attribute) -> str:
    if attribute.form is Form.CHOICE:
        return "".join(f'<xs:enumeration value="{escape(choice)}"/>' for choice in attribute.choices)
    return _FACETS.get(attribute.form, "")
