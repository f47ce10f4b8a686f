"""A JSON body as numbered rows. Scanned once before anything is given, then decoded row by row while it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import count, repeat
from typing import Any, Final

import msgspec

from templates_app.catalog.problems import Problem

from .header_names import WantedNames
from .json_beside import list_beside
from .json_flat import looks_flat, separators
from .json_lines import is_lines
from .json_rows import Group, Parent, find_rows
from .json_scan import Checker, Fault
from .json_spans import Span, is_all_lines, item_spans, members
from .json_text import read_text
from .limits import Limits
from .place import pointer_to
from .rows import Row, SourceFormat

KEPT_UP_TO: Final = 4 * 1024 * 1024
ROWS_ASKED_FOR_NAMES: Final = 200
VALUE: Final = msgspec.json.Decoder(float_hook=Decimal)
KINDS: Final = {list: "list", str: "text", int: "number", Decimal: "number", bool: "true or false", type(None): "null"}


class JsonSource:
    """`total` rows; `format.columns` are the given ones, else the names of the first rows in order of appearance.

    `checked`: the body was read before; its rows are not looked at, and no names are found.
    """

    def __init__(
        self,
        body: bytes | memoryview,
        *,
        rows_path: str,
        columns: tuple[str, ...],
        limits: Limits,
        checked: bool = False,
        names: WantedNames = (),
    ) -> None:
        text = read_text(body, limits=limits)
        self._text = replace(text, lines=is_lines(text.view))
        self._limits = limits
        self._given_columns = columns
        self._groups = find_rows(self._text, rows_path, limits=limits)
        self._kept: list[Row] | None = None
        self.total = sum(len(group.raws) for group in self._groups)
        found = () if checked else self._scan(keep=len(self._text.view) <= KEPT_UP_TO)
        path = self._groups[0].way if self._groups else ()
        self.format = SourceFormat(kind="json", encoding="utf-8", columns=columns or found, path=path)
        if not (checked or rows_path):
            self.format = replace(self.format, detected=self._list_beside(names))

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        if self._kept is not None:
            yield from self._kept[max(after, 0) :]
            return
        number = 0
        for group in self._groups:
            first, number = number, number + len(group.raws)
            if number <= after:
                continue
            parents = tuple(map(self._parent, group.parents))
            for index in range(max(after - first, 0), len(group.raws)):
                yield self._row(first + index + 1, VALUE.decode(group.raws[index]), parents)

    def _scan(self, *, keep: bool) -> tuple[str, ...]:
        checker = Checker(limits=self._limits, careful=self._text.careful, spaced=self._text.spaced)
        names: dict[str, None] = {}
        kept: list[Row] = []
        number = 0
        checked: set[Parent] = set()
        for group in self._groups:
            self._check_parents(checker, group, checked)
            parents = tuple(map(self._parent, group.parents)) if keep else ()
            flat = looks_flat(self._text, group, limits=self._limits)
            together = self._together(checker, group) if flat else None
            if together is not None:
                for data in together[: max(ROWS_ASKED_FOR_NAMES - number, 0)]:
                    names.update(dict.fromkeys(data))
                kept += map(Row, count(number + 1), together, repeat(parents)) if keep else ()
                number += len(together)
                continue
            for data in self._flat_values(checker, group) if flat else self._checked_values(checker, group):
                number += 1
                if number <= ROWS_ASKED_FOR_NAMES and isinstance(data, dict):
                    names.update(dict.fromkeys(data))
                if keep:
                    kept.append(self._row(number, data, parents))
        self._kept = kept if keep else None
        return tuple(names)

    def _list_beside(self, names: WantedNames) -> tuple[str, ...]:
        """The note of a list that would have been the rows, had somebody said so."""
        only = next(self.rows()) if len(self._groups) == 1 and not self._groups[0].is_list else None
        name = list_beside(only.data, names) if only is not None else ""
        return (f"list_beside:{name}",) if name else ()

    def _checked_values(self, checker: Checker, group: Group) -> Iterator[Any]:
        """Every value of a group, each looked at by itself."""
        return (self._checked(checker, group, index, raw) for index, raw in enumerate(group.raws))

    def _flat_values(self, checker: Checker, group: Group) -> Iterator[Any]:
        """The same of what look like flat objects, which most bodies hold: their names are counted together."""
        names = 0
        for index, raw in enumerate(group.raws):
            data: Any = self._flat(checker, raw)
            if data is None:
                data = self._checked(checker, group, index, raw)
            names += len(data) if type(data) is dict else 0
            yield data
        if names != separators(self._text, group):
            # A name occurs twice, an object has others inside, or a text looks like a name: told apart row by row.
            for index, raw in enumerate(group.raws):
                self._checked(checker, group, index, raw)

    def _together(self, checker: Checker, group: Group) -> list[dict[str, Any]] | None:
        """All of a short list of short flat objects; None for anything else, or where something is wrong with one."""
        limits, text = self._limits, self._text.view[group.span.start : group.span.end]
        longest = max([len(memoryview(raw)) for raw in group.raws], default=0)
        if (
            is_all_lines(self._text, group.span)
            or len(text) > KEPT_UP_TO
            or longest > min(limits.max_text, limits.max_values)
        ):
            return None
        try:
            listed = checker.decode_only(text)
        except Fault:
            return None
        if set(map(type, listed)) != {dict} or max(map(len, listed)) > limits.max_fields:
            return None
        return listed if sum(map(len, listed)) == separators(self._text, group) else None

    def _flat(self, checker: Checker, raw: msgspec.Raw) -> dict[str, Any] | None:
        """A short object; None for anything else, or where something is wrong with it."""
        limits = self._limits
        if len(memoryview(raw)) > min(limits.max_text, limits.max_values):
            return None
        try:
            data = checker.decode_only(raw)
        except Fault:
            return None
        return data if type(data) is dict and len(data) <= limits.max_fields else None

    def _checked(self, checker: Checker, group: Group, index: int, raw: msgspec.Raw) -> Any:
        try:
            return checker.decode(bytes(raw), depth=len(group.span.parts) + group.is_list)
        except Fault as fault:
            span = item_spans(self._text, group.span, group.raws[: index + 1])[index] if group.is_list else group.span
            self._refuse(fault, span)

    def _check_parents(self, checker: Checker, group: Group, checked: set[Parent]) -> None:
        for parent in group.parents:
            if parent in checked:
                continue
            checked.add(parent)
            for name, span in members(self._text, parent.span, limits=self._limits).items():
                if name != parent.child:
                    self._check_span(checker, span)

    def _check_span(self, checker: Checker, span: Span) -> None:
        try:
            checker.decode(bytes(self._text.view[span.start : span.end]), depth=len(span.parts))
        except Fault as fault:
            self._refuse(fault, span)

    def _refuse(self, fault: Fault, span: Span) -> None:
        self._text.refuse(fault.code, span.start, pointer=span.pointer + pointer_to(fault.parts), **fault.params)

    def _parent(self, parent: Parent) -> dict[str, Any]:
        view = self._text.view
        inside = members(self._text, parent.span, limits=self._limits)
        return {
            name: VALUE.decode(view[span.start : span.end]) for name, span in inside.items() if name != parent.child
        }

    def _row(self, number: int, data: Any, parents: tuple[Any, ...]) -> Row:
        if isinstance(data, dict):
            return Row(number=number, data=data, parents=parents)
        if isinstance(data, list) and self._given_columns:
            return self._row_of_list(number, data, parents)
        code = "row_is_list" if isinstance(data, list) else "row_not_object"
        problem = Problem(code=code, params={"kind": KINDS.get(type(data), "value")})
        return Row(number=number, data=data, parents=parents, problem=problem)

    def _row_of_list(self, number: int, data: list[Any], parents: tuple[Any, ...]) -> Row:
        columns = self._given_columns
        cells = list(data)
        while len(cells) > len(columns) and cells[-1] in (None, ""):
            cells.pop()
        problem = None
        if len(cells) != len(columns):
            problem = Problem(code="row_shape", params={"expected": len(columns), "found": len(cells)})
        return Row(number=number, data=dict(zip(columns, cells, strict=False)), parents=parents, problem=problem)


def read_json(
    body: bytes | memoryview,
    *,
    rows_path: str = "",
    columns: tuple[str, ...] = (),
    limits: Limits,
    names: WantedNames = (),
) -> JsonSource:
    """Raises SourceRefused when anything in the body may not be given on."""
    return JsonSource(body, rows_path=rows_path, columns=columns, limits=limits, names=names)
