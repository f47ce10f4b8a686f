"""What the operations of a document are put together from: answers, refusals, parameters, headers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop

from sync_app.api.bodies import JSON
from sync_app.api.openapi.kinds import Schema

Text = str | Promise

#: How the caller proves who they are: key and token, the key alone, the key with or without a token.
BOTH: Final = (("appkey", "token"),)
KEY_ALONE: Final = (("appkey",),)
KEY_FIRST: Final = (("appkey",), ("appkey", "token"))

#: What any call may be answered with.
ALWAYS: Final = (400, 401, 405, 429, 500, 503)
#: Where a body is sent.
WITH_BODY: Final = (411, 413, 415)
MEANINGS: Final[Mapping[int, str]] = {
    400: gettext_noop("The request is not understood: its body, an option, a parameter."),
    401: gettext_noop("Unknown brand, wrong key, or a token that is wrong or has ended: one answer for all of them."),
    403: gettext_noop("Known, but a right, the scope of the key or the access to a type is missing."),
    404: gettext_noop("There is no such thing in this brand."),
    405: gettext_noop("This address does not answer to the method; `Allow` names those that it answers to."),
    409: gettext_noop("The state of things does not allow it: done already, still running, or the key is in use."),
    411: gettext_noop("The length of the body is missing."),
    412: gettext_noop("The record is not what it was when it was read. Nothing was written."),
    413: gettext_noop("Larger than a limit."),
    415: gettext_noop("The body is not JSON in UTF-8."),
    422: gettext_noop("Understood, and cannot be carried out as it stands. Nothing was written."),
    429: gettext_noop("A quota is used up; `Retry-After` says for how many seconds."),
    500: gettext_noop("An error of ours, noted under `requestId`."),
    503: gettext_noop("The service cannot answer at the moment. Nothing was changed."),
}
#: Headers of every answer.
EVERYWHERE: Final = ("X-Request-Id", "Content-Language")
#: Headers of answers to whoever was let in.
COUNTED: Final = ("RateLimit", "RateLimit-Policy")
#: Headers of refusals, by status.
OF_STATUS: Final[Mapping[int, tuple[str, ...]]] = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    429: ("Retry-After", *COUNTED),
    503: ("Retry-After",),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: `path` below the brand's address, `method` in small letters, `shape` as OpenAPI writes it."""

    path: str
    method: str
    shape: dict[str, Any]


def operation(
    path: str,
    method: str,
    *,
    name: str,
    tag: str,
    summary: Text,
    answers: Mapping[int, dict[str, Any]],
    refusals: Iterable[int] = (),
    description: Text = "",
    parameters: Iterable[dict[str, Any]] = (),
    body: dict[str, Any] | None = None,
    security: Iterable[Iterable[str]] = BOTH,
    problem: str = "",
) -> Operation:
    """`name` is the operationId; `refusals` are added to those that any call may meet.

    `problem` puts other refusals in place of the usual ones: `Token` for those of OAuth2.
    """
    statuses = sorted({*ALWAYS, *refusals, *(WITH_BODY if body else ())})
    shape: dict[str, Any] = {
        "operationId": name,
        "tags": [tag],
        "summary": summary,
        "description": description,
        "parameters": [*parameters, parameter("Accept-Language")],
        "requestBody": body,
        "responses": {str(status): answer for status, answer in answers.items()}
        | {str(status): {"$ref": f"#/components/responses/{problem}{status}"} for status in statuses},
        "security": [{name: [] for name in names} for names in security],
    }
    return Operation(path, method, {member: value for member, value in shape.items() if value})


def named(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def parameter(name: str) -> dict[str, Any]:
    """One of the parameters that several operations take."""
    return {"$ref": f"#/components/parameters/{name}"}


def query(name: str, schema: Schema, description: Text = "") -> dict[str, Any]:
    shape = {"name": name, "in": "query", "schema": schema, "description": description}
    return {member: value for member, value in shape.items() if value or member == "schema"}


def in_path(name: str, schema: Schema, description: Text = "") -> dict[str, Any]:
    return query(name, schema, description) | {"in": "path", "required": True}


def body(
    schema: Schema, *, examples: Mapping[str, Any] | None = None, required: bool = True, media: Iterable[str] = (JSON,)
) -> dict[str, Any]:
    """A JSON body, sent as one of `media`. `examples`: name -> `{"summary", "value"}`."""
    content: dict[str, Any] = {"schema": schema}
    if examples:
        content["examples"] = dict(examples)
    return {"required": required, "content": dict.fromkeys(media, content)}


def answer(description: Text, schema: Schema | None = None, *, headers: Iterable[str] = ()) -> dict[str, Any]:
    """What a call that is let in is answered with."""
    shape: dict[str, Any] = {"description": description, "headers": headers_of((*headers, *COUNTED))}
    return shape if schema is None else shape | {"content": {JSON: {"schema": schema}}}


def headers_of(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *EVERYWHERE)}


def refusals(schema: Schema, *, prefix: str, example: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, answer) of every status that tells of a problem."""
    for status, meaning in MEANINGS.items():
        content: dict[str, Any] = {"schema": schema, "example": dict(example)}
        yield (
            f"{prefix}{status}",
            {
                "description": gettext(meaning),
                "headers": headers_of(OF_STATUS.get(status, ())),
                "content": {JSON: content},
            },
        )


def members(properties: Mapping[str, Schema], *, required: Iterable[str] | None = None, closed: bool = True) -> Schema:
    """An object. `required`: all that is not said otherwise; `closed`: with no other members."""
    schema: Schema = {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties if required is None else required),
    }
    if not schema["required"]:
        del schema["required"]
    return schema | ({"additionalProperties": False} if closed else {})


def or_null(schema: Schema) -> Schema:
    """The value, or null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]} if schema else {}
