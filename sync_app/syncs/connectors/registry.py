"""The connectors there are, by their names."""

from __future__ import annotations

from typing import Final

from sync_app.syncs.connectors.base import Connector
from sync_app.syncs.connectors.campus_skills import CampusSkills
from sync_app.syncs.connectors.file_drop import FileDrop
from sync_app.syncs.connectors.http_json import HttpJson
from sync_app.syncs.connectors.other_brand import OtherBrand
from sync_app.syncs.connectors.planningpme import PlanningPme
from sync_app.syncs.connectors.weavy import Weavy

_LISTED: Final[tuple[Connector, ...]] = (HttpJson(), FileDrop(), OtherBrand(), PlanningPme(), Weavy(), CampusSkills())

CONNECTORS: Final[dict[str, Connector]] = {connector.name: connector for connector in _LISTED}
