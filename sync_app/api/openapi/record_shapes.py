"""The records of one type as JSON Schema: in a list, in detail, and as a body gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from sync_app.api.dialects.planningpme.entity_bodies import KEY, LABEL_FIELD, LABEL_MEMBER
from sync_app.api.dialects.planningpme.entity_names import FIELDS, GROUPS, PLACE, path_of
from sync_app.api.dialects.planningpme.entity_shapes import LABEL, SKILLS, blank
from sync_app.api.openapi.kinds import ANY_VALUE, HIGHEST_KEY, Schema, sample, shown, taken
from sync_app.api.openapi.parts import members, named, or_null
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.types import EntityType, Field
from templates_app.library.wording import field_in_words, type_in_words

KEY_SCHEMA: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": HIGHEST_KEY}


@dataclass(frozen=True, slots=True)
class Shown:
    """A type with the fields of it that exist for the reader, who may write it without being shown its records."""

    entity: EntityType
    fields: Mapping[str, Field]
    setting: Setting
    readable: bool = True

    @property
    def title(self) -> str:
        return type_in_words(self.entity)

    @property
    def item(self) -> str:
        """The name of the list's shape."""
        return f"{self.entity.name}Item"

    @property
    def record(self) -> str:
        """The name of the detail's shape."""
        return f"{self.entity.name}Record"

    @property
    def given(self) -> str:
        """The name of what a body holds."""
        return f"{self.entity.name}Given"


def item_schema(one: Shown) -> Schema:
    """A record in a list: key, label, and the fields that lists show, where they have a value."""
    return _answered(one, {name: field for name, field in one.fields.items() if field.in_list}, detail=False)


def record_schema(one: Shown) -> Schema:
    """A record in detail."""
    return _answered(one, one.fields, detail=True)


def given_schema(one: Shown) -> Schema:
    """What a body may give of a record. Which members it must have differs between POST, PUT and PATCH."""
    properties: dict[str, Schema] = {
        KEY: {
            "type": ["integer", "null"],
            "minimum": 1,
            "maximum": HIGHEST_KEY,
            "description": gettext("The key in the address, or nothing."),
        }
    }
    if LABEL_FIELD not in one.fields:
        said = gettext("Follows from other fields; what is sent is passed over.")
        properties[LABEL_MEMBER] = ANY_VALUE | {"description": said}
    _place(
        properties, ((name, _described(field, taken(field.kind, one.setting))) for name, field in one.fields.items())
    )
    for name in (*GROUPS, FIELDS):
        if name in properties:
            inside = members(properties[name]["properties"], required=())
            properties[name] = inside | {"type": ["object", "null"]}
    return members(properties, required=())


def needed(one: Shown) -> list[str]:
    """The members without which a record cannot be."""
    paths = [path_of(name) for name in one.fields if name in one.entity.required_fields]
    return list(dict.fromkeys(path[0] for path in paths))


def sample_of(one: Shown) -> dict[str, Any]:
    """A body that makes a record: texts, dates and choices; nothing that has to be there already."""
    body: dict[str, Any] = {}
    for name, field in one.fields.items():
        if field.writable and not field.kind.refers and _is_worth_showing(one, name, field):
            path = path_of(name)
            inner = body
            for part in path[:-1]:
                inner = inner.setdefault(part, {})
            inner[path[-1]] = sample(field.kind, field_in_words(field), one.setting)
    return body


def _is_worth_showing(one: Shown, name: str, field: Field) -> bool:
    wanted = field.custom or field.in_list or name in one.entity.required_fields or name == LABEL
    return wanted and field.kind.name not in {"Binary", "File", "Link", "Signature", "SignatureMobile"}


def _answered(one: Shown, fields: Mapping[str, Field], *, detail: bool) -> Schema:
    properties: dict[str, Schema] = {
        KEY: {"type": "integer", "format": "int64"},
        LABEL_MEMBER: {"type": "string", "description": gettext("What people call the record.")},
    }
    shapes = ((name, _described(field, _shape(one, name, field, detail=detail))) for name, field in fields.items())
    _place(properties, ((name, schema) for name, schema in shapes if name != LABEL))
    for name in (*GROUPS, FIELDS):
        if name in properties:
            properties[name] = members(properties[name]["properties"], required=())
    return members(properties, required=(KEY, LABEL_MEMBER))


def _shape(one: Shown, name: str, field: Field, *, detail: bool) -> Schema:
    if (one.entity.name, name) == SKILLS:
        return {"type": "array", "items": {"type": "array", "items": named("SkillInTask")}}
    schema = shown(field.kind, one.setting)
    if not (detail and field.custom):
        return schema
    # A brand's own fields are all named, those without a value too.
    if blank(field.kind) is None:
        return or_null(schema)
    return schema if "pattern" not in schema else {"anyOf": [schema, {"const": ""}]}


def _place(properties: dict[str, Schema], shapes: Iterable[tuple[str, Schema]]) -> None:
    """Puts each where its field stands: beside the others, or inside of `style`, `place` and `fields`."""
    grouped: dict[str, dict[str, Schema]] = {}
    for name, schema in shapes:
        path = path_of(name)
        if len(path) == 1:
            properties[path[0]] = schema
        else:
            grouped.setdefault(path[0], {})[path[1]] = schema
    for name in (*(group for group in GROUPS if group != PLACE), PLACE, FIELDS):
        if name in grouped:
            properties[name] = {"properties": grouped[name]}


def _described(field: Field, schema: Schema) -> Schema:
    """The schema with the label of the field, said of a reference beside it."""
    label = field_in_words(field)
    return {**schema, "title": label} if "$ref" not in schema else {"title": label, **schema}
