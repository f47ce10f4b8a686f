"""What a person means by `Customer.LastName`, `LastName` or `last name`: a field of a Type of the template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from templates_app.catalog.loose import loose_form
from templates_app.catalog.types import EntityType, Field
from templates_app.language.matching import alias_of
from templates_app.mapping.edits.document import Document


@dataclass(frozen=True, slots=True)
class TypedTarget:
    """`alias` as the template names the Type; `field` "" for none. `entity`: a type of the catalog not declared yet."""

    alias: str
    field: str
    entity: str = ""


def typed_target(document: Document, text: str, *, alias: str) -> TypedTarget:
    """`Type.Field`, or a field of the Type `alias`. What nothing is known of is taken as it stands."""
    text = text.strip()
    before, dot, after = text.rpartition(".")
    if dot and before.strip():
        known, entity = _type(document, before.strip())
        return TypedTarget(known, _field(document, known or entity, after.strip(), entity), entity)
    return TypedTarget(alias, _field(document, alias, text, ""))


def field_called(document: Document, name: str, *, alias: str) -> str:
    """The field that is called like a source name, "" for none or several."""
    entity = _entity(document, alias, "")
    found = _loosely(entity, name) if entity is not None else None
    return found.name if found is not None else ""


def _type(document: Document, text: str) -> tuple[str, str]:
    """(alias, entity type to declare): as written, else loosely, an alias before a type of the catalog."""
    aliases = [alias_of(element) for element in document.root.elements("Type")]
    if text in aliases:
        return text, ""
    types = list(document.catalog.types.values()) if document.catalog else []
    form = loose_form(text)
    for alias in aliases:
        if loose_form(alias) == form:
            return alias, ""
    for entity in types:
        if form in (loose_form(entity.name), loose_form(entity.title)):
            return entity.name, "" if entity.name in aliases else entity.name
    return text, ""


def _field(document: Document, alias: str, text: str, entity_name: str) -> str:
    entity = _entity(document, alias, entity_name)
    if entity is None or text in entity.fields or not text:
        return text
    found = _loosely(entity, text)
    return found.name if found is not None else text


def _entity(document: Document, alias: str, entity_name: str) -> EntityType | None:
    element = document.type_of(alias)
    name = entity_name or (element.get("Name") if element is not None else "")
    return document.catalog.get(name) if document.catalog else None


def _loosely(entity: EntityType, text: str) -> Field | None:
    """The one field whose name or label has the same letters and digits; names count before labels."""
    form = loose_form(text)
    if not form:
        return None
    for spelled in (_by_name, _by_label):
        found = [field for field in spelled(entity, form) if not field.retired]
        if len(found) == 1:
            return found[0]
    return None


def _by_name(entity: EntityType, form: str) -> Iterator[Field]:
    return (field for field in entity.fields.values() if loose_form(field.name) == form)


def _by_label(entity: EntityType, form: str) -> Iterator[Field]:
    return (field for field in entity.fields.values() if loose_form(field.label) == form)
