"""The parameters, headers and ways of proving oneself that operations share."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext

from integration_admin.languages import documented_code
from sync_app.api.openapi.kinds import ANY_VALUE, LARGEST, NO_NUL, Schema

TAGS: Final = r'^(\*|((W/)?"[!#-~]*")(, ?(W/)?"[!#-~]*")*)$'


def security_schemes() -> dict[str, Any]:
    return {
        "appkey": {
            "type": "apiKey",
            "in": "header",
            "name": "X-APPKEY",
            "description": gettext("The application key of this brand: which program calls, and what it is meant for."),
        },
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": gettext("A token of `/token`, asked for with the same key: on whose behalf it calls."),
        },
    }


def parameters() -> dict[str, Any]:
    text: Schema = {"type": "string"}
    languages = [documented_code(code) for code, _name in settings.LANGUAGES]
    given = {
        "Accept-Language": (
            text | {"examples": languages},
            gettext("The language of messages and labels: {languages}.").format(languages=", ".join(languages)),
        ),
        "Idempotency-Key": (
            text | {"minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
            gettext("A call that is repeated with the same key and body happens once."),
        ),
        "Prefer": (
            text | {"examples": ["respond-async"]},
            gettext("`respond-async` hands the run to the worker and answers 202 at once."),
        ),
        "If-Match": (text | {"pattern": TAGS}, gettext("The `ETag` that was read: refused with 412 if it is another.")),
        "If-None-Match": (text | {"pattern": TAGS}, gettext("The `ETag` that you have: then the answer is 304.")),
    }
    return {
        name: {"name": name, "in": "header", "schema": schema, "description": description}
        for name, (schema, description) in given.items()
    }


def headers() -> dict[str, Any]:
    said = {
        "X-Request-Id": gettext("Name it when you ask somebody for help."),
        "Content-Language": gettext("The language of the messages."),
        "RateLimit": gettext("What is left of the quota, and in how many seconds it is filled up."),
        "RateLimit-Policy": gettext("The quotas that count."),
        "Retry-After": gettext("Try again in so many seconds."),
        "WWW-Authenticate": gettext("How to prove who you are."),
        "Allow": gettext("The methods that this address answers to."),
        "ETag": gettext("The state of the record."),
        "Location": gettext("Where it is."),
        "Content-Location": gettext("Where the run is."),
        "X-Run": gettext("The run that tells of the write."),
        "Idempotency-Replayed": gettext("`true`: this is the answer of an earlier call with the same key."),
        "Preference-Applied": gettext("What was done of what was preferred."),
    }
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in said.items()}


def value_schema() -> Schema:
    """Whatever a row can hold."""
    return {
        "description": gettext("Any value; what becomes of it is the template's business."),
        "type": ["string", "number", "boolean", "null", "array", "object"],
        "minimum": -LARGEST,
        "maximum": LARGEST,
        "pattern": NO_NUL,
        "propertyNames": {"pattern": NO_NUL},
        "items": ANY_VALUE,
        "additionalProperties": ANY_VALUE,
    }
