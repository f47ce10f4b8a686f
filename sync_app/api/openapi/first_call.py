"""The shortest way to a first answer: a token, and a rehearsed import with a template of the brand."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from sync_app.api.openapi.audience import Audience
from sync_app.api.openapi.exchanges import rows_path, sample_model
from templates_app.brand_catalog import catalog_of
from templates_app.library.describing import TemplateDescription, describe
from templates_app.library.versions import installed_templates
from templates_app.models import Direction, TemplateVersion


@dataclass(frozen=True, slots=True)
class FirstCall:
    """Commands to copy, and what the page sends by itself: `method`, `path` and `body` of the second call.

    `template` is empty where nothing can be imported; then the second call reads the configuration.
    """

    template: str
    method: str
    path: str
    body: Any
    token_command: str
    command: str


def first_call(*, audience: Audience, origin: str) -> FirstCall:
    """With the first template, by name, that takes rows and changes nothing that would have to be there already."""
    key = audience.brand.key
    usable = next(_usable(audience), None)
    token = reverse("planningpme:token", kwargs={"brand": key})
    token_command = (
        f'TOKEN=$(curl -s {origin}{token} -H "X-APPKEY: $APPKEY" \\\n'
        "  -d grant_type=password -d username=… -d 'password=…' \\\n"
        '  | sed \'s/.*"access_token":"\\([^"]*\\)".*/\\1/\')'
    )
    if usable is None:
        path = reverse("planningpme:config", kwargs={"brand": key})
        return FirstCall("", "GET", path, None, token_command, _curl(f"{origin}{path}", None))
    version, described = usable
    path = reverse("planningpme:exchange", kwargs={"brand": key, "template": described.name})
    body = {"simulate": True, "model": sample_model(described, rows_path(version))}
    return FirstCall(described.name, "POST", path, body, token_command, _curl(f"{origin}{path}", body))


def _usable(audience: Audience) -> Iterator[tuple[TemplateVersion, TemplateDescription]]:
    catalog = catalog_of(audience.brand)
    for version in installed_templates(audience.brand):
        described = describe(version=version, catalog=catalog)
        if described.direction == Direction.IN and audience.uses(described):
            yield version, described


def _curl(address: str, body: object) -> str:
    command = f'curl -s {address} \\\n  -H "X-APPKEY: $APPKEY" -H "Authorization: Bearer $TOKEN"'
    if body is None:
        return command
    written = shlex.quote(json.dumps(body, ensure_ascii=False))
    return f"{command} \\\n  -H 'Content-Type: application/json' \\\n  -d {written}"
