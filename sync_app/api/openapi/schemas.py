"""The shapes that are the same in every brand: errors, runs and their reports, templates, the configuration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext

from sync_app.api.openapi.kinds import ANY_VALUE, HIGHEST_KEY, NO_NUL, Schema
from sync_app.api.openapi.parts import members, named, or_null
from sync_app.engine.plan import OUTCOMES
from sync_app.models.runs import RunKind, RunStatus
from sync_app.runs.reports.report import COUNT_MEMBERS

_TEXT: Final[Schema] = {"type": "string"}
_FLAG: Final[Schema] = {"type": "boolean"}
_NUMBER: Final[Schema] = {"type": "integer"}
_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_ANY: Final[Schema] = {"type": "object"}
_RUN: Final[Schema] = {"type": "integer", "minimum": 1}
_MOMENT_PATTERN: Final = (
    r"^[ \t]*[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?"
    r"( ?([Zz]|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?))?"
    r"|[Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?[ \t]*$"
)


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def fixed_schemas() -> Iterator[tuple[str, Schema]]:
    """(name, schema) of each."""
    yield from _errors()
    yield from _links()
    yield from _values()
    yield from _runs()
    yield from _templates()
    yield from _planned()
    yield "Config", _config()


def _errors() -> Iterator[tuple[str, Schema]]:
    one = dict.fromkeys(("code", "message", "hint", "severity", "pointer", "value"), _TEXT)
    single = members(one | {"line": _NUMBER, "column": _NUMBER}, required=("code", "message"))
    described = {
        "code": _TEXT | {"description": gettext("Stable: made for programs.")},
        "message": _TEXT | {"description": gettext("In the language of Accept-Language: made for people.")},
        "hint": _TEXT | {"description": gettext("What to do about it.")},
        "pointer": _TEXT | {"description": gettext("The place in the body, as a JSON pointer.")},
        "line": _NUMBER,
        "column": _NUMBER,
        "errors": _list_of(single),
        "requestId": _TEXT | {"description": gettext("Name it when you ask somebody for help.")},
    }
    yield "Problem", members(described, required=("code", "message", "requestId"), closed=False)
    oauth = {"error": _TEXT, "error_description": _TEXT, "requestId": _TEXT}
    yield "TokenProblem", members(oauth, closed=False)
    yield (
        "Token",
        members(
            {
                "access_token": _TEXT,
                "token_type": {"const": "bearer"},
                "expires_in": {"type": "integer", "description": gettext("In seconds.")},
                "username": _TEXT,
            }
        ),
    )


def _links() -> Iterator[tuple[str, Schema]]:
    yield "Link", members({"key": {"type": "integer", "format": "int64"}, "label": _TEXT})
    number: list[Schema] = [
        {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
        {"type": "string", "pattern": r"^[ \t]*[0-9]{1,19}[ \t]*$|^[ \t]*$"},
    ]
    key: Schema = {"key": {"anyOf": [*number, {"type": "null"}]}}
    names = {"propertyNames": {"pattern": NO_NUL}, "additionalProperties": ANY_VALUE}
    inside: Schema = {"type": "object", "properties": key, "required": ["key"], **names}
    yield (
        "LinkGiven",
        {
            "description": gettext("Another record: its key, or what a detail shows of it."),
            "anyOf": [*number, inside],
        },
    )
    one = {"anyOf": [named("LinkGiven"), {"type": "null"}]}
    yield "LinksGiven", _list_of({"anyOf": [*one["anyOf"], _list_of(one)]})
    yield (
        "SkillInTask",
        members(
            {"key": _NUMBER, "name": _TEXT, "label": _TEXT, "level": _NUMBER, "domain": named("Link")},
            required=("key", "name", "label"),
        ),
    )


def _values() -> Iterator[tuple[str, Schema]]:
    yield (
        "MomentGiven",
        {
            "description": gettext("A date or a time; without a zone it is the brand's."),
            "type": "string",
            "pattern": _MOMENT_PATTERN,
            "examples": ["2026-11-23T00:00:00"],
        },
    )


def _runs() -> Iterator[tuple[str, Schema]]:
    yield (
        "Counts",
        members({name: {"type": "integer", "minimum": 0} for name in COUNT_MEMBERS}, required=(), closed=True),
    )
    head = {
        "run": _RUN,
        "kind": {"enum": list(RunKind.values)},
        "status": {"enum": list(RunStatus.values)},
        "simulate": _FLAG,
        "template": or_null(_TEXT),
        "templateVersion": or_null(_NUMBER),
        "parent": or_null(_RUN) | {"description": gettext("The run that this one applies, undoes or repeats.")},
        "createdAt": _MOMENT,
        "startedAt": or_null(_MOMENT),
        "finishedAt": or_null(_MOMENT),
        "counts": named("Counts"),
    }
    yield "Run", members(head | {"trigger": _TEXT, "actor": _TEXT})
    problem = dict.fromkeys(("code", "message", "name", "field"), _TEXT) | {"value": {}}
    place = {"row": _NUMBER, "item": _TEXT, "type": _TEXT}
    report = head | {
        "source": _ANY | {"description": gettext("What was found out about the file or body.")},
        "byType": {"type": "object", "additionalProperties": named("Counts")},
        "statistics": _ANY,
        "error": or_null(members({"code": _TEXT, "message": _TEXT})),
        "errors": _list_of(members(place | problem)),
        "errorsTotal": _NUMBER | {"description": gettext("`errors` names the first 100 of them.")},
    }
    more = {"operations": _list_of(named("Operation"))}
    yield "Report", members(report | more, required=report)
    asked = {"trigger": _TEXT, "actor": _TEXT, "options": _ANY}
    yield "RunDetail", members(report | asked)
    yield (
        "Operation",
        members(
            {
                "seq": _NUMBER,
                **place,
                "key": _TEXT,
                "record": or_null(_NUMBER),
                "operation": {"enum": list(OUTCOMES)},
                "applied": _FLAG,
                "code": _TEXT,
                "changes": {"type": "object", "additionalProperties": members({"old": {}, "new": {}})},
                "problems": _list_of(members(problem)),
            }
        ),
    )


def _templates() -> Iterator[tuple[str, Schema]]:
    texts = _list_of(_TEXT)
    typed = dict.fromkeys(("name", "as", "through", "each"), _TEXT) | {"match": texts}
    typed |= dict.fromkeys(("shouldInsert", "shouldUpdate", "shouldDelete"), _FLAG)
    step = members({"name": _TEXT, "options": {"type": "object", "additionalProperties": _TEXT}, "does": _TEXT})
    mapped = dict.fromkeys(("name", "type", "entity", "field", "kind", "label"), _TEXT)
    mapped |= dict.fromkeys(("required", "key", "lookup", "coupled"), _FLAG)
    mapped |= {"names": texts, "steps": _list_of(step)}
    yield (
        "Template",
        members(
            {
                "name": _TEXT,
                "direction": {"enum": ["in", "out"]},
                "description": _TEXT,
                "version": _NUMBER,
                "builtin": _FLAG,
                "types": _list_of(members(typed)),
                "properties": _list_of(members(mapped)),
                "links": _list_of(members({"type": _TEXT, "field": _TEXT, "to": _TEXT})),
                "model": _ANY | {"description": gettext("An example of one row, to copy.")},
            }
        ),
    )


def _planned() -> Iterator[tuple[str, Schema]]:
    person = members({"key": _NUMBER, "label": _TEXT, "fields": _ANY}, required=("key", "label"), closed=False)
    one = {name: or_null(person) for name in ("project", "subProject", "task", "category", "status")}
    several = {name: _list_of(person) for name in ("resources", "customers", "equipments", "departments")}
    yield (
        "Planned",
        members(
            {
                "key": _NUMBER,
                "label": _TEXT,
                "type": _TEXT,
                "start": or_null(_TEXT),
                "end": or_null(_TEXT),
                "allDay": _FLAG,
                "notValid": _FLAG,
                **one,
                **several,
                "remark": _TEXT,
                "reference": _TEXT,
                "fields": _ANY,
            }
        ),
    )


def _config() -> Schema:
    entity: dict[str, Any] = {"name": _TEXT, "address": _TEXT, "label": _TEXT, "fields": _list_of(_ANY)}
    brand = {"key": _TEXT, "name": _TEXT, "language": _TEXT, "timeZone": _TEXT, "sandbox": _FLAG}
    shape = {
        "version": {"enum": ["4.1", "4.7"]},
        "brand": members(brand),
        "languages": _list_of(_TEXT),
        "limits": {"type": "object", "additionalProperties": _NUMBER},
        "entities": _list_of(members(entity, closed=False)),
        "enums": {"type": "object", "additionalProperties": {"type": "object"}},
    }
    with_user = shape | {"user": _ANY | {"description": gettext("Only where a token was sent.")}}
    return members(with_user, required=shape)


#: The number of a run in an address.
RUN_KEY: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": HIGHEST_KEY}
