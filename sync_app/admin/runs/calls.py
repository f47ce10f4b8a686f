"""The call of the API that does the same: for the shell, with what only its caller knows left to be filled in."""

from __future__ import annotations

import json
import shlex
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from sync_app.models import Run, RunKind

WHO: Final = '-H "X-APPKEY: $APPKEY" \\\n  -H "Authorization: Bearer $TOKEN"'
DIALECT: Final = "planningpme"
VALUE: Final = "…"
NAMES_SHOWN: Final = 12


def api_call(request: HttpRequest, run: Run) -> str:
    """Empty where the API has no such call: edits, changes of the catalog."""
    brand = run.brand.key
    if run.kind in (RunKind.APPLY, RunKind.UNDO) and run.parent_id is not None:
        return _post(request, reverse(f"{DIALECT}:{run.kind}", args=[brand, run.parent_id]), _options(run))
    if run.options.get("retry") and run.parent_id is not None:
        return _post(
            request,
            reverse(f"{DIALECT}:retry", args=[brand, run.parent_id]),
            _options(run) | run.options.get("only", {}),
        )
    version = run.template_version
    if version is None or run.kind not in (RunKind.IMPORT, RunKind.EXPORT):
        return ""
    address = reverse(f"{DIALECT}:exchange", args=[brand, version.template.name])
    if run.kind == RunKind.EXPORT:
        return _call(request, address)
    return _import(request, address, run)


def _options(run: Run) -> dict[str, Any]:
    """The options of this run as the API names them; those that are as they would be anyway are left out."""
    kept: dict[str, Any] = run.options
    options: dict[str, Any] = {name: True for name in ("simulate", "verbose") if kept.get(name)}
    options |= {name: kept[name] for name in ("stale", "conflicts", "version") if name in kept}
    on_error = kept.get("on_error")
    return options | {
        name: True for name, value in (("stopOnError", "stop"), ("atomic", "atomic")) if on_error == value
    }


def _call(request: HttpRequest, address: str) -> str:
    place = shlex.quote(request.build_absolute_uri(address))
    return f"curl {place} \\\n  {WHO}"


def _post(request: HttpRequest, address: str, options: dict[str, Any]) -> str:
    body = shlex.quote(json.dumps(options, ensure_ascii=False))
    return f'{_call(request, address)} \\\n  -H "Content-Type: application/json" \\\n  -d {body}'


def _import(request: HttpRequest, address: str, run: Run) -> str:
    """With one row of the names the source had, to be filled in."""
    names = list(run.source.get("columns", ()))[:NAMES_SHOWN] or ["NAME"]
    return _post(request, address, {**_options(run), "model": [dict.fromkeys(names, VALUE)]})
