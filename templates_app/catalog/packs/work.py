"""What is to be done: projects, kinds of work, and how they are sorted."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.kinds.choices import Check, Combo
from templates_app.catalog.kinds.dates import Date
from templates_app.catalog.kinds.numbers import Double, Numeric
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.packs.parts import (
    ADDRESS,
    BACKGROUND_COLOR,
    FORE_COLOR,
    NOT_VALID,
    NOTES,
    REFERENCE,
    REMARK,
    REQUIRED_LABEL,
    entity,
)
from templates_app.catalog.problems import gettext_noop as _
from templates_app.catalog.rules import ends_after
from templates_app.catalog.types import Field

_START_DATE: Final = Field("StartDate", Date(), _("Start date"), in_list=True)
_END_DATE: Final = Field("EndDate", Date(), _("End date"), in_list=True)
_ESTIMATE: Final = Field("EstimateDuration", Double(), _("Estimated duration (hours)"))

PROJECT: Final = entity(
    "Project",
    _("Project"),
    (
        REQUIRED_LABEL,
        Field("Customer", Reference(target="Customer"), _("Customer"), in_list=True),
        _START_DATE,
        _END_DATE,
        Field("Deadline", Date(), _("Deadline")),
        Field("Duration", Double(), _("Duration (hours)")),
        _ESTIMATE,
        Field("Budget", Double(), _("Budget")),
        Field("Billing", Combo(enum="BillingType"), _("Billing")),
        Field("Category", Reference(target="Category"), _("Category")),
        Field("Status", Reference(target="Status"), _("Status")),
        Field("Departments", ReferenceList(target="Department"), _("Departments")),
        Field("Manager", Reference(target="Resource"), _("Manager")),
        REFERENCE,
        *ADDRESS,
        BACKGROUND_COLOR,
        FORE_COLOR,
        NOTES,
        REMARK,
        NOT_VALID,
    ),
    keys=("Label",),
    rules=(ends_after(start="StartDate", end="EndDate"),),
)

SUB_PROJECT: Final = entity(
    "SubProject",
    _("Sub-project"),
    (
        REQUIRED_LABEL,
        Field("Project", Reference(target="Project"), _("Project"), in_list=True),
        _START_DATE,
        _END_DATE,
        _ESTIMATE,
        REFERENCE,
        REMARK,
        NOT_VALID,
    ),
    keys=("Label",),
    rules=(ends_after(start="StartDate", end="EndDate"),),
)

TASK: Final = entity(
    "Task",
    _("Task"),
    (
        REQUIRED_LABEL,
        Field("Type", Combo(enum="TaskType", always_number=True), _("Type"), in_list=True),
        BACKGROUND_COLOR,
        FORE_COLOR,
        Field("Skills", ReferenceList(target="Skill"), _("Skills")),
        Field("Departments", ReferenceList(target="Department"), _("Departments")),
        Field("Duration", Double(), _("Duration (hours)")),
        REFERENCE,
        REMARK,
        NOT_VALID,
    ),
    keys=("Label",),
)

CATEGORY: Final = entity(
    "Category",
    _("Category"),
    (
        REQUIRED_LABEL,
        BACKGROUND_COLOR,
        FORE_COLOR,
        Field("Hatch", Combo(enum="TypeHatch"), _("Hatching")),
        Field("Position", Numeric(), _("Place in lists")),
        REMARK,
        NOT_VALID,
    ),
    keys=("Label",),
)

STATUS: Final = entity(
    "Status",
    _("Status"),
    (
        REQUIRED_LABEL,
        Field("Type", Combo(enum="StatusType"), _("Type"), in_list=True),
        BACKGROUND_COLOR,
        FORE_COLOR,
        Field("Final", Check(), _("Closes the task")),
        Field("Position", Numeric(), _("Place in lists")),
        REMARK,
        NOT_VALID,
    ),
    keys=("Label",),
)
