"""The stand-ins by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sync_app.standins.campus_skills import CampusSkills
from sync_app.standins.planningpme import PlanningPme
from sync_app.standins.standin import StandIn
from sync_app.standins.weavy import Weavy

STAND_INS: Final[dict[str, Callable[[], StandIn]]] = {
    PlanningPme.name: PlanningPme,
    Weavy.name: Weavy,
    CampusSkills.name: CampusSkills,
}
