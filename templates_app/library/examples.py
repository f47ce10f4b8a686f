"""An example of what a template reads or writes, so that a partner sees at once what to send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.kinds.choices import Combo
from templates_app.catalog.types import Catalog, Field
from templates_app.language.letters import date_formats
from templates_app.language.matching import alias_of
from templates_app.language.nodes import Element
from templates_app.language.paths import Part, parse_path
from templates_app.language.steps import STEPS

_MOMENT: Final = datetime(2026, 12, 31, 18, 30)
_BY_KIND: Final[Mapping[str, Any]] = {
    "Numeric": 1,
    "Double": 1.5,
    "Date": "2026-12-31",
    "Time": "18:30",
    "DateTime": "2026-12-31T18:30:00",
    "Check": True,
    "Hyperlink": "https://example.com",
    "Email": "name@example.com",
    "Phone": "+44 20 7946 0000",
    "Color": "#1A2B3C",
    "Position": "48.8566,2.3522",
    "Json": {},
}


def example_of(root: Element, catalog: Catalog) -> dict[str, Any]:
    """One row of an `<In>`, or one item of an `<Out>`: names as the template has them, nested where it nests.

    Of a name that feeds several fields, the first decides. A Type with `Each` shows one item.
    """
    example: dict[str, Any] = {}
    entities = {alias_of(element): element for element in root.elements("Type")}
    for child in root.elements("Property", "Constant"):
        if child.tag == "Constant":
            _put(example, child.get("Name"), child.get("Value"))
            continue
        type_element = entities.get(child.get("Type") or next(iter(entities), ""))
        for name, value in _examples(child, type_element, catalog):
            _put(_room(example, type_element, name), name.replace("../", "").replace("*", ""), value)
    return example


def _examples(child: Element, type_element: Element | None, catalog: Catalog) -> list[tuple[str, Any]]:
    """The source names a Property reads (several when it couples them), or the one it writes."""
    entity = catalog.get(type_element.get("Name")) if type_element is not None else None
    field = entity.fields.get(child.get("Field")) if entity is not None else None
    sources = [source for source in child.elements("Source") if source.has("Name")]
    if sources:
        return [(source.get("Name"), _text_example(source, source.get("Name"))) for source in sources]
    return [(child.get("Name"), _example(child, field, catalog))] if child.get("Name") else []


def _example(child: Element, field: Field | None, catalog: Catalog) -> Any:
    if field is None:
        return ""
    lookups = child.elements("Lookup")
    asked = _looked_up(lookups[0], field.kind, catalog) if lookups else None
    if asked is not None:
        return _text_example(child, _of_kind(asked.kind, field.label or field.name))
    return _text_example(child, _of_kind(field.kind, field.label or field.name))


def _looked_up(lookup: Element, kind: Kind, catalog: Catalog) -> Field | None:
    """The field by which another record is found: its value is what stands in the row."""
    target = catalog.get(getattr(kind, "target", ""))
    return target.fields.get(lookup.get("Match").partition(",")[0].strip()) if target is not None else None


def _text_example(child: Element, otherwise: Any) -> Any:
    """What the first step that reads more than blanks expects, where it says so; else the example given."""
    first = next((step for step in child.elements() if step.tag in STEPS and step.tag != "Trim"), None)
    expects = _EXPECTED.get(first.tag) if first is not None else None
    return (expects(first) or otherwise) if expects is not None and first is not None else otherwise


def _case(step: Element) -> str:
    return next((case.get("From") for case in step.elements("Case")), "")


def _date(step: Element) -> str:
    try:
        return str(date_formats(step.get("Format"))[0].write(_MOMENT))
    except ValueError:
        return ""


_EXPECTED: Final[Mapping[str, Callable[[Element], str]]] = {
    "Date": _date,
    "Boolean": lambda step: step.get("True").split("|")[0],
    "Map": _case,
}


def _of_kind(kind: Kind, label: str) -> Any:
    if isinstance(kind, Combo):
        return kind.members().names[0]
    value = _BY_KIND.get(kind.name, label[: getattr(kind, "max_length", None)])
    return [value] if kind.many else value


def _room(example: dict[str, Any], type_element: Element | None, name: str) -> dict[str, Any]:
    """Where a name stands: the example itself, or the item of the list that `Each` names."""
    each = type_element.get("Each") if type_element is not None else ""
    if not each or "*" in each or name.startswith("../"):
        return example
    path = parse_path(each)
    return _walk(example, path.parts if path else (Part(member=each),), to_item=True)


def _put(holder: dict[str, Any], name: str, value: Any) -> None:
    path = parse_path(name)
    parts = tuple(part for part in path.parts if part.member) if path else ()
    if len(parts) < 2 and not any(part.conditions for part in parts):
        holder.setdefault(name, value)
        return
    _walk(holder, parts[:-1], to_item=False).setdefault(parts[-1].member, value)


def _walk(holder: dict[str, Any], parts: tuple[Part, ...], *, to_item: bool) -> dict[str, Any]:
    """The object at the end of a path, made on the way; a position, a condition or `Each` makes a list of one."""
    here = holder
    for index, part in enumerate(parts):
        if part.position is not None:
            continue
        last = index == len(parts) - 1
        listed = bool(part.conditions) or (to_item and last) or (not last and parts[index + 1].position is not None)
        here = _member(here, part, listed=listed)
    return here


def _member(holder: dict[str, Any], part: Part, *, listed: bool) -> dict[str, Any]:
    inside = holder.get(part.member)
    if isinstance(inside, list) and inside and isinstance(inside[0], dict):
        inside = inside[0]
    if not isinstance(inside, dict):
        inside = {}
        holder[part.member] = [inside] if listed else inside
    inside.update({name: value for name, value in part.conditions if name not in inside})
    return inside
