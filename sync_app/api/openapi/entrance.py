"""The operations that come before all others: a token, and what the brand is."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext

from integration_admin.accounts.models import Brand
from sync_app.api.openapi.kinds import NO_CONTROLS, Schema
from sync_app.api.openapi.parts import KEY_ALONE, KEY_FIRST, Operation, answer, members, named, operation

TAG: Final = "Access"
JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
FORM: Final = "application/x-www-form-urlencoded"


def token(brand: Brand, method: str) -> Operation:
    """`POST` and `PUT` do the same."""
    summary = {
        "post": gettext("A token, for a password or an account token"),
        "put": gettext("The same, as clients of the documented API ask for it"),
    }[method]
    grants = list(_grants(brand))
    content = {
        "schema": grants[0] if len(grants) == 1 else {"anyOf": grants},
        "examples": {
            "password": {
                "summary": gettext("With a password"),
                "value": {"grant_type": "password", "username": "clara", "password": "…"},
            }
        },
    }
    return operation(
        "/token",
        method,
        name="token" if method == "post" else "token_put",
        tag=TAG,
        summary=summary,
        description=gettext("Every other call carries the application key and this token."),
        body={"required": True, "content": {FORM: content}},
        answers={200: answer(gettext("The token."), named("Token"))},
        security=KEY_ALONE,
        problem="Token",
    )


def _grants(brand: Brand) -> list[Schema]:
    text: Schema = {"type": "string", "minLength": 1, "maxLength": 1024, "pattern": NO_CONTROLS}
    by_password = members(
        {
            "grant_type": {"const": "password"},
            "username": text | {"maxLength": 150},
            "password": text | {"format": "password"},
        },
        closed=False,
    )
    by_token = members({"grant_type": {"const": JWT_BEARER}, "assertion": text | {"maxLength": 4096}}, closed=False)
    ways = [(brand.auth_password, by_password), (brand.auth_account, by_token)]
    return [schema for allowed, schema in ways if allowed] or [by_token]


def config() -> Operation:
    return operation(
        "/api/config",
        "get",
        name="config",
        tag=TAG,
        summary=gettext("What the brand is: its types and their fields, enums, languages, limits"),
        description=gettext("The key is enough; with a token too, it says what its user may do."),
        answers={200: answer(gettext("The configuration."), named("Config"))},
        security=KEY_FIRST,
    )
