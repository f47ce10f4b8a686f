"""What stands in the calendar: planned tasks and unavailabilities."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.kinds.choices import Check, Combo
from templates_app.catalog.kinds.dates import DateTime
from templates_app.catalog.kinds.numbers import Double
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.packs.parts import LABEL, NOT_VALID, PLACE, REFERENCE, REMARK, entity
from templates_app.catalog.problems import gettext_noop as _
from templates_app.catalog.rules import ends_after
from templates_app.catalog.types import Field

_START: Final = Field("Start", DateTime(), _("Start"), required=True, in_list=True)
_END: Final = Field("End", DateTime(), _("End"), required=True, in_list=True)
_ALL_DAY: Final = Field("AllDay", Check(), _("Whole days"))
_RESOURCES: Final = Field("Resources", ReferenceList(target="Resource"), _("Resources"), in_list=True)
_STATUS: Final = Field("Status", Reference(target="Status"), _("Status"), in_list=True)

DO: Final = entity(
    "Do",
    _("Planned task"),
    (
        LABEL,
        Field("Type", Combo(enum="StatusType"), _("Type"), in_list=True),
        _START,
        _END,
        _ALL_DAY,
        Field("Duration", Double(), _("Duration (hours)")),
        Field("Task", Reference(target="Task"), _("Task"), in_list=True),
        _RESOURCES,
        Field("Customers", ReferenceList(target="Customer"), _("Customers"), in_list=True),
        Field("Project", Reference(target="Project"), _("Project"), in_list=True),
        Field("SubProject", Reference(target="SubProject"), _("Sub-project")),
        Field("Category", Reference(target="Category"), _("Category"), in_list=True),
        _STATUS,
        Field("Equipments", ReferenceList(target="Equipment"), _("Equipment")),
        Field("Departments", ReferenceList(target="Department"), _("Departments")),
        *PLACE,
        REFERENCE,
        REMARK,
        NOT_VALID,
    ),
    keys=("Reference",),
    rules=(ends_after(start="Start", end="End"),),
    label=(("Label",), ("Reference",), ("Start",)),
)

UNAVAILABILITY: Final = entity(
    "Unavailability",
    _("Unavailability"),
    (LABEL, _START, _END, _ALL_DAY, _RESOURCES, _STATUS, REFERENCE, REMARK, NOT_VALID),
    keys=("Reference",),
    rules=(ends_after(start="Start", end="End"),),
    label=(("Label",), ("Reference",), ("Start",)),
)
