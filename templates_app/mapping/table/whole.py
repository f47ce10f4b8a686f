"""The mapping view of a template: its tree, held against the catalog, as a table."""

from __future__ import annotations

from dataclasses import dataclass, field

from templates_app.catalog.types import Catalog
from templates_app.language.grammar import direction_of, rule_of
from templates_app.language.nodes import Element
from templates_app.mapping.places import walk
from templates_app.mapping.table.condition_lines import condition_lines
from templates_app.mapping.table.element_parts import cells_of, comments_above, numbered, others_of, placed
from templates_app.mapping.table.lines import ConstantLine, LinkLine, MapLine, MappingTable, Row, TypeLine
from templates_app.mapping.table.row_lines import constant_line, link_line, row_line
from templates_app.mapping.table.step_lines import pair_table
from templates_app.mapping.table.type_lines import type_line
from templates_app.mapping.table.view import View


@dataclass(slots=True)
class _Lines:
    types: list[TypeLine] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    constants: list[ConstantLine] = field(default_factory=list)
    links: list[LinkLine] = field(default_factory=list)
    maps: list[MapLine] = field(default_factory=list)

    def paths(self) -> set[str]:
        return {line.path for lines in (self.types, self.rows, self.constants, self.links, self.maps) for line in lines}


def table_of(root: Element, catalog: Catalog) -> MappingTable:
    """The table of a template that was read, whatever findings it has. Never raises."""
    direction = direction_of(root.tag)
    if direction is None:
        strange = others_of(root, "", direction="in", taken=())
        return MappingTable(direction="", cells=cells_of(root, None), others=strange)
    view = View.of(root=root, catalog=catalog, direction=direction)
    above, below = comments_above(root)
    lines = _lines(view, above)
    conditions = condition_lines(root, "", direction=direction)
    taken = lines.paths() | {line.path for line in conditions}
    return MappingTable(
        direction=direction,
        cells=cells_of(root, rule_of(direction=direction, parent="", tag=root.tag)),
        conditions=conditions,
        types=tuple(lines.types),
        rows=tuple(lines.rows),
        constants=tuple(lines.constants),
        links=tuple(lines.links),
        maps=tuple(lines.maps),
        comments=below,
        others=others_of(root, "", direction=direction, taken=taken),
    )


def _lines(view: View, above: dict[int, tuple[str, ...]]) -> _Lines:
    lines = _Lines()
    uses = iter(view.scope.types)
    fed = _rows_by_type(view)
    used = _uses_of_maps(view)
    for index, (path, element) in enumerate(numbered(view.root, "")):
        comments = above.get(index, ())
        if rule_of(direction=view.direction, parent=view.root.tag, tag=element.tag) is None:
            continue
        if element.tag == "Type":
            use = next(uses)
            lines.types.append(type_line(view, use, path, comments, tuple(fed.get(use.alias, ()))))
        elif element.tag == "Property":
            lines.rows.append(row_line(view, element, path, comments))
        elif element.tag == "Constant":
            lines.constants.append(constant_line(view, element, path, comments))
        elif element.tag == "Link":
            lines.links.append(link_line(view, element, path, comments))
        elif element.tag == "Map":
            lines.maps.append(_map(view, element, path, comments, tuple(used.get(element.get("Name"), ()))))
    return lines


def _rows_by_type(view: View) -> dict[str, list[str]]:
    """Alias -> the addresses of the Properties and Links that feed or show it, once each."""
    found: dict[str, list[str]] = {}
    for path, element in numbered(view.root, "", "Property", "Link"):
        for alias in dict.fromkeys(part.get("Type") for part in (element, *element.elements("Source"))):
            found.setdefault(alias, []).append(path)
    return found


def _uses_of_maps(view: View) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, element in walk(view.root):
        if element.tag == "Map" and element.has("Use"):
            found.setdefault(element.get("Use"), []).append(path)
    return found


def _map(view: View, element: Element, path: str, comments: tuple[str, ...], used_by: tuple[str, ...]) -> MapLine:
    pairs, others = pair_table(element, path, direction=view.direction)
    return MapLine(
        name=element.get("Name"),
        pairs=pairs,
        used_by=used_by,
        **placed(element, path, direction=view.direction, parent=view.root.tag, comments=comments, others=others),
    )
