"""Targets of an export: what stands under one name of an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.problems import Refused
from templates_app.language.chains import Chain
from templates_app.language.drafts import ExportRecord
from templates_app.language.steps.base import StepSetting
from templates_app.language.writings import keeps, step_value, stepped, written

#: Alias -> the record that stands for it in one item; None where there is none.
Records = Mapping[str, ExportRecord | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """One field that is shown: of which alias, how its kind writes it, and the steps of its own."""

    alias: str
    field: str
    kind: Kind
    chain: Chain | None = None

    def canonical(self, records: Records) -> Any:
        record = records.get(self.alias)
        return None if record is None else record.data.get(self.field)


@dataclass(frozen=True, slots=True)
class Target:
    """One Property or Constant. `path` are the parts of its name; without `shown` it is the `constant`.

    `line` is where it begins in the template. `kept`: the one field it shows goes out as it is kept.
    """

    name: str
    path: tuple[str, ...]
    shown: tuple[Shown, ...] = ()
    chain: Chain | None = None
    writing: str = "Normal"
    constant: str | None = None
    line: int = 0

    @property
    def kept(self) -> bool:
        return len(self.shown) == 1 and self.chain is None and keeps(self.shown[0].kind, self.writing)

    def cell(self, value: Any) -> Any:
        """A value of this for a cell of a table. What steps or a writing made a text of is that text."""
        plain = len(self.shown) == 1 and self.chain is None and self.writing in ("Normal", "Data")
        return self.shown[0].kind.cell(value) if plain and value is not None else value

    def value(self, records: Records, labels: Mapping[int, str], setting: Setting, blind: StepSetting) -> Any:
        """The value for one item; None is written as empty. Raises `Refused`, with its place, when a step cannot."""
        if not self.shown:
            return self.constant
        first = self.shown[0]
        if self.chain is None:
            return written(first.kind, first.canonical(records), self.writing, labels, setting)
        try:
            values = [_stepped_source(one, records, labels, setting, blind) for one in self.shown]
            return stepped(self.chain(values if len(values) > 1 else values[0], blind))
        except Refused as refused:
            placed = refused.problem.at(name=self.name, type=first.alias, field=first.field)
            refused.problem = replace(placed, params={**placed.params, "line": self.line})
            raise


def put(item: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Sets a value at its nested place."""
    if len(path) > 1:
        for part in path[:-1]:
            item = item.setdefault(part, {})
    item[path[-1]] = value


def _stepped_source(
    shown: Shown, records: Records, labels: Mapping[int, str], setting: Setting, blind: StepSetting
) -> Any:
    value = step_value(shown.kind, shown.canonical(records), labels, setting)
    return value if shown.chain is None else shown.chain(value, blind)
