"""Who is planned, for whom, and with what: customers, resources, and what describes them."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.kinds.choices import Combo
from templates_app.catalog.kinds.contacts import Email, Hyperlink, Phone
from templates_app.catalog.kinds.dates import Date
from templates_app.catalog.kinds.numbers import Double, Numeric
from templates_app.catalog.kinds.places import Position
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.packs.parts import (
    ADDRESS,
    BACKGROUND_COLOR,
    FORE_COLOR,
    LABEL,
    LINE,
    NOT_VALID,
    NOTES,
    REFERENCE,
    REMARK,
    REQUIRED_LABEL,
    entity,
)
from templates_app.catalog.problems import gettext_noop as _
from templates_app.catalog.rules import has_one_of
from templates_app.catalog.types import Field

CUSTOMER: Final = entity(
    "Customer",
    _("Customer"),
    (
        LABEL,
        Field("Type", Combo(enum="CustomerType"), _("Type"), in_list=True),
        Field("Title", Combo(enum="Title"), _("Title")),
        Field("LastName", LINE, _("Last name"), in_list=True),
        Field("FirstName", LINE, _("First name"), in_list=True),
        Field("Company", LINE, _("Company"), in_list=True),
        Field("Email", Email(), _("E-mail"), in_list=True),
        Field("Phone", Phone(), _("Telephone"), in_list=True),
        Field("Mobile", Phone(), _("Mobile telephone"), in_list=True),
        Field("Fax", Phone(), _("Fax")),
        *ADDRESS,
        Field("Position", Position(), _("Position")),
        Field("Website", Hyperlink(), _("Website")),
        REFERENCE,
        Field("RegistrationNumber", LINE, _("Registration number")),
        Field("Parent", Reference(target="Customer"), _("Parent customer")),
        BACKGROUND_COLOR,
        FORE_COLOR,
        NOTES,
        REMARK,
        NOT_VALID,
    ),
    keys=("LastName", "Email", "Company"),
    label=(("Label",), ("Company",), ("LastName", "FirstName"), ("FirstName",), ("Email",)),
)

RESOURCE: Final = entity(
    "Resource",
    _("Resource"),
    (
        LABEL,
        Field("Type", Combo(enum="ResourceType"), _("Type"), in_list=True),
        Field("Title", Combo(enum="Title"), _("Title")),
        Field("LastName", LINE, _("Last name"), in_list=True),
        Field("FirstName", LINE, _("First name"), in_list=True),
        Field("Email", Email(), _("E-mail"), in_list=True),
        Field("Phone", Phone(), _("Telephone")),
        Field("Mobile", Phone(), _("Mobile telephone"), in_list=True),
        Field("RegistrationNumber", LINE, _("Registration number"), in_list=True),
        Field("Departments", ReferenceList(target="Department"), _("Departments")),
        Field("Skills", ReferenceList(target="Skill"), _("Skills")),
        *ADDRESS,
        Field("EntryDate", Date(), _("Entry date")),
        Field("LeavingDate", Date(), _("Leaving date")),
        Field("HourlyRate", Double(), _("Hourly rate")),
        REFERENCE,
        BACKGROUND_COLOR,
        FORE_COLOR,
        REMARK,
        NOT_VALID,
    ),
    keys=("Label", "Email", "RegistrationNumber"),
    rules=(has_one_of("Label", "LastName", "FirstName"),),
    label=(("Label",), ("LastName", "FirstName"), ("FirstName",)),
)

DEPARTMENT: Final = entity(
    "Department",
    _("Department"),
    (
        REQUIRED_LABEL,
        Field("Parent", Reference(target="Department"), _("Parent department")),
        REFERENCE,
        REMARK,
        NOT_VALID,
    ),
    keys=("Label",),
)

SKILL: Final = entity(
    "Skill",
    _("Skill"),
    (
        LABEL,
        Field("Name", LINE, _("Name"), in_list=True),
        Field("Level", Numeric(), _("Level"), in_list=True),
        Field("Domain", Reference(target="Skill"), _("Domain"), in_list=True),
        REMARK,
        NOT_VALID,
    ),
    keys=("Label",),
    rules=(has_one_of("Label", "Name"),),
    label=(("Label",), ("Name",)),
)

EQUIPMENT: Final = entity(
    "Equipment",
    _("Equipment"),
    (
        REQUIRED_LABEL,
        Field("Customer", Reference(target="Customer"), _("Customer"), in_list=True),
        REFERENCE,
        Field("SerialNumber", LINE, _("Serial number"), in_list=True),
        Field("Brand", LINE, _("Brand")),
        Field("Model", LINE, _("Model")),
        Field("PurchaseDate", Date(), _("Purchase date")),
        *ADDRESS,
        REMARK,
        NOT_VALID,
    ),
    keys=("Label",),
)
