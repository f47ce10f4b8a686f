"""The call that quickstart prints: a token, and with it a simulated import."""

from __future__ import annotations

import json
import shlex

from sync_app.demo.content import TEMPLATE
from sync_app.demo.house import BRAND, USERNAME
from sync_app.demo.kept_doors import KeptDoors

ROW = {"ID_DOSSIER": "D-2001", "Nom usage": "Sanders", "Téléphone mobile": "06 39 98 20 01", "Email": "s@example.com"}


def simulated_import(*, origin: str, doors: KeptDoors) -> str:
    """Two lines for a POSIX shell with curl and sed. They write no record."""
    appkey = shlex.quote(f"X-APPKEY: {doors.appkey}")
    form = f"grant_type=password&username={USERNAME}&password={doors.api_password}"
    body = {"simulate": True, "verbose": True, "model": [ROW]}
    find = shlex.quote(r's/.*"access_token": *"\([^"]*\)".*/\1/p')
    token = f"TOKEN=$(curl -s {origin}/{BRAND}/token -H {appkey} -d {shlex.quote(form)} | sed -n {find})"
    call = (
        f"curl -s {origin}/{BRAND}/api/integration/{TEMPLATE} -H {appkey} "
        f'-H "Authorization: Bearer $TOKEN" -H {shlex.quote("Content-Type: application/json")} '
        f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}"
    )
    return f"{token}\n{call}"
