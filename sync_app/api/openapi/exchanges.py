"""Each template of a brand as an operation of its own, with a sample made from its mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext

from sync_app.api.openapi.kinds import NO_NUL, Schema
from sync_app.api.openapi.parts import Operation, answer, body, members, named, operation, parameter, query
from sync_app.api.openapi.records import SINCE
from sync_app.api.openapi.runs import NOT_BOTH, import_options, reported
from templates_app.language.reader import read
from templates_app.library.describing import PropertyDescription, TemplateDescription
from templates_app.library.wording import description_in_words
from templates_app.models import Direction, TemplateVersion

IMPORTS: Final = "Imports"
EXPORTS: Final = "Exports"


def list_templates() -> Operation:
    shape = members({"totalItems": {"type": "integer"}, "items": {"type": "array", "items": named("Template")}})
    return operation(
        "/api/integration/templates",
        "get",
        name="list_templates",
        tag=IMPORTS,
        summary=gettext("What can be imported and exported, and in which form"),
        answers={200: answer(gettext("The templates."), shape)},
        refusals=(403,),
    )


def exchange(version: TemplateVersion, described: TemplateDescription) -> Operation:
    """The one operation of a template."""
    rows = rows_path(version)
    return _import(described, rows) if described.direction == Direction.IN else _export(described, rows)


def rows_path(version: TemplateVersion) -> str:
    """Where the template looks for its rows, empty for the whole model."""
    root = read(version.xml).root
    return root.get("Rows") if root is not None else ""


def sample_model(described: TemplateDescription, rows: str) -> Any:
    """A model with one row, where the template looks for its rows."""
    model: Any = [dict(described.example)]
    for part in reversed([part.strip() for part in rows.split("/")] if rows else ()):
        model = {part: model} if not part.lstrip("-").isdigit() else [model]
    return model


def _import(described: TemplateDescription, rows: str) -> Operation:
    model = sample_model(described, rows)
    given = import_options() | {"model": _model(described, rows)}
    examples = {
        "simulate": {"summary": gettext("Rehearse: nothing is written"), "value": {"simulate": True, "model": model}},
        "import": {"summary": gettext("Import"), "value": {"model": model}},
    }
    return operation(
        f"/api/integration/{described.name}",
        "post",
        name=f"import_{described.name}",
        tag=IMPORTS,
        summary=gettext("Import with {template}").format(template=described.name),
        description="\n\n".join(filter(None, (description_in_words(described), *_columns(described)))),
        parameters=[parameter("Idempotency-Key"), parameter("Prefer")],
        body=body(members(given, required=("model",)) | NOT_BOTH, examples=examples),
        answers=reported(),
        refusals=(403, 404, 409, 422),
    )


def _export(described: TemplateDescription, rows: str) -> Operation:
    item: Schema = {"type": "object", "description": gettext("A record; or its key with `deleted`.")}
    if described.example:
        item["examples"] = [dict(described.example)]
    head: dict[str, Schema] = {
        "template": {"const": described.name},
        "generatedAt": {"type": "string", "format": "date-time"},
        "next": {"type": "string", "description": gettext("The `since` of the next time.")},
        "cursor": {"type": "string", "description": gettext("The `cursor` of the next time: never a record twice.")},
    }
    return operation(
        f"/api/integration/{described.name}",
        "get",
        name=f"export_{described.name}",
        tag=EXPORTS,
        summary=gettext("Export with {template}").format(template=described.name),
        description="\n\n".join(filter(None, (description_in_words(described), *_columns(described)))),
        parameters=[
            query(
                "since",
                {"type": "string", "pattern": SINCE, "examples": ["20260101000000"]},
                gettext("Changed since: UTC, `yyyyMMddHHmmss`. Not together with `cursor`."),
            ),
            query(
                "cursor",
                {"type": "string", "pattern": "^[0-9A-Za-z_:-]+$"},
                gettext("The `cursor` of the answer before."),
            ),
        ],
        answers={
            200: answer(
                gettext("The records, in the order of change."),
                members(head | {rows or "items": {"type": "array", "items": item}}),
            )
        },
        refusals=(403, 404, 422),
    )


def _columns(described: TemplateDescription) -> Iterator[str]:
    """A table of what goes where."""
    if described.properties:
        lines = [f"| {gettext('Name')} | {gettext('Field')} | |", "|---|---|---|", *map(_line, described.properties)]
        yield "\n".join(lines)


def _line(one: PropertyDescription) -> str:
    marks = {gettext("needed"): one.required, gettext("finds the record"): one.key, gettext("looks up"): one.lookup}
    names = " · ".join(map(_plain, one.names))
    return (
        f"| {names} | {_plain(f'{one.entity}.{one.field}')} | {', '.join(word for word, has in marks.items() if has)} |"
    )


def _plain(text: str) -> str:
    """Text of a tenant inside Markdown: as code, so that it cannot become anything else."""
    kept = "".join(sign for sign in text if sign.isprintable() and sign not in "`|\\<>")
    return f"`{kept}`" if kept else "–"


def _model(described: TemplateDescription, rows: str) -> Schema:
    """Where the template looks for its rows; without a path a list of rows, or one row alone."""
    row: Schema = {
        "type": "object",
        "properties": {name: named("Value") for name in described.example},
        "propertyNames": {"pattern": NO_NUL},
        "additionalProperties": named("Value"),
    }
    listed: Schema = {"type": "array", "items": row}
    if not rows:
        return {"anyOf": [listed, row]}
    model: Schema = {"anyOf": [listed, row]}
    for part in reversed([part.strip() for part in rows.split("/")]):
        if part.lstrip("-").isdigit() or not part:
            return {"type": ["object", "array"]}
        model = {"type": "object", "properties": {part: model}, "required": [part]}
    return model
