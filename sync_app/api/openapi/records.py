"""The operations on records: lists, single records, writes, and what is planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.utils.translation import gettext

from sync_app.api.bodies import JSON, PATCHES
from sync_app.api.dialects.planningpme.entity_names import address_of, dotted
from sync_app.api.dialects.planningpme.entity_queries import HIGHEST_PAGE, LARGEST_PAGE, ORDERS_AT_MOST
from sync_app.api.openapi.kinds import ONE_LINE, Schema, asked
from sync_app.api.openapi.parts import Operation, answer, body, in_path, members, named, operation, parameter, query
from sync_app.api.openapi.record_shapes import KEY_SCHEMA, Shown, needed, sample_of
from sync_app.runs.lists.filters import LABEL
from sync_app.runs.lists.order import KEY, MODIFIED
from sync_app.runs.lists.planned import RESULTS
from templates_app.catalog.kinds.references import ReferenceList
from templates_app.catalog.kinds.structures import Json
from templates_app.library.wording import field_in_words

#: 14 digits that are a moment.
SINCE: Final = (
    r"^(19|20)[0-9]{2}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))"
    r"([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]$"
)
WRITES: Final = ("ETag", "X-Run", "Idempotency-Replayed")
PLANNED: Final = "Planned"


def list_records(one: Shown, brand: str) -> Operation:
    address = address_of(one.entity)
    shape = members(
        {"totalItems": {"type": "integer", "minimum": 0}, "items": {"type": "array", "items": named(one.item)}}
    )
    return operation(
        f"/api/{address}",
        "get",
        name=f"list_{address}",
        tag=one.entity.name,
        summary=gettext("Records of the type {type}").format(type=one.title),
        description=gettext(
            "Without `pageIndex` and `pageSize` the list is complete, and written while it is read. A field's name "
            "asks for its value; blank for records without one."
        ),
        parameters=[*_paging(one), *_filters(one)],
        answers={200: answer(gettext("The records."), shape)},
        refusals=(403, 404, 422),
    )


def create_record(one: Shown, brand: str) -> Operation:
    address = address_of(one.entity)
    return operation(
        f"/api/{address}",
        "post",
        name=f"create_{address}",
        tag=one.entity.name,
        summary=gettext("Create a record of the type {type}").format(type=one.title),
        parameters=[parameter("Idempotency-Key")],
        body=_body(one, whole=True),
        answers={
            201: answer(gettext("It was written."), _written(one), headers=("Location", *WRITES)),
        },
        refusals=(403, 404, 409, 412, 422),
    )


def read_record(one: Shown, brand: str) -> Operation:
    return _single(
        one,
        "get",
        gettext("One record of the type {type}"),
        parameters=[parameter("If-None-Match")],
        answers={
            200: answer(gettext("The record."), named(one.record), headers=("ETag",)),
            304: answer(gettext("It is what you have already."), headers=("ETag",)),
        },
        refusals=(403, 404),
    )


def replace_record(one: Shown, brand: str) -> Operation:
    return _change(one, "put", gettext("Replace a record of the type {type}"), whole=True)


def change_record(one: Shown, brand: str) -> Operation:
    return _change(one, "patch", gettext("Change members of a record of the type {type}"), whole=False)


def delete_record(one: Shown, brand: str) -> Operation:
    return _single(
        one,
        "delete",
        gettext("Delete a record of the type {type}, so that it can be brought back"),
        parameters=[parameter("If-Match"), parameter("Idempotency-Key")],
        answers={204: answer(gettext("It is deleted."), headers=("X-Run", "Idempotency-Replayed"))},
        refusals=(403, 404, 409, 412, 413, 422),
    )


#: (route, method) -> the operation on one type. `True`: for who reads it, `False`: for who writes it.
ON_TYPES: Final[dict[tuple[str, str], tuple[bool, Callable[[Shown, str], Operation]]]] = {
    ("entities", "GET"): (True, list_records),
    ("entities", "POST"): (False, create_record),
    ("entity", "GET"): (True, read_record),
    ("entity", "PUT"): (False, replace_record),
    ("entity", "PATCH"): (False, change_record),
    ("entity", "DELETE"): (False, delete_record),
}


def planned() -> Operation:
    """`do/list`."""
    one: Schema = {
        "anyOf": [
            {"type": ["integer", "null"], "minimum": 1, "maximum": 2**63 - 1},
            {"type": "string", "pattern": r"^[ \t]*[0-9]{1,19}[ \t]*$|^[ \t]*$"},
        ]
    }
    ids: Schema = {"anyOf": [{"type": "array", "items": one}, *one["anyOf"]]}
    given = members(
        {
            "dateFrom": named("MomentGiven"),
            "dateTo": {
                "description": gettext("Left out, or a date alone: the whole of that day."),
                "anyOf": [named("MomentGiven"), {"enum": ["", None]}],
            },
            "resources": ids,
            "categories": ids,
            "tasks": ids | {"description": gettext("Tasks, or departments.")},
            "results": {"anyOf": [{"type": "array", "items": {"enum": list(RESULTS)}}, {"enum": [*RESULTS, "", None]}]},
        },
        required=("dateFrom",),
    )
    example = {"dateFrom": "2026-11-23T00:00:00", "dateTo": "2026-11-28T00:00:00", "results": RESULTS[0]}
    shape = members(
        {"totalItems": {"type": "integer", "minimum": 0}, "items": {"type": "array", "items": named(PLANNED)}}
    )
    return operation(
        "/api/do/list",
        "post",
        name="list_planned",
        tag="Do",
        summary=gettext("What is planned in a window of time"),
        description=gettext("Times are those of the brand, without a zone behind them. A question, although posted."),
        body=body(given, examples={"week": {"summary": gettext("A week"), "value": example}}),
        answers={200: answer(gettext("In the order of the beginnings, complete."), shape)},
        refusals=(403, 404),
    )


def _single(one: Shown, method: str, summary: str, **rest: Any) -> Operation:
    address = address_of(one.entity)
    name = {"get": "read", "put": "replace", "patch": "change", "delete": "delete"}[method]
    key = in_path("key", KEY_SCHEMA, gettext("The key of the record, as lists give it."))
    parameters = [key, *rest.pop("parameters")]
    return operation(
        f"/api/{address}/{{key}}",
        method,
        name=f"{name}_{address}",
        tag=one.entity.name,
        summary=summary.format(type=one.title),
        parameters=parameters,
        **rest,
    )


def _change(one: Shown, method: str, summary: str, *, whole: bool) -> Operation:
    return _single(
        one,
        method,
        summary,
        parameters=[parameter("If-Match"), parameter("Idempotency-Key")],
        body=_body(one, whole=whole),
        answers={200: answer(gettext("It is so now."), _written(one), headers=WRITES)},
        refusals=(403, 404, 409, 412, 422),
    )


def _body(one: Shown, *, whole: bool) -> dict[str, Any]:
    given: Schema = named(one.given)
    required = needed(one) if whole else []
    schema = {"allOf": [given], "required": required} if required else given
    value = sample_of(one)
    if not whole:
        value = dict(list(value.items())[:1])
    examples = {"sample": {"summary": gettext("A sample"), "value": value}}
    return body(schema, examples=examples, media=(JSON,) if whole else PATCHES)


def _written(one: Shown) -> Schema:
    """Who may not read the type, or asks for one that is gone by now, is told the key alone."""
    key_alone = members({"key": {"type": "integer"}})
    return {"anyOf": [named(one.record), key_alone]} if one.readable else key_alone


def _paging(one: Shown) -> Iterator[dict[str, Any]]:
    yield query("pageIndex", {"type": "integer", "minimum": 0, "maximum": HIGHEST_PAGE}, gettext("Counts from 0."))
    yield query("pageSize", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE})
    names = [name for name in sortable(one) if name.isascii()]
    pattern = rf"^(({'|'.join(name.replace('.', '[.]') for name in names)})[+-]){{0,{ORDERS_AT_MOST}}}$"
    yield query(
        "sortInfo",
        {"type": "string", "pattern": pattern, "examples": ["label+", "modified-label+"]},
        gettext("Names with + or - behind each, like `label+`."),
    )
    yield query("search", {"type": "string", "pattern": ONE_LINE}, gettext("Words of the label and of match fields."))
    yield query(
        "since",
        {"type": "string", "pattern": SINCE, "examples": ["20260101000000"]},
        gettext("Changed since: UTC, `yyyyMMddHHmmss`."),
    )


def sortable(one: Shown) -> list[str]:
    """The names that a list can be sorted by."""
    fields = [name for name, field in one.fields.items() if not isinstance(field.kind, Json | ReferenceList)]
    return list(dict.fromkeys((LABEL, KEY, MODIFIED, *map(dotted, fields))))


def _filters(one: Shown) -> Iterator[dict[str, Any]]:
    taken: dict[str, dict[str, Any]] = {LABEL: query(LABEL, {"type": "string", "pattern": ONE_LINE})}
    for name, field in one.fields.items():
        if dotted(name) != LABEL:
            shape = query(dotted(name), asked(field.kind, one.setting), field_in_words(field))
            taken[dotted(name)] = shape | {"allowEmptyValue": True}
    yield from taken.values()
