"""The grammar as an XML Schema, for editors outside this site. Generated, so it never differs from the reader."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from templates_app.language.attributes import Attribute, Form
from templates_app.language.elements.rule import ElementRule
from templates_app.language.grammar import ROOTS, children_of, rules_of

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\n'
_FACETS: Final = {
    Form.NAME: '<xs:minLength value="1"/>',
    Form.FLAG: '<xs:enumeration value="true"/><xs:enumeration value="false"/>',
    Form.NUMBER: '<xs:pattern value="-?[0-9]{1,9}"/>',
    Form.POSITION: '<xs:pattern value="-?[0-9]{0,8}[1-9][0-9]{0,8}"/>',
}


def xsd() -> str:
    """One schema for both roots. It checks form and place; what needs the catalog only the checker knows."""
    roots = [f'<xs:element name="{tag}" type="{direction}-{tag}"/>' for tag, direction in ROOTS.items()]
    types = [line for direction in ROOTS.values() for rule in rules_of(direction) for line in _type(rule)]
    return _HEAD + "".join(f"  {line}\n" for line in (*roots, *types)) + "</xs:schema>\n"


def _type(rule: ElementRule) -> Iterator[str]:
    yield f'<xs:complexType name="{_type_name(rule)}">'
    yield f"  <xs:annotation><xs:documentation>{escape(rule.sentence)}</xs:documentation></xs:annotation>"
    children = children_of(rule)
    if children:
        yield '  <xs:choice minOccurs="0" maxOccurs="unbounded">'
        yield from (f'    <xs:element name="{child.tag}" type="{_type_name(child)}"/>' for child in children)
        yield "  </xs:choice>"
    yield from (f"  {_attribute(attribute)}" for attribute in rule.attributes)
    yield "</xs:complexType>"


def _type_name(rule: ElementRule) -> str:
    """One name for each rule: `in-Property`; with the first parent where a tag has several rules of one direction."""
    alone = sum(other.tag == rule.tag for other in rules_of(rule.direction)) == 1
    return f"{rule.direction}-{rule.tag}" if alone else f"{rule.direction}-{rule.parents[0]}-{rule.tag}"


def _attribute(attribute: Attribute) -> str:
    use = ' use="required"' if attribute.required else ""
    facets = _facets(attribute)
    if not facets:
        return f'<xs:attribute name="{attribute.name}" type="xs:string"{use}/>'
    restriction = f'<xs:restriction base="xs:string">{facets}</xs:restriction>'
    return f'<xs:attribute name="{attribute.name}"{use}><xs:simpleType>{restriction}</xs:simpleType></xs:attribute>'


def _facets(attribute: Attribute) -> str:
    if attribute.form is Form.CHOICE:
        return "".join(f'<xs:enumeration value="{escape(choice)}"/>' for choice in attribute.choices)
    return _FACETS.get(attribute.form, "")
