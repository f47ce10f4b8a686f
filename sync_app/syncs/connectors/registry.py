"""The connectors there are, by their names."""

from __future__ import annotations

from typing import Final

from sync_app.syncs.connectors.base import Connector

_LISTED: Final[tuple[Connector, ...]] = ()

CONNECTORS: Final[dict[str, Connector]] = {connector.name: connector for connector in _LISTED}
