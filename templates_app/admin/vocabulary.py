"""What may be written in a template of this brand, for the completion of the XML editor: grammar and catalog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext

from templates_app.admin.screen import TemplateScreen
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.types import Catalog, EntityType
from templates_app.language.attributes import Attribute
from templates_app.language.elements.rule import ElementRule
from templates_app.language.grammar import RULES, children_of
from templates_app.library.wording import in_words


def vocabulary(screen: TemplateScreen, request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once a page: the elements with their attributes, and the types with their fields and keys."""
    template = screen.found(request, pk)
    return JsonResponse(words_of(catalog_of(template.brand)))


def words_of(catalog: Catalog) -> dict[str, Any]:
    """`elements` are the grammar's rules, `types` the catalog's types by name; sentences in the active language."""
    return {
        "elements": [_element(rule) for rule in RULES],
        "types": {name: _type(entity) for name, entity in catalog.types.items()},
    }


def _element(rule: ElementRule) -> dict[str, Any]:
    return {
        "tag": rule.tag,
        "direction": rule.direction,
        "parents": rule.parents,
        "sentence": gettext(rule.sentence),
        "children": [child.tag for child in children_of(rule)],
        "attributes": [_attribute(attribute) for attribute in rule.attributes],
    }


def _attribute(attribute: Attribute) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "form": attribute.form.value,
        "required": attribute.required,
        "choices": attribute.choices,
        "sentence": gettext(attribute.sentence) if attribute.sentence else "",
    }


def _type(entity: EntityType) -> dict[str, Any]:
    return {"title": entity.title, "fields": list(_fields(entity)), "keys": [key.name for key in entity.keys]}


def _fields(entity: EntityType) -> Iterator[dict[str, str]]:
    for field in entity.fields.values():
        if not field.retired:
            yield {"name": field.name, "label": in_words(field.label, own=field.custom), "kind": field.kind.name}
