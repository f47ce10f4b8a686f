"""A service with JSON as a sync asks it."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.syncs.connectors.base import Fetched, Link, TransferFailed
from sync_app.syncs.connectors.http_json import HttpJson
from tests.syncs.http.scripted import Clock, Server, link

HERE = HttpJson()


def rows(*numbers: int) -> list[dict[str, Any]]:
    return [{"id": number, "name": f"Müller {number}"} for number in numbers]


def opened(server: Server, clock: Clock | None = None, **transfer: Any) -> Link:
    """The link of a sync whose form was filled in like this; `settings` and `secrets` are the connection's."""
    settings = {"address": server.base + "/api"} | transfer.pop("settings", {})
    secrets = transfer.pop("secrets", {})
    return link(clock, settings=settings, secrets=secrets, transfer={"paging": "none", "path": "items"} | transfer)


def pulled(server: Server, watermark: str = "", clock: Clock | None = None, **transfer: Any) -> Fetched:
    return HERE.pull(opened(server, clock, **transfer), watermark=watermark)


def failure(server: Server, clock: Clock | None = None, **transfer: Any) -> TransferFailed:
    with pytest.raises(TransferFailed) as failed:
        pulled(server, clock=clock, **transfer)
    return failed.value


def targets(server: Server) -> list[str]:
    return [call.target.removeprefix("/api/items") for call in server.calls]
