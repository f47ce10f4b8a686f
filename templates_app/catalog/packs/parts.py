"""What the types of a pack are put together from."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from templates_app.catalog.build import declared_key
from templates_app.catalog.kinds.choices import Check
from templates_app.catalog.kinds.colors import Color
from templates_app.catalog.kinds.text import Memo, Text
from templates_app.catalog.problems import gettext_noop as _
from templates_app.catalog.types import EntityType, Field, Rule

LINE: Final = Text(max_length=255)

LABEL: Final = Field("Label", LINE, _("Label"), in_list=True)
REQUIRED_LABEL: Final = Field("Label", LINE, _("Label"), required=True, in_list=True)
REFERENCE: Final = Field("Reference", LINE, _("Reference"))
REMARK: Final = Field("Remark", Memo(), _("Remark"))
NOTES: Final = Field("Notes", Memo(), _("Notes"))
NOT_VALID: Final = Field("NotValid", Check(), _("Not valid"), in_list=True)
BACKGROUND_COLOR: Final = Field("BackgroundColor", Color(), _("Background colour"), in_list=True)
FORE_COLOR: Final = Field("ForeColor", Color(), _("Text colour"), in_list=True)

ADDRESS: Final = (
    Field("Address", LINE, _("Address")),
    Field("Zip", Text(max_length=20), _("Postal code")),
    Field("City", LINE, _("City"), in_list=True),
    Field("Country", LINE, _("Country")),
)
PLACE: Final = (
    Field("PlaceAddress", LINE, _("Address of the place")),
    Field("PlaceZip", Text(max_length=20), _("Postal code of the place")),
    Field("PlaceCity", LINE, _("City of the place")),
)


def entity(
    name: str,
    title: str,
    fields: Iterable[Field],
    *,
    keys: Iterable[str] = (),
    rules: tuple[Rule, ...] = (),
    label: tuple[tuple[str, ...], ...] = (("Label",),),
) -> EntityType:
    """A built-in type. Each of `keys` is a field to match by; none of them is unique: people share names."""
    return EntityType(
        name=name,
        fields=MappingProxyType({field.name: field for field in fields}),
        keys=tuple(declared_key(name, field) for field in keys),
        rules=rules,
        label=label,
        title=title,
    )
