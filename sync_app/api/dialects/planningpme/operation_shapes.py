"""Operations of runs as this dialect writes them: members of enums as the brand's records have them, name or number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integration_admin.accounts.models import Brand
from templates_app.brand_catalog import catalog_of, setting_of
from templates_app.catalog.kinds.choices import Combo


class OperationShapes:
    """Writes the operations of one brand's runs."""

    def __init__(self, brand: Brand) -> None:
        self._setting = setting_of(brand)
        self._enums = {
            entity.name: {field.name: field.kind for field in entity.fields.values() if isinstance(field.kind, Combo)}
            for entity in catalog_of(brand).types.values()
        }

    def shown(self, operation: dict[str, Any]) -> dict[str, Any]:
        """The same operation. What a run did with a member that is none today stays as it is."""
        enums = self._enums.get(operation["type"], {})
        written = {
            name: self._sides(enums[name], sides) for name, sides in operation["changes"].items() if name in enums
        }
        return operation | {"changes": operation["changes"] | written} if written else operation

    def _sides(self, kind: Combo, sides: Mapping[str, Any]) -> dict[str, Any]:
        return {
            side: kind.render(value, self._setting) if isinstance(value, str) else value
            for side, value in sides.items()
        }
