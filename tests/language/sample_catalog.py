"""A small catalog that the golden cases are checked against; it changes only together with them."""

from __future__ import annotations

from templates_app.catalog.build import declared_key
from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.kinds.choices import Combo
from templates_app.catalog.kinds.dates import Date, DateTime
from templates_app.catalog.kinds.numbers import Double
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.types import Catalog, EntityType, Field, Key


def _fields(**kinds: Kind) -> dict[str, Field]:
    return {name: Field(name, kind) for name, kind in kinds.items()}


def _type(name: str, fields: dict[str, Field], *keys: Key) -> EntityType:
    return EntityType(name, fields, keys)


CUSTOMER = _type(
    "Customer",
    {
        **_fields(
            LastName=Text(),
            FirstName=Text(),
            Company=Text(),
            Email=Text(),
            Mobile=Text(),
            Type=Combo(enum="CustomerType"),
            _IDDOSSIER=Text(),
            _SITE=Text(),
        ),
        "Created": Field("Created", DateTime(), writable=False),
        "Fax": Field("Fax", Text(), retired=True),
    },
    declared_key("Customer", "Email"),
    declared_key("Customer", "Company"),
    declared_key("Customer", "_IDDOSSIER", unique=True),
    declared_key("Customer", "_IDDOSSIER", "_SITE"),
)
PROJECT = _type(
    "Project",
    _fields(Label=Text(), StartDate=Date(), EndDate=Date(), Customer=Reference("Customer"), Remark=Text()),
    declared_key("Project", "Label"),
)
RESOURCE = _type(
    "Resource",
    {
        **_fields(Email=Text(), Type=Combo(choices=("Human", "Material")), Manager=Reference("Resource")),
        "Label": Field("Label", Text(), required=True),
    },
    declared_key("Resource", "Label", unique=True),
)
DO = _type(
    "Do",
    {
        **_fields(
            Label=Text(),
            End=DateTime(),
            Customers=ReferenceList("Customer"),
            Resources=ReferenceList("Resource"),
            Project=Reference("Project"),
            Customer=Reference("Customer"),
            _ID=Text(),
            _LAT=Double(),
        ),
        "Start": Field("Start", DateTime(), required=True),
    },
    declared_key("Do", "_ID", unique=True),
)

SAMPLE_CATALOG = Catalog({entity.name: entity for entity in (CUSTOMER, PROJECT, RESOURCE, DO)})
