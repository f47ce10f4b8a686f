"""Fields that point to other records, by their id in the store."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.decimals import sortable
from templates_app.catalog.kinds.plain import plain_text, source_text
from templates_app.catalog.problems import Refused

_HIGHEST_ID: Final = 2**63 - 1
_ID = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Reference(Kind):
    """One record of the type `target`. Canonical: its id, a positive int."""

    name: ClassVar[str] = "Reference"
    refers: ClassVar[bool] = True
    numeric: ClassVar[bool] = True
    target: str

    def clean(self, value: object, setting: Setting) -> int | None:
        return _record_id(value)

    def match_form(self, value: int) -> str:
        return str(value)

    def match_forms(self, values: Sequence[int]) -> list[str]:
        return list(map(str, values))

    def sort_form(self, value: int) -> str:
        return sortable(str(value))

    def text(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True, slots=True)
class ReferenceList(Kind):
    """Records of the type `target`, in order, each once. Canonical: a list of ids. A single id is a list of one."""

    name: ClassVar[str] = "ReferenceList"
    refers: ClassVar[bool] = True
    many: ClassVar[bool] = True
    target: str

    def clean(self, value: object, setting: Setting) -> list[int] | None:
        items = value if isinstance(value, list | tuple) else [value]
        ids = [found for item in items if (found := _record_id(item)) is not None]
        return list(dict.fromkeys(ids)) or None

    def match_form(self, value: list[int]) -> str:
        return self.text(value)

    def match_forms(self, values: Sequence[list[int]]) -> list[str]:
        return list(map(self.text, values))

    def text(self, value: list[int]) -> str:
        return ";".join(map(str, value))


def _record_id(value: object) -> int | None:
    if isinstance(value, bool):
        raise Refused("reference_invalid", value=plain_text(value))
    text = source_text(value)
    if text is None:
        return None
    if not _ID.fullmatch(text) or not 0 < int(text) <= _HIGHEST_ID:
        raise Refused("reference_invalid", value=text)
    return int(text)
