"""The operations on runs: what was done, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext

from sync_app.api.dialects.planningpme.views.runs import ApplyDoor, CancelDoor, CommandDoor, RetryDoor, UndoDoor
from sync_app.api.openapi.kinds import NO_CONTROLS, ONE_LINE, Schema
from sync_app.api.openapi.parts import Operation, answer, body, in_path, members, named, operation, or_null, parameter
from sync_app.api.openapi.parts import query as asked
from sync_app.api.openapi.schemas import RUN_KEY
from sync_app.engine.plan import OUTCOMES

TAG: Final = "Runs"
HIGHEST: Final = 10**18 - 1
FLAG: Final[Schema] = {"type": "boolean", "default": False}
#: Of these two only one can be asked for.
NOT_BOTH: Final[Schema] = {
    "not": {
        "required": ["stopOnError", "atomic"],
        "properties": {"stopOnError": {"const": True}, "atomic": {"const": True}},
    }
}
#: What the options of a command have to do with each other.
RULES: Final[Mapping[str, Schema]] = {
    "retry": {
        "allOf": [NOT_BOTH, {"not": {"required": ["row", "code"]}}],
        "dependentRequired": {member: ["code"] for member in ("type", "field", "name")},
    },
}
_PAGE: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}
_PLACE: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": HIGHEST}


def list_runs() -> Operation:
    shape = members({"items": {"type": "array", "items": named("Run")}, "next": or_null({"type": "integer"})})
    return operation(
        "/api/integration/runs",
        "get",
        name="list_runs",
        tag=TAG,
        summary=gettext("The newest runs first"),
        parameters=[
            asked("limit", _PAGE),
            asked("before", _PLACE, gettext("The `next` of the page before.")),
        ],
        answers={200: answer(gettext("The runs."), shape)},
        refusals=(403,),
    )


def read_run() -> Operation:
    return _of_run("", "read_run", gettext("The report of one run"), named("RunDetail"))


def operations() -> Operation:
    shape = members(
        {
            "run": {"type": "integer"},
            "items": {"type": "array", "items": named("Operation")},
            "next": or_null({"type": "integer"}),
        }
    )
    text = {"type": "string", "pattern": ONE_LINE}
    return _of_run(
        "/operations",
        "list_operations",
        gettext("The operations of a run, filtered and by pages"),
        shape,
        parameters=[
            asked("outcome", {"enum": list(OUTCOMES)}),
            *(asked(name, text) for name in ("type", "code", "field", "text")),
            asked("after", _PLACE, gettext("The `next` of the page before.")),
            asked("limit", _PAGE),
        ],
    )


def apply() -> Operation:
    return _command(
        "apply",
        ApplyDoor,
        gettext("Write what a simulation showed"),
        gettext("`stale` says what to do with rows whose record was changed since they were shown."),
    )


def undo() -> Operation:
    return _command(
        "undo",
        UndoDoor,
        gettext("Take back what a run wrote"),
        gettext("`conflicts` says what to do with what was changed since."),
    )


def retry() -> Operation:
    return _command(
        "retry",
        RetryDoor,
        gettext("Import the failed rows of a run again"),
        gettext("With the template as it was, or as it is published now."),
    )


def cancel() -> Operation:
    return _command("cancel", CancelDoor, gettext("Ask a run to stop"))


def import_options() -> dict[str, Schema]:
    """The options of an import."""
    return {
        "simulate": FLAG | {"description": gettext("Plan and report, write no record.")},
        "verbose": FLAG | {"description": gettext("Report every operation of a real import too.")},
        "stopOnError": FLAG | {"description": gettext("End at the first bad row; what precedes it stays.")},
        "atomic": FLAG | {"description": gettext("Write all rows or none.")},
    }


def reported() -> dict[int, dict[str, Any]]:
    """What a run that was asked for is answered with."""
    headers = ("Idempotency-Replayed", "Preference-Applied")
    return {
        200: answer(gettext("The run has ended: its report."), named("Report"), headers=("Content-Location", *headers)),
        202: answer(
            gettext("The worker carries it out: `Location` says where to ask."),
            named("Run"),
            headers=("Location", *headers),
        ),
    }


def _of_run(below: str, name: str, summary: str, shape: Schema, parameters: Iterable[dict[str, Any]] = ()) -> Operation:
    return operation(
        f"/api/integration/runs/{{run}}{below}",
        "get",
        name=name,
        tag=TAG,
        summary=summary,
        parameters=[in_path("run", RUN_KEY), *parameters],
        answers={200: answer(gettext("The answer."), shape)},
        refusals=(403, 404),
    )


def _command(name: str, door: type[CommandDoor], summary: str, description: str = "") -> Operation:
    properties = {member: _choice(choices) for member, choices in door.choices.items()}
    given = members(properties, required=()) | RULES.get(name, {})
    value = {member: schema["default"] for member, schema in properties.items() if "default" in schema}
    return operation(
        f"/api/integration/runs/{{run}}/{name}",
        "post",
        name=f"{name}_run",
        tag=TAG,
        summary=summary,
        description=description,
        parameters=[in_path("run", RUN_KEY), parameter("Idempotency-Key"), parameter("Prefer")],
        body=body(given, examples={"sample": {"summary": gettext("A sample"), "value": value}}, required=False),
        answers=reported(),
        refusals=(403, 404, 409, 422),
    )


def _choice(choices: tuple[str, ...] | type[str] | type[int]) -> Schema:
    """An option as the door reads it: one of these, any text, a number of a row, or true and false."""
    if choices is str:
        return {"type": "string", "maxLength": 255, "pattern": NO_CONTROLS}
    if choices is int:
        return {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
    return {"enum": list(choices), "default": choices[0]} if isinstance(choices, tuple) and choices else dict(FLAG)
